"""A parent pays a share on a phone, by a link, without an account; the student sees it on the file."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Reader

ACCEPTED = "1111222233334444"
PARENT = {
    "first_name": "Alex",
    "last_name": "TESTAC",
    "email": "parent@demo.test",
    "line1": "9 avenue de la Démonstration",
    "zip_code": "63000",
    "city": "Clermont-Ferrand",
    "phone": "0600000000",
}


def makes_a_link(reader: Reader) -> str:
    """Let the student make a link for 300 €; return its address on the portal."""
    reader.logs_in("student@demo.test")
    reader.opens("/dossier")
    reader.page.check("input[value='01']")
    reader.clicks("main form button")
    reader.opens("/pay-once")
    reader.clicks("main a[href^='/payment-links']")
    reader.page.fill("#amount", "300,00")
    reader.page.fill("#until", "2022-07-10")
    reader.clicks("main form.sheet button")
    address = reader.page.locator("main code").inner_text()
    assert address.startswith(f"{reader.stack.portal}/pay?token=")
    return address.removeprefix(reader.stack.portal)


def test_parent_pays_a_share_by_a_link_and_has_a_receipt(on_a_phone: Reader) -> None:
    reader = on_a_phone
    address = makes_a_link(reader)
    reader.page.context.clear_cookies()
    for language, share in (("en", "€300.00"), ("fr", "300,00 €")):
        reader.opens(f"{address}&lang={language}")
        reader.sees_the_amount(share)
    shown = reader.page.locator("main").inner_text()
    assert "C. T." in shown
    assert not re.search(r"Chris\b(?!tmas)|TESTCD|student@", shown)
    for name, value in PARENT.items():
        reader.page.fill(f"#{name}", value)
    reader.follows("main form[action='/pay'] button")
    reader.types_the_card(ACCEPTED)
    expect(reader.page.locator("h1")).to_have_text("Reçu de paiement")
    reader.sees_the_amount(share)
    reader.looks()
    reader.opens(address)
    reader.logs_in("student@demo.test")
    reader.opens("/payment-links")
    left = re.sub(r"\s", " ", reader.page.locator("main").inner_text())
    assert "Il reste 301,00 €" in left
