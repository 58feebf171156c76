"""Lists of titles: what was invoiced and credited, issued by the registrar, answered by accounting."""

import csv
import io
from dataclasses import replace

import pytest

from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.campaign import Text
from chalicelib.domain.errors import Forbidden, NotFound
from chalicelib.domain.exports import titles as rules
from chalicelib.domain.exports.batches import Batch, BatchKind
from chalicelib.domain.exports.refusals import BatchesChanged, NothingToExport, ReturnEntryUnknown
from chalicelib.usecases.corrections.issue_credit_note import CreditOrder, issue_credit_note
from chalicelib.usecases.exports import make_batch as making
from chalicelib.usecases.exports.make_batch import BatchAsked, find_titles, make_batch, show_ready
from chalicelib.usecases.exports.take_return import take_return
from chalicelib.usecases.exports.verify_batches import verify_batches
from chalicelib.usecases.journal.number_journal import number_journal
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student
from tests.usecases.payer_steps import invoices, names
from tests.usecases.test_batches import batch, more

TITLES = BatchKind.TITLES


def issues(student: Student) -> Batch:
    ready = show_ready(student.ports, student.ports.campaigns.current(), TITLES)
    return make_batch(student.ports, BatchAsked(TITLES, ready.seen if ready else ""), REGISTRAR)


def rows(student: Student, made: Batch) -> list[list[str]]:
    text = student.ports.batches.text(made.id).data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


@pytest.fixture
def credited(chris: Student) -> Student:
    """Invoiced with the first instalment, a part credited on the next day; all is numbered."""
    chris.starts_the_plan()
    chris.is_at("2022-06-25 10:00")
    issue_credit_note(chris.ports, CreditOrder(chris.account.invoices[0].number, 10000, "essai"), ACCOUNTANT)
    issue_credit_note(chris.ports, CreditOrder(chris.account.invoices[0].number, 100, "essai"), ACCOUNTANT)
    chris.is_at("2022-06-26 10:00")
    number_journal(chris.ports)
    return chris


def test_list_holds_titles_and_reductions_with_its_slip(credited: Student) -> None:
    made = issues(credited)
    assert (made.id, made.first, made.last, made.control.entries) == ("INP-T000001", 1, 4, 3)
    told = rows(credited, made)
    assert ["Bordereau de titres", "INP-T000001"] in told
    assert ["Total TTC", "500,00"] in told
    heading = next(place for place, row in enumerate(told) if row and row[0] == "Rang")
    title, reduction = told[heading + 1 : heading + 3]
    assert title[:6] == ["1", "Titre", "Facture 9196", "24/06/2022", "00000000000000c1", "TESTCD Chris"]
    assert (title[10:], reduction[1:3]) == (["601,00", "0,00", "601,00", "706"], ["Réduction", "Avoir 1"])
    assert reduction[12] == "-100,00"
    assert title[7].startswith("I2223_Y1_1A")
    assert (title[8].split(" – ")[0], reduction[8]) == (
        "Tarif de la campagne Inscriptions 2022-2023",
        "essai",
    )
    assert verify_batches(credited.ports) == ()
    with pytest.raises(NothingToExport):
        issues(credited)


def test_rule_of_a_price_is_the_basis_of_its_title(chris: Student) -> None:
    campaign = chris.ports.campaigns.current()
    told = {
        code: replace(each, source=Text("délibération 12", ""))
        for code, each in campaign.fee_situations.items()
    }
    chris.starts_the_plan()
    number_journal(chris.ports)
    (entry,) = (each for each in chris.account.journal if each.event is MoneyEvent.INVOICE)
    ruled = replace(campaign, fee_situations=told)
    assert rules.title_of(entry, chris.account, ruled).basis == "délibération 12"


def test_titles_and_journal_leave_apart_and_a_stretch_without_titles_is_no_list(credited: Student) -> None:
    issues(credited)
    journal = batch(credited)
    more(credited)
    with pytest.raises(NothingToExport):
        issues(credited)
    with pytest.raises(NotFound):
        find_titles(credited.ports, journal.id)
    assert find_titles(credited.ports, "INP-T000001").kind is TITLES


def test_long_lists_are_cut_and_stretches_without_titles_passed(
    credited: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MOST_TITLES", 1)
    monkeypatch.setattr(making, "MOST_ENTRIES", 1)
    assert [(each.first, each.last) for each in (issues(credited), issues(credited))] == [(1, 1), (2, 3)]
    assert verify_batches(credited.ports) == ()


def test_list_holds_what_was_read_of_it_alone(credited: Student) -> None:
    ready = show_ready(credited.ports, credited.ports.campaigns.current(), TITLES)
    assert ready
    issue_credit_note(
        credited.ports, CreditOrder(credited.account.invoices[0].number, 50, "essai"), ACCOUNTANT
    )
    credited.is_at("2022-06-27 10:00")
    number_journal(credited.ports)
    with pytest.raises(BatchesChanged):
        make_batch(credited.ports, BatchAsked(TITLES, ready.seen), REGISTRAR)
    assert issues(credited).control.entries == 4


def test_registrar_issues_and_accounting_answers(credited: Student) -> None:
    ready = show_ready(credited.ports, credited.ports.campaigns.current(), TITLES)
    assert ready
    with pytest.raises(Forbidden):
        make_batch(credited.ports, BatchAsked(TITLES, ready.seen), ACCOUNTANT)
    made, heading = issues(credited), b"ecriture;resultat;motif\n"
    with pytest.raises(ReturnEntryUnknown):
        take_return(credited.ports, made.id, heading + b"2;accepte;\n", ACCOUNTANT)
    back = take_return(
        credited.ports, made.id, heading + b"1;accepte;\n3;rejete;sans base\n4;accepte;\n", ACCOUNTANT
    )
    assert (back.taken, back.rejected[0].number) == ((1, 4), 3)


def test_title_of_a_payer_names_it(chris: Student) -> None:
    chris.declares("01")
    names(chris)
    invoices(chris)
    chris.is_at("2022-06-25 10:00")
    number_journal(chris.ports)
    debtors = {row[4] for row in rows(chris, issues(chris)) if len(row) > 4 and row[1] == "Titre"}
    assert debtors == {payer.id for payer in chris.account.payers}


def test_title_without_its_document_is_refused(credited: Student) -> None:
    credited.ports.memory.credit_notes.clear()
    with pytest.raises(NotFound):
        issues(credited)
    entry = next(each for each in credited.account.journal if each.number == 1)
    bare = replace(
        credited.account.invoices[0], client=replace(credited.account.invoices[0].client, address=None)
    )
    account = replace(credited.account, invoices=(bare,))
    assert rules.title_of(entry, account, credited.file.campaign).address == ""
