"""Accounting's page of the credit notes of an invoice, and the student's way to their PDF."""

from itertools import product

import pytest

from tests.unit.portal.conftest import CARD, Browser, Page, serve, without_spaces

DESK = "/staff/invoices/9196/credit-notes"
REASON = "bourse notifiée"


@pytest.fixture
def paid(student: Browser) -> Browser:
    student.declares("01")
    student.pays()
    student.acts_as("accountant")
    return student


def read(page: object) -> str:
    return without_spaces(page.text).replace("’", "'")  # type: ignore[attr-defined]


def previewed(browser: Browser, amount: str = "100,00", reason: str = REASON) -> object:
    return browser.send(browser.get(DESK), f"{DESK}/preview", **{"line-0": amount, "reason": reason})


def test_form_confirmation_and_result_say_name_and_amount(paid: Browser) -> None:
    form = paid.get(DESK)
    assert "Porte encore 601,00 € TTC" in read(form)
    shown = previewed(paid, "1 00,5 €")
    assert "Avoir de 100,50 € pour TESTCD Chris" in read(shown)
    assert "0,00 € → 100,50 €" in read(shown)
    assert paid.ports.memory.credit_notes == {}
    done = paid.send(shown, f"{DESK}/issue")  # type: ignore[arg-type]
    assert "L'avoir n° 1 de 100,50 € est établi." in read(done)
    assert "Porte encore 500,50 € TTC" in read(done)


def test_confirmation_sent_twice_issues_one(paid: Browser) -> None:
    shown = previewed(paid)
    for _ in range(2):
        paid.send(shown, f"{DESK}/issue")  # type: ignore[arg-type]
    assert list(paid.ports.memory.credit_notes) == [1]


def test_confirmation_of_what_another_has_credited_meanwhile_is_refused(paid: Browser) -> None:
    first, second = previewed(paid), previewed(paid)
    paid.send(first, f"{DESK}/issue")  # type: ignore[arg-type]
    refused = paid.send(second, f"{DESK}/issue")  # type: ignore[arg-type]
    assert refused.status_code == 409
    assert "qui ne porte plus que 501,00 €" in read(refused)
    assert list(paid.ports.memory.credit_notes) == [1]


def test_confirmation_of_other_sums_than_today_is_shown_again(
    student: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    student.starts_the_plan()
    desk = serve(student.ports, monkeypatch)
    desk.log_in("accountant@demo.test")
    shown = previewed(desk, "250")
    assert "400,69 € → 150,69 €" in read(shown)
    student.is_charged(student.opens(2), "7002", **CARD)
    moved = desk.send(shown, f"{DESK}/issue")  # type: ignore[arg-type]
    assert (moved.status_code, "n'est plus ce que vous avez lu" in read(moved)) == (409, True)
    assert "200,38 € → 0,00 €" in read(moved)
    assert "0,00 € → 49,62 €" in read(moved)
    assert desk.ports.memory.credit_notes == {}
    for _ in range(2):
        assert "L'avoir n° 1 de 250,00 € est établi." in read(desk.send(moved, f"{DESK}/issue"))
    assert list(desk.ports.memory.credit_notes) == [1]


@pytest.mark.parametrize(
    ("amount", "reason", "status", "said"),
    [
        ("601,01", REASON, 409, "ne porte plus que 601,00 €"),
        ("cent", REASON, 422, "Donnez au moins un montant"),
        ("", REASON, 422, "Donnez au moins un montant"),
        ("0", REASON, 422, "Donnez au moins un montant"),
        ("100", " ", 422, "demande un motif"),
    ],
)
def test_what_was_typed_comes_back_with_the_mistake(
    paid: Browser, amount: str, reason: str, status: int, said: str
) -> None:
    page = previewed(paid, amount, reason)
    assert page.status_code == status  # type: ignore[attr-defined]
    assert said in read(page)
    form = Page(page).form(f"{DESK}/preview")  # type: ignore[arg-type]
    assert form.fields["line-0"] == amount
    unread = paid.http.post(DESK + "/issue", data={**form.fields, "line-0": "x"})
    assert unread.status_code == 422


def test_invoice_that_is_wholly_credited_has_no_form(paid: Browser) -> None:
    paid.send(previewed(paid, "601"), f"{DESK}/issue")  # type: ignore[arg-type]
    page = paid.get(DESK)
    assert "entièrement annulée" in read(page)
    assert [form.action for form in Page(page).forms] == ["/logout"]


def test_auditor_reads_and_issues_nothing(paid: Browser) -> None:
    paid.acts_as("auditor")
    page = paid.get(DESK)
    assert "Porte encore" in read(page)
    assert [form.action for form in Page(page).forms] == ["/logout"]


def test_plan_is_shown_as_it_will_be(student: Browser) -> None:
    student.starts_the_plan()
    student.acts_as("accountant")
    shown = read(previewed(student, "250"))
    assert "200,38 € → annulée" in shown
    assert "200,31 € → 150,69 €" in shown


def test_student_sees_the_credit_note_and_downloads_it(paid: Browser) -> None:
    paid.send(previewed(paid), f"{DESK}/issue")  # type: ignore[arg-type]
    paid.acts_as("student")
    position = read(paid.get("/account"))
    for words in ("Avoirs (1)", "n° 9196", REASON, "Télécharger l'avoir n° 1"):
        assert words in position
    answer = paid.http.get("/credit-notes/1/pdf")
    assert answer.status_code == 303
    assert "/credit-notes/1/" in answer.headers["location"]
    assert paid.http.get("/credit-notes/2/pdf").status_code == 404


@pytest.mark.parametrize("place", ["9" * 5000, "²", "０", "00", "-1", "x"])
def test_a_line_that_no_form_of_ours_names_is_no_amount(paid: Browser, place: str) -> None:
    given = {f"line-{place}": "1", "line-0": "", "reason": REASON}
    refused = paid.send(paid.get(DESK), f"{DESK}/preview", **given)
    assert (refused.status_code, "Donnez au moins un montant" in read(refused)) == (422, True)


def test_a_rest_that_no_form_of_ours_names_is_refused(paid: Browser) -> None:
    for name, seen in product(("left_seen", "owed_seen", "credit_seen"), ("9" * 5000, "60100x", "-1")):
        refused = paid.send(previewed(paid), f"{DESK}/issue", **{name: seen})  # type: ignore[arg-type]
        assert refused.status_code == 422
    assert paid.ports.memory.credit_notes == {}
