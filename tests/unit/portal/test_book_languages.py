"""The pages of the books in English: nothing French is left, and amounts come back as they were written."""

import re

import httpx
import pytest

from chalicelib.domain.languages import Language
from chalicelib.portal.books.words import month_word
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.reconciliation.reconcile_nights import reconcile_nights
from tests.unit.portal.conftest import Browser, without_spaces
from tests.unit.portal.test_page_languages import FRENCH, Heard, language_of
from tests.unit.portal.test_rapprochement_pages import bank_of
from tests.unit.portal.test_slip_pages import entered
from tests.unit.portal.test_statement_pages import LINES, acts, imports, line, moved, opens
from tests.unit.portal.test_waiver_pages import ASKED, DECISION, FORM

DESKS = (
    "/staff/statements",
    f"{LINES}?state=new",
    "/staff/reconciliations",
    "/staff/remittances",
    "/staff/cheque-slips",
    "/staff/balances",
    "/staff/rapprochements",
    "/staff/periods",
    "/staff/batches",
    "/staff/waivers",
    "/staff/waivers?state=approved",
    "/staff/exports?year=2022&from=2022-06-01&to=2022-06-30&day=2022-06-24",
    "/staff/letterings/0000000000000001",
)
TYPED = {"Dominique", "Banque", "TESTCD Chris"}


def is_english(answer: httpx.Response) -> None:
    """Check that a page is in English: menus of desks, texts of the campaign and what was typed apart."""
    assert (language_of(answer), answer.status_code) == ("en", 200), answer.url
    main = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
    words = " ".join(Heard(httpx.Response(200, text=main)).words)
    for each in TYPED:
        words = words.replace(each, "")
    assert re.findall(rf".{{0,30}}{FRENCH.pattern}.{{0,30}}", words) == [], answer.url


@pytest.fixture
def accountant(student: Browser) -> Browser:
    """Accounting reads English; a cheque waits, and the books of its day are numbered."""
    entered(student)
    student.ports.move(days=1)
    number_journal(student.ports)
    student.log_in("accountant@demo.test")
    student.http.headers["Accept-Language"] = "en"
    return student


@pytest.mark.parametrize("path", DESKS)
def test_desk_of_the_books_is_in_english(accountant: Browser, path: str) -> None:
    is_english(accountant.get(path))


def test_slip_goes_to_the_bank_in_english(accountant: Browser) -> None:
    slip = accountant.send(accountant.get("/staff/cheque-slips"), "/staff/cheque-slips")
    is_english(slip)
    asked = accountant.send(slip, f"{slip.url.path}/deposit")
    is_english(asked)
    assert "Deposit €601.00 at the bank" in asked.text
    there = accountant.send(asked, f"{slip.url.path}/deposit")
    is_english(there)
    assert "handed to the bank, €601.00: it is locked" in there.text


def test_amount_of_an_english_page_is_read_again(student: Browser) -> None:
    student.declares("05")
    imports(student, moved(377000, "TESTCD Chris"))
    student.http.headers["Accept-Language"] = "en"
    check = acts(student, line(student), "match/check")
    assert "€3,770.00" in check.text
    student.send(check, f"{LINES}/{line(student).id}/match")
    assert line(student).state == "matched"


def test_month_is_named() -> None:
    assert month_word("2022-08", Language.FR) == "août 2022"
    assert month_word("2022-08", Language.EN) == "August 2022"


def test_confirmation_says_what_is_lost_and_leads_back(accountant: Browser) -> None:
    asked = accountant.send(accountant.get("/staff/batches"), "/staff/batches")
    is_english(asked)
    assert "Nothing has been done yet" in without_spaces(asked.text)
    assert '<a href="/staff/batches">Cancel</a>' in asked.text
    assert accountant.get("/staff/batches/INP-L000001").status_code == 404


def test_line_is_in_english_and_what_was_decided_is_told(student: Browser) -> None:
    student.declares("01")
    imports(student, moved(60100, "INSCRIPTION", "TESTCD Chris"))
    student.http.headers["Accept-Language"] = "en"
    is_english(opens(student, line(student)))
    held = acts(student, line(student), "suspense")
    is_english(held)
    assert "Recorded: €601.00, in suspense (471)." in held.text
    told = acts(student, line(student), "owner")
    assert "Recorded: €601.00, in suspense (471)." in told.text
    done = student.send(acts(student, line(student), "match/check"), f"{LINES}/{line(student).id}/match")
    is_english(done)
    assert "Recorded: €601.00, payment of a file, TESTCD Chris." in done.text


def test_refused_match_comes_back_as_it_was_typed(student: Browser) -> None:
    student.declares("01")
    shown = imports(student, moved(60100, "INSCRIPTION"))
    typed = {"registration_1": "NOBODY", "amount_1": "600,00", "rest": "1,00"}
    back = acts(student, shown, "match/check", **typed)
    assert back.status_code == 422
    for value in typed.values():
        assert f'value="{value}"' in back.text


@pytest.mark.parametrize(("cents", "is_offered"), [(5_000, True), (5_001, False), (-60_000, True)])
def test_fee_is_offered_as_far_as_it_may_be_one(student: Browser, *, cents: int, is_offered: bool) -> None:
    shown = imports(student, moved(cents, "DIVERS"))
    assert (f'action="{LINES}/{shown.id}/fee"' in opens(student, shown).text) is is_offered


def test_debt_is_given_up_in_english(student: Browser) -> None:
    student.starts_the_plan()
    student.acts_as("accountant")
    student.http.headers["Accept-Language"] = "en"
    for path in ("/staff/balances", "/staff/letterings/0000000000000001", FORM):
        is_english(student.get(path))
    proposed = student.send(
        student.get(FORM), FORM, **{**ASKED, "reason": "means", "document": "decision 17"}
    )
    is_english(proposed)
    assert "Proposed: give up €100.00 owed by TESTCD Chris." in proposed.text
    student.acts_as("registrar")
    is_english(asked := student.send(student.get("/staff/waivers"), DECISION, decision="approve"))
    is_english(done := student.send(asked, DECISION))
    assert "Approved: €100.00 owed by TESTCD Chris is given up." in done.text


def test_books_and_bank_are_compared_in_english(student: Browser) -> None:
    student.acts_as("accountant")
    bank_of(student).states(-1250)
    student.http.headers["Accept-Language"] = "en"
    is_english(student.send(student.get("/staff/rapprochements"), "/staff/rapprochements"))
    desk = "/staff/reconciliations"
    run = student.send(student.get(desk), desk, policy="bank", day="2022-06-23")
    is_english(run)
    student.ports.move(days=2)
    reconcile_nights(student.ports)
    student.http.headers.pop("Accept-Language")
    student.log_in("accountant@demo.test")
    student.http.headers["Accept-Language"] = "en"
    is_english(page := student.get(desk))
    difference = re.search(r'href="(/staff/differences/[^"]+)"', page.text)
    assert difference is not None
    shown = student.get(difference[1])
    is_english(shown)
    is_english(student.send(shown, f"{difference[1]}/owner"))
    is_english(done := student.send(shown, f"{difference[1]}/explanation", text="charges"))
    assert "is explained." in done.text


def test_rights_are_shown_in_english(student: Browser) -> None:
    student.log_in("auditor@demo.test")
    student.http.headers["Accept-Language"] = "en"
    is_english(student.get("/staff/rights"))
