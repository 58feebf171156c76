"""The statement of an account: held to the account's own position, and read back from the PDF."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import outloud  # type: ignore[import-untyped] # ships no types
import pytest
from pypdf import PdfReader

from chalicelib.domain.books.as_of import DayToCome
from chalicelib.domain.books.statement import Statement, statement_of
from chalicelib.invoicing.render import render_statement
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.invoices.issue_statement import issue_statement
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student, chris, ports

__all__ = ["chris", "ports"]

TODAY = date(2022, 6, 24)


def statement(chris: Student, as_of: date = TODAY) -> Statement:
    return statement_of(chris.account, chris.ports.campaigns.current(), as_of, as_of)


def words(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.fixture
def corrected(chris: Student) -> Student:
    """A plan that has begun, and a credit note some days later."""
    chris.starts_the_plan()
    chris.is_at("2022-07-01 10:00")
    issue_credit_note(chris.ports, CreditOrder(chris.account.invoices[0].number, 10000, "essai"), ACCOUNTANT)
    return chris


def test_its_sums_are_those_of_the_account_and_its_balance_runs(corrected: Student) -> None:
    told, position = statement(corrected, date(2022, 7, 1)), corrected.account.position(date(2022, 7, 1))
    assert (told.debit_cents, told.credit_cents) == (position.debit_cents, position.credit_cents)
    assert told.balance_cents == position.balance_cents
    assert [each.balance_cents for each in told.movements] == [60100, 40069, 30069]
    assert [each.debit_cents for each in told.movements] == [60100, 0, -10000]


def test_evening_before_knows_nothing_of_the_day_after(corrected: Student) -> None:
    assert statement(corrected, date(2022, 6, 30)).balance_cents == 40069
    assert statement(corrected, date(2022, 6, 23)).movements == ()


def test_release_without_a_journal_gives_the_same(corrected: Student) -> None:
    account = replace(corrected.account, credit_notes=())
    bare = statement_of(replace(account, journal=()), corrected.ports.campaigns.current(), TODAY, TODAY)
    assert bare.movements == statement(corrected).movements


def test_pdf_says_what_the_statement_holds(corrected: Student) -> None:
    told = statement(corrected, date(2022, 7, 1))
    shown = words(render_statement(told))
    assert "Arrêté au : 01/07/2022 au soir" in shown
    assert f"24/06/2022 Facture n° {corrected.account.invoices[0].number} 601,00 601,00" in shown
    assert "24/06/2022 Règlement (carte) 200,31 400,69" in shown
    assert "01/07/2022 Avoir n° 1 -100,00 300,69" in shown.replace("−", "-")
    assert "Reste dû : 300,69 €" in shown


def test_what_is_to_give_back_is_said_in_favour_of_the_person(chris: Student) -> None:
    chris.declares("01")
    chris.pays(chris.opens_the_page())
    issue_credit_note(chris.ports, CreditOrder(chris.account.invoices[0].number, 60100, "essai"), ACCOUNTANT)
    assert "En votre faveur : 601,00 €" in words(render_statement(statement(chris)))


def test_empty_account_says_so(chris: Student, tmp_path: Path) -> None:
    pdf = render_statement(statement(chris))
    assert "Aucun mouvement à cette date." in words(pdf)
    assert verdict(pdf, tmp_path) == ("pass", 0, 0)


def test_it_passes_the_accessibility_checker(corrected: Student, tmp_path: Path) -> None:
    assert verdict(render_statement(statement(corrected)), tmp_path) == ("pass", 0, 0)


def verdict(pdf: bytes, folder: Path) -> tuple[str, int, int]:
    file = folder / "statement.pdf"
    file.write_bytes(pdf)
    result = outloud.check(str(file))
    return result.verdict, result.errors, result.warnings


def test_same_day_gives_one_document_and_a_day_to_come_none(corrected: Student) -> None:
    ask = corrected.ports, CHRIS.id, corrected.registration_id
    first, again = issue_statement(*ask), issue_statement(*ask)
    assert first == again
    assert issue_statement(*ask, date(2022, 6, 30))[0] != first[0]
    with pytest.raises(DayToCome):
        issue_statement(*ask, date(2022, 7, 2))
