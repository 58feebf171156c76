"""Both stories of the README by clicks alone, from the page of the control server, which moves the clock."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, Reader, axe_violations, patient
from tests.browser.contrast import Found, contrast_violations
from tests.conftest import Stack

CHALLENGED = "4012001037141112"
ACCEPTED = "1111222233334444"


@pytest.fixture
def control(chromium: Browser, stack: Stack) -> Iterator[Page]:
    context = patient(chromium.new_context(viewport=DESKTOP, locale="fr-FR"))
    page = context.new_page()
    page.goto(f"{stack.control}/")
    yield page
    context.close()


def enters(control: Page, email: str, stack: Stack) -> Reader:
    """Log in by the button of an account, which opens the portal in a tab of its own."""
    with control.context.expect_page() as opened:
        control.get_by_label(f"Log in as {email}", exact=True).click()
    portal = opened.value
    portal.wait_for_load_state()
    return Reader(portal, stack)


def declares(student: Reader, situation: str) -> None:
    student.follows(".now a.button")
    student.page.check(f"input[value='{situation}']")
    student.follows("main form button")


def does(control: Page, button: str, told: str) -> None:
    control.get_by_role("button", name=button).click()
    expect(control.get_by_role("status")).to_contain_text(told)


def mail_violations(control: Page, path: str) -> Found:
    """Return what axe finds in a mail: outside of its sandbox, in which no script runs, axe's neither."""
    html = control.request.get(path).text()
    page = control.context.new_page()
    page.set_content(html)
    found = axe_violations(page) + contrast_violations(page)
    page.close()
    return found


def test_first_story_needs_no_command(control: Page, stack: Stack) -> None:
    student = enters(control, "student@demo.test", stack)
    declares(student, "05")
    student.follows("nav.side a >> nth=0")
    student.follows(".now a.button")
    student.page.check("#mode-none")
    student.follows("main form[action='/pay-once'] button")
    student.sees_the_amount("3 770,00 €")
    student.pays(CHALLENGED)
    expect(student.page.locator("h1")).to_have_text("Reçu de paiement")
    does(control, "Send the mails now", "ran to its end")
    line = control.locator("#mailbox ~ details", has_text="Votre paiement de 3").first
    line.locator("summary").click()
    with control.context.expect_page() as opened:
        line.frame_locator("iframe").locator("a.button-link").press("Enter")
    opened.value.wait_for_load_state()
    assert opened.value.url == f"{stack.portal}/invoices"


def test_second_story_needs_no_command(control: Page, stack: Stack) -> None:
    student = enters(control, "polytech@demo.test", stack)
    declares(student, "01")
    student.follows("nav.side a[href^='/choose-plan']")
    student.page.check("input[value='paybox-3']")
    student.follows("main form[action='/choose-plan'] button")
    accountant = enters(control, "accountant@demo.test", stack)
    accountant.follows("a[href^='/staff/plan-requests']")
    accountant.follows("form[action$='/decision'] button[value='approve']")
    accountant.follows("main form[action$='/decision'] button")
    student = enters(control, "polytech@demo.test", stack)
    student.follows(".now a.button")
    student.page.check("#mode-none")
    student.follows("main form[action='/pay-plan/1'] button")
    student.pays(ACCEPTED)

    does(control, "Go to 10/07/2022 00:30", "The clock was moved")
    does(control, "Run the debits", "ran to its end")
    debited = control.locator("#ledger ~ div tbody tr", has_text="2022-07-10 00:30").first
    expect(debited).to_contain_text("capture")
    expect(debited).to_contain_text("200.31")
    student.page.reload()
    assert "L’horloge de la démonstration" in student.page.locator(".note").first.inner_text()
    student = enters(control, "polytech@demo.test", stack)
    student.sees_the_amount("200,38 €")
    assert "400,62" in student.page.locator("main").inner_text()
    does(control, "Send the mails now", "ran to its end")
    told = control.locator("#mailbox ~ details summary", has_text="Votre échéance de 200,31 € est réglée")
    expect(told.first).to_be_visible()


def test_pages_of_the_control_server_and_mails_have_no_barrier(control: Page, stack: Stack) -> None:
    for path in ("/", "/mails"):
        control.goto(f"{stack.control}{path}")
        assert axe_violations(control) + contrast_violations(control) == [], path
    for path in ("/mails/debit_notice/fr.html", "/mails/payment_booked/en.html"):
        assert mail_violations(control, f"{stack.control}{path}") == [], path
