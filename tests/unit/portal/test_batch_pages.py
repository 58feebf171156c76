"""Accounting's pages of batches: what waits, what left, what came back; files to take away."""

from datetime import timedelta

import httpx
import pytest

from chalicelib.domain.books.chart import DEFAULT_CHART, Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.books.journaling import recorded
from chalicelib.domain.books.ledger import Ledger
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.entries import treasury_entry
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.journal.number_journal import number_journal
from tests.unit.portal.conftest import Browser, Page
from tests.unit.portal.test_plan_pages import read

DESK = "/staff/batches"
BATCH = f"{DESK}/INP-L000001"


@pytest.fixture
def numbered(student: Browser) -> Browser:
    """601,00 € paid on the 24th of June, numbered on the 25th; accounting looks."""
    student.declares("01")
    student.pays()
    student.ports.move(days=1)
    number_journal(student.ports)
    student.log_in("accountant@demo.test")
    return student


def one_more(browser: Browser) -> None:
    """A fee that the bank took yesterday, numbered today."""
    ports, fee = browser.ports, {Book.BANK_FEES: 250, Book.BANK: -250}
    ledger, yesterday = Ledger("INP", DEFAULT_CHART, ports.at), paris_day(ports.at) - timedelta(days=1)
    entry = treasury_entry(MoneyEvent.BANK_FEE, "fee", yesterday, fee, ledger)
    trace = audited(ports, "test", Act.LINE_EXPLAINED, "fee", "fee")
    ports.store.commit(recorded(Changes(audit=trace), (entry,)))
    number_journal(ports)


def asks(browser: Browser, method: str, path: str, **body: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {browser.http.cookies['quittance']}"}
    return browser.http.request(method, f"/api/v1{path}", json=body or None, headers=headers)


def returns(browser: Browser, rows: str) -> httpx.Response:
    page = browser.get(BATCH)
    fields = Page(page).form(f"{BATCH}/return").fields
    files = {"file": ("retour.csv", f"ecriture;resultat;motif\n{rows}".encode(), "text/csv")}
    return browser.http.post(f"{BATCH}/return", data=fields, files=files)


def test_batch_is_made_of_what_is_shown_and_taken_away(numbered: Browser) -> None:
    desk = numbered.get(DESK)
    assert "Écritures 1 à 2 de 2022" in read(desk)
    made = numbered.confirms(desk, DESK)
    assert (made.status_code, made.url.path) == (200, BATCH)
    assert "Le lot est établi et figé." in read(made)
    assert "1 202,00" in read(made), "both entries, debit and credit"
    assert "sans retour" in read(made)
    taken = numbered.http.get(f"{BATCH}/file", follow_redirects=False)
    assert (taken.status_code, taken.headers["location"]) == (303, "https://downloads.test/INP-L000001.csv")
    sheet = numbered.get(f"{BATCH}/sheet")
    assert (sheet.status_code, "601,00" in sheet.text) == (200, True)
    again = numbered.send(desk, DESK)
    assert (again.status_code, "Aucune écriture numérotée n'attend" in read(again)) == (409, True)
    assert "INP-L000001" in numbered.get(f"{DESK}?after={'x' * 300}").text


def test_kept_confirmation_makes_the_batch_that_it_shows_alone(numbered: Browser) -> None:
    asked = numbered.send(numbered.get(DESK), DESK)
    assert "Établir le lot de 1 202,00" in read(asked)
    one_more(numbered)
    moved = numbered.send(asked, DESK)
    assert (moved.status_code, numbered.ports.memory.batches) == (409, {})
    assert "Écritures 1 à 3 de 2022" in read(moved)
    made = numbered.confirms(moved, DESK)
    assert (made.status_code, made.url.path) == (200, BATCH)


def test_words_of_an_older_release_are_refused_as_moved(numbered: Browser) -> None:
    sent = asks(numbered, "POST", DESK, seen="0-2022-0")
    assert (sent.status_code, sent.json()["code"]) == (409, "batches_changed")
    seen = asks(numbered, "GET", DESK).json()["ready"]["seen"]
    assert asks(numbered, "POST", DESK, seen=seen).status_code == 201


def test_accounting_date_that_cannot_be_comes_back_with_its_sentence(numbered: Browser) -> None:
    early = numbered.confirms(numbered.get(DESK), DESK, accounting_on="2022-06-01")
    assert (early.status_code, "ne peut pas précéder" in read(early)) == (422, True)
    assert 'value="2022-06-01"' in early.text
    late = numbered.confirms(numbered.get(DESK), DESK, accounting_on="2022-12-01")
    assert "dans le futur" in read(late)


def test_return_is_taken_whole_or_says_its_row(numbered: Browser) -> None:
    numbered.confirms(numbered.get(DESK), DESK)
    wrong = returns(numbered, "1;pris en charge;\n2;rejeté;\n")
    assert (wrong.status_code, "Ligne 3 : un rejet demande son motif" in read(wrong)) == (422, True)
    taken = returns(numbered, "1;pris en charge;\n2;rejeté;compte clos\n")
    assert taken.status_code == 303 or taken.url.path == BATCH
    told = read(numbered.get(BATCH))
    assert "Prises en charge : 1. Rejetées : 1." in told
    assert "compte clos" in told
    assert "rejeté en partie" in read(numbered.get(DESK))


def test_files_of_the_books_are_links_after_a_choice(numbered: Browser) -> None:
    chosen = numbered.get("/staff/exports?year=2022&from=2022-06-01&to=2022-06-30&day=2022-06-24")
    for link in ("fec?year=2022", "journal?from=2022-06-01&amp;to=2022-06-30", "receipts?day=2022-06-24"):
        assert f'href="/staff/exports/{link}"' in chosen.text
        taken = numbered.http.get(f"/staff/exports/{link}".replace("&amp;", "&"), follow_redirects=False)
        assert taken.headers["location"].startswith("https://downloads.test/")
    assert "note yes" not in numbered.get("/staff/exports").text
    assert numbered.get("/staff/exports?year=one").status_code == 404
    assert numbered.get("/staff/exports/fec?year=2030").status_code == 409


def test_auditor_reads_and_makes_nothing(numbered: Browser) -> None:
    numbered.confirms(numbered.get(DESK), DESK)
    numbered.log_in("auditor@demo.test")
    assert "Reprendre ce retour" not in numbered.get(BATCH).text
    assert "Établir le lot" not in numbered.get(DESK).text
