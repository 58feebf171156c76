"""Both stories of the README in a browser, on a phone in French and on a desktop in English."""

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import Reader, speaks

ACCEPTED = "1111222233334444"
PUBLIC = ("/login", "/first-connection", "/password-reset", "/password?token=x", "/nowhere")
ABOUT = ("/aide", "/accessibilite", "/mentions-legales", "/donnees-personnelles", "/plan-du-site")


def text_of(reader: Reader) -> str:
    return reader.page.locator("main").inner_text()


def rows_are_alike(reader: Reader) -> None:
    """Each row of the menu has its badge at the right edge and its sentence below its name."""
    rows = reader.page.locator(".menu li").all()
    assert rows
    edges = set()
    for row in rows:
        whole, pill, label = (
            part.bounding_box() for part in (row, row.locator(".pill"), row.locator(".label"))
        )
        assert whole
        assert pill
        assert label
        edges.add(round(whole["x"] + whole["width"] - pill["x"] - pill["width"]))
        for words in row.locator("p").all():
            assert (words.bounding_box() or {})["y"] >= label["y"] + label["height"] - 1
    assert len(edges) == 1


def test_student_pays_at_once_and_has_an_invoice(reader: Reader) -> None:
    reader.logs_in_on_the_page("student@demo.test")
    reader.clicks(".now a.button")
    reader.page.check("input[value='05']")
    reader.clicks("main form button")
    reader.opens("/")
    amount = speaks(reader, "3 770,00 €", "€3,770.00")
    reader.sees_the_amount(amount)
    reader.clicks(".now a.button")
    reader.sees_the_amount(amount)
    reader.page.check("#mode-none")
    reader.clicks("main form[action='/pay-once'] button")
    reader.sees_the_amount(amount)
    reader.pays(ACCEPTED)
    expect(reader.page.locator("h1")).to_have_text(speaks(reader, "Reçu de paiement", "Payment receipt"))
    for path in ("/", "/dossier", "/pay-once", "/invoices", "/account", "/security"):
        reader.opens(path)


def test_student_pays_in_three_and_the_home_says_what_comes(on_a_phone: Reader) -> None:
    reader = on_a_phone
    reader.logs_in("student@demo.test")
    reader.opens("/dossier")
    reader.page.check("input[value='01']")
    reader.clicks("main form button")
    reader.opens("/choose-plan")
    reader.page.check("input[value='paybox-3']")
    reader.clicks("main form[action='/choose-plan'] button")
    reader.opens("/")
    assert "à l’étude" in text_of(reader)
    accounting_accepts(reader.stack.portal)
    reader.opens("/")
    reader.sees_the_amount("200,31 €")
    reader.clicks(".now a.button")
    reader.sees_the_amount("200,31 €")
    reader.page.check("#mode-none")
    reader.clicks("main form[action='/pay-plan/1'] button")
    reader.pays(ACCEPTED)
    reader.opens("/")
    assert "•• 44" in text_of(reader)
    rows_are_alike(reader)
    for path in ("/pay-plan", "/choose-plan", "/account", "/pay-rest"):
        reader.opens(path)
    reader.reads_again()


def accounting_accepts(portal: str) -> None:
    """Accept the only request for a plan, as accounting's program does."""
    with httpx.Client(base_url=f"{portal}/api/v1", timeout=30) as api:
        opened = api.post(
            "/auth/sessions", json={"email": "accountant@demo.test", "password": "quittance-demo"}
        )
        api.headers["Authorization"] = f"Bearer {opened.json()['token']}"
        (asked,) = api.get("/staff/plan-requests").json()["items"]
        decided = api.post(
            f"/staff/plan-requests/{asked['registration_id']}/decision", json={"decision": "approve"}
        )
        decided.raise_for_status()


def test_mistakes_are_found_by_keyboard_and_by_ear(reader: Reader) -> None:
    reader.opens("/login")
    reader.page.fill("#email", "student@demo.test")
    reader.page.fill("#password", "wrong")
    reader.clicks("main form button")
    assert reader.page.evaluate("document.activeElement.id") == "mistakes"
    assert reader.page.title().startswith(speaks(reader, "Erreur", "Error"))
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Enter")
    assert reader.page.evaluate("document.activeElement.id") == "email"
    reader.page.fill("#password", "quittance-demo")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url(f"{reader.stack.portal}/")


def test_pages_for_everyone_hold(reader: Reader) -> None:
    for path in (*PUBLIC, *ABOUT):
        reader.opens(path)
