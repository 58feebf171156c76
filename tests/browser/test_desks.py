"""Registrar and accountant in a browser, by keyboard, on a phone in French and on a desktop in English."""

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Reader, speaks

NAME = "TESTCD Chris"
TABS, RELOADS = 80, 100
REGISTRATIONS = "/staff/registrations"
MONEY_DESKS = ("credits", "refunds", "payers", "transfers", "unpaid", "arrears")


def main_of(reader: Reader) -> str:
    return reader.page.locator("main").inner_text().replace("\N{NO-BREAK SPACE}", " ")


def goes_to(reader: Reader, selector: str) -> None:
    """Press Tab until an element has the focus, from where the focus is now."""
    for _ in range(TABS):
        reader.page.keyboard.press("Tab")
        if reader.page.evaluate(
            "wanted => document.querySelector(wanted) === document.activeElement", selector
        ):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def presses(reader: Reader, selector: str) -> None:
    """Reach a link or button by Tab and press Enter; look at the page that it leads to."""
    goes_to(reader, selector)
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Enter")
    reader.looks()


def declares(reader: Reader, code: str) -> None:
    reader.logs_in("student@demo.test")
    reader.page.goto(f"{reader.stack.portal}/dossier")
    reader.page.check(f"input[value='{code}']")
    reader.clicks("main form button")


def waits_for(reader: Reader, path: str, words: str) -> None:
    """Open a list again until a change has reached its index, then look at it."""
    for _ in range(RELOADS):
        reader.page.goto(f"{reader.stack.portal}{path}")
        if words in main_of(reader):
            break
    assert words in main_of(reader)
    reader.looks()


def test_registrar_finds_a_file_and_decides_by_keyboard(reader: Reader) -> None:
    declares(reader, "01")
    reader.logs_in_on_the_page("registrar@demo.test")
    expect(reader.page.locator("h1")).to_have_text(speaks(reader, "À faire", "To do"))
    waits_for(reader, f"{REGISTRATIONS}?anomaly=to_decide", NAME)
    reader.opens(REGISTRATIONS)
    goes_to(reader, "input[name=q]")
    reader.page.keyboard.type("chris testcd")
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Enter")
    reader.looks()
    presses(reader, "main table a")
    expect(reader.page.locator("h1")).to_have_text(NAME)
    goes_to(reader, "input[name=step]")
    reader.page.keyboard.press("Space")
    presses(reader, "button[value=validate]")
    assert speaks(reader, "Il manque quelque chose", "Something is missing") in main_of(reader)
    presses(reader, "main form button")
    told = speaks(reader, f"{NAME} : le dossier est validé", f"{NAME}: the file is validated")
    assert told in main_of(reader)


def test_registrar_refuses_many_after_a_page_that_names_them(on_a_phone: Reader) -> None:
    reader = on_a_phone
    declares(reader, "01")
    reader.logs_in("registrar@demo.test")
    waits_for(reader, f"{REGISTRATIONS}?anomaly=to_decide", NAME)
    goes_to(reader, "input[name=id]")
    reader.page.keyboard.press("Space")
    presses(reader, "main button[value=refuse]")
    assert "Refuser un dossier ?" in main_of(reader)
    assert NAME in main_of(reader)
    goes_to(reader, "#reason")
    reader.page.keyboard.type("Justificatif illisible.")
    presses(reader, "main button[name=decision]")
    assert "1 sur 1 : c’est fait" in main_of(reader)
    reader.reads_again()


def test_accountant_accepts_a_plan_and_enters_a_cheque(on_a_phone: Reader) -> None:
    reader = on_a_phone
    declares(reader, "01")
    reader.page.goto(f"{reader.stack.portal}/choose-plan")
    reader.page.check("input[value='paybox-3']")
    reader.clicks("main form[action='/choose-plan'] button")
    reader.logs_in("accountant@demo.test")
    reader.opens("/staff/plan-requests")
    presses(reader, "main form[action$='/decision'] button")
    for words in (NAME, "601,00 €"):
        assert words in main_of(reader)
    presses(reader, "main form button")
    assert f"{NAME} : la demande est acceptée" in main_of(reader)
    for desk in MONEY_DESKS:
        reader.opens(f"/staff/{desk}")
    waits_for(reader, f"{REGISTRATIONS}?q=testcd", NAME)
    presses(reader, "main table a")
    presses(reader, "#acts a[href$='/payments']")
    goes_to(reader, "#amount")
    reader.page.keyboard.type("601,00")
    goes_to(reader, "#reference")
    reader.page.keyboard.type("1234567")
    reader.page.fill("#bank", "Banque des Essais")
    presses(reader, "main form button")
    for words in (NAME, "1234567", "601,00 €"):
        assert words in main_of(reader)
    presses(reader, "main form button")
    assert NAME in reader.page.locator("main [role=status]").inner_text()
    reader.reads_again()


def test_desks_of_administration_and_audit_hold(on_a_phone: Reader) -> None:
    reader = on_a_phone
    for who, paths in {
        "admin": ("desk", "people", "campaigns", "imports", "outbox"),
        "auditor": ("audit", "registrations", "exemptions"),
    }.items():
        reader.logs_in(f"{who}@demo.test")
        for path in paths:
            reader.opens(f"/staff/{path}")
        reader.reads_again()


def test_phone_folds_the_desks_and_a_wide_screen_shows_them(reader: Reader) -> None:
    reader.logs_in("accountant@demo.test")
    reader.opens("/staff/unpaid")
    summary, desks = reader.page.locator(".fold summary"), reader.page.locator(".fold nav")
    current = desks.locator("[aria-current]")
    if reader.page.viewport_size == PHONE:
        assert reader.page.evaluate("document.querySelector('header').offsetHeight") < PHONE["height"] / 3
        expect(current).to_be_hidden()
        expect(summary.locator("strong")).to_have_text(current.text_content() or "no desk")
        goes_to(reader, ".fold summary")
        reader.page.keyboard.press("Enter")
        reader.looks()
    else:
        expect(summary).to_be_hidden()
    expect(current).to_be_visible()
    presses(reader, ".fold a[href='/staff/arrears']")
