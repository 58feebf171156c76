"""Accounting batches: numbered without gaps, frozen, chained, an entry in one of them at most."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.books.chart import DEFAULT_CHART, Book
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.books.journaling import recorded
from chalicelib.domain.books.ledger import Ledger
from chalicelib.domain.books.period_refusals import PeriodClosed
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, Forbidden, NotFound
from chalicelib.domain.exports import batches as rules
from chalicelib.domain.exports.batches import Batch, BatchKind
from chalicelib.domain.exports.layouts import NEUTRAL, AccountingExport, Column, Field, Form, Layout
from chalicelib.domain.exports.refusals import (
    AccountingDateEarly,
    AccountingDateToCome,
    AccountsUnmapped,
    BatchesChanged,
    LayoutOverflow,
    NothingToExport,
    ReturnContradicted,
    ReturnEntryTwice,
    ReturnEntryUnknown,
    ReturnResultUnknown,
    ReturnUnreasoned,
)
from chalicelib.domain.exports.returns import BatchState
from chalicelib.domain.imports.mistakes import HeadingMissing
from chalicelib.domain.trail.audit import BEGINNING, Act
from chalicelib.domain.treasury.entries import treasury_entry
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.exports import make_batch as making
from chalicelib.usecases.exports.complete_journal import require_complete_journal
from chalicelib.usecases.exports.make_batch import BatchAsked, make_batch, show_ready
from chalicelib.usecases.exports.take_return import take_return
from chalicelib.usecases.exports.verify_batches import verify_batches
from chalicelib.usecases.journal.number_journal import number_journal
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.test_refunds_at_once import at_once

JOURNAL = BatchKind.JOURNAL


def seen(student: Student) -> str:
    ready = show_ready(student.ports, student.ports.campaigns.current(), JOURNAL)
    return ready.seen if ready else ""


def batch(student: Student, on: date | None = None) -> Batch:
    return make_batch(student.ports, BatchAsked(JOURNAL, seen(student), on), ACCOUNTANT)


def text(student: Student, made: Batch) -> list[str]:
    return student.ports.batches.text(made.id).data.decode("utf-8-sig").splitlines()


@pytest.fixture
def paid(chris: Student) -> Student:
    """Paid on the 24th of June; its two entries are numbered on the 25th."""
    chris.declares("01")
    chris.pays(chris.opens_the_page())
    chris.is_at("2022-06-25 09:00")
    number_journal(chris.ports)
    return chris


def more(student: Student, day: str = "2022-06-27 09:00") -> None:
    """One entry more, a fee of the bank dated today, numbered by `day`."""
    ports, today = student.ports, paris_day(student.ports.at)
    ledger = Ledger("INP", DEFAULT_CHART, ports.at)
    fee = {Book.BANK_FEES: 250, Book.BANK: -250}
    entry = treasury_entry(MoneyEvent.BANK_FEE, f"{today}", today, fee, ledger)
    ports.store.commit(recorded(Changes(audit=student.trace), (entry,)))
    student.is_at(day)
    number_journal(ports)


class TestMaking:
    def test_freezes_what_is_numbered_and_chains_it(self, paid: Student) -> None:
        first = batch(paid)
        assert (first.id, first.year, first.first, first.last) == ("INP-L000001", 2022, 1, 2)
        assert first.previous == BEGINNING
        heading, owed, earned, *received = (row.split(";") for row in text(paid, first))
        assert heading[:5] == ["Lot", "Écriture", "Ligne", "Journal", "Date comptable"]
        assert heading[5:] == [column.name for column in NEUTRAL.columns[5:]]
        of_the_day = ["24/06/2022", "24/06/2022"]
        chris = ["00000000000000c1", "TESTCD Chris", "00000000000000c1-1", "9196", "Facture 9196"]
        students = ["411", "Étudiants et tiers payeurs"]
        assert owed == [first.id, "1", "1", "INS", *of_the_day, *students, *chris, "601,00", "0,00"]
        fees = ["706", "Droits d'inscription", "", ""]
        assert earned == [first.id, "1", "2", "INS", *of_the_day, *fees, *chris[2:], "0,00", "601,00"]
        assert [row[6] for row in received] == ["5115", "411"]
        control = first.control
        assert (control.entries, control.lines, control.debit_cents, control.credit_cents) == (
            2,
            4,
            120200,
            120200,
        )
        assert control.closing == {"411": 0, "5115": 60100, "706": -60100}
        told = [each for each in paid.ports.memory.audit_waiting.values() if each.act is Act.BATCH_MADE]
        assert [(each.target, each.details["hash"]) for each in told] == [(first.id, first.hash)]
        assert "TESTCD" not in repr(paid.ports.memory.batch_texts)
        (kept,) = paid.ports.memory.batch_texts.values()
        assert kept.kept_until.isoformat() == "2033-01-01T00:00:00+01:00"

    def test_holds_no_entry_twice_and_a_later_entry_in_a_later_batch(self, paid: Student) -> None:
        first = batch(paid)
        with pytest.raises(NothingToExport):
            batch(paid)
        more(paid)
        second = batch(paid)
        assert (second.number, second.first, second.last, second.previous) == (2, 3, 3, first.hash)
        assert second.control.opening == first.control.closing
        assert sum(second.control.closing.values()) == 0
        assert verify_batches(paid.ports) == ()

    def test_of_eight_that_ask_at_once_one_makes_it(self, paid: Student) -> None:
        asked = BatchAsked(JOURNAL, seen(paid))
        done = at_once([lambda: make_batch(paid.ports, asked, ACCOUNTANT)] * 8)
        assert len(done) == 1
        assert list(paid.ports.memory.batches) == ["INP-L000001"]
        more(paid)
        with pytest.raises(BatchesChanged):
            make_batch(paid.ports, asked, ACCOUNTANT)

    def test_who_loses_the_race_is_told_that_another_was_made(
        self, paid: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def lost(_changes: Changes) -> None:
            raise ConcurrentUpdate

        asked = BatchAsked(JOURNAL, seen(paid))
        require_complete_journal(paid.ports)
        monkeypatch.setattr(paid.ports.store, "commit", lost)
        with pytest.raises(BatchesChanged):
            make_batch(paid.ports, asked, ACCOUNTANT)

    def test_batch_holds_what_was_read_of_it_alone(self, paid: Student) -> None:
        asked = BatchAsked(JOURNAL, seen(paid))
        more(paid)
        with pytest.raises(BatchesChanged):
            make_batch(paid.ports, asked, ACCOUNTANT)
        assert paid.ports.memory.batches == {}
        assert batch(paid).last == 3

    def test_accounting_alone_makes_batches(self, paid: Student) -> None:
        with pytest.raises(Forbidden):
            make_batch(paid.ports, BatchAsked(JOURNAL, seen(paid)), CHRIS)

    def test_accountant_chooses_the_day(self, paid: Student) -> None:
        with pytest.raises(AccountingDateEarly):
            batch(paid, date(2022, 6, 23))
        with pytest.raises(AccountingDateToCome):
            batch(paid, date(2022, 6, 26))
        made = batch(paid, date(2022, 6, 25))
        assert {row.split(";")[4] for row in text(paid, made)[1:]} == {"25/06/2022"}
        assert {row.split(";")[5] for row in text(paid, made)[1:]} == {"24/06/2022"}

    def test_closed_month_takes_no_batch(self, paid: Student) -> None:
        campaign = paid.ports.campaigns.current()
        paid.ports.campaigns.change(replace(campaign, books_open_from=date(2022, 7, 1)))
        paid.is_at("2022-07-02 09:00")
        with pytest.raises(PeriodClosed):
            batch(paid, date(2022, 6, 30))
        assert batch(paid, date(2022, 7, 1)).accounting_on == date(2022, 7, 1)

    def test_years_leave_one_after_the_other(self, paid: Student) -> None:
        paid.is_at("2023-01-05 10:00")
        more(paid, "2023-01-06 10:00")
        made = [batch(paid), batch(paid)]
        assert [(each.year, each.first, each.last) for each in made] == [(2022, 1, 2), (2023, 1, 1)]
        assert made[1].control.opening == {}
        assert verify_batches(paid.ports) == ()

    def test_large_year_leaves_in_parts(self, paid: Student, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(making, "MOST_ENTRIES", 1)
        ready = show_ready(paid.ports, paid.ports.campaigns.current(), JOURNAL)
        assert ready
        assert (ready.last, ready.is_more) == (1, True)
        assert [batch(paid).last, batch(paid).last] == [1, 2]

    def test_file_too_long_for_a_row_has_more_rows_and_holds_what_was_read(
        self, paid: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "LONGEST_TEXT", 100)
        ready = show_ready(paid.ports, paid.ports.campaigns.current(), JOURNAL)
        assert ready
        made = make_batch(paid.ports, BatchAsked(JOURNAL, ready.seen), ACCOUNTANT)
        assert (made.first, made.last, made.control) == (1, 2, ready.control)
        assert [line.split(";")[1] for line in text(paid, made)[1:]] == ["1", "1", "2", "2"]
        kept = paid.ports.memory.batch_texts
        assert len(kept) > 3
        assert verify_batches(paid.ports) == ()
        more(paid)
        following = batch(paid)
        assert (following.first, following.last) == (3, 3)
        del kept[made.id, 2]
        with pytest.raises(NotFound):
            paid.ports.batches.text(made.id)

    def test_index_that_tells_a_later_entry_first_leaves_no_hole(
        self, paid: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        numbered = paid.ports.journal.numbered
        monkeypatch.setattr(paid.ports.journal, "numbered", lambda *asked: numbered(*asked)[1:])
        assert show_ready(paid.ports, paid.ports.campaigns.current(), JOURNAL) is None

    def test_text_is_gone_after_its_years_and_the_batch_stays(self, paid: Student) -> None:
        made = batch(paid)
        paid.ports.memory.batch_texts.clear()
        with pytest.raises(NotFound):
            paid.ports.batches.text(made.id)
        assert verify_batches(paid.ports) == ()


def laid_out(student: Student, export: AccountingExport) -> None:
    campaign = student.ports.campaigns.current()
    student.ports.campaigns.change(replace(campaign, accounting=export))


MAPPED = {number: {"account": f"{number:0<8}", "centre": "UB900"} for number in DEFAULT_CHART.values()}


class TestLayouts:
    def test_school_has_its_own_accounts_and_columns(self, paid: Student) -> None:
        columns = (
            Column("CPT", target="account", width=8),
            Column("UB", target="centre", width=6),
            Column("DEVISE", text="EUR", width=3),
            Column("LIB", Field.LABEL, width=5),
            Column("DEB", Field.DEBIT, width=9),
        )
        layout = Layout(
            columns, Form.FIXED, decimal="", header="LOT {batch} {lines}", footer="{debit} {credit}"
        )
        laid_out(paid, AccountingExport(MAPPED, layout))
        made = batch(paid)
        assert text(paid, made) == [
            "LOT INP-L000001 4",
            "41100000UB900 EURFactu60100    ",
            "70600000UB900 EURFactu0        ",
            "51150000UB900 EURRègle60100    ",
            "41100000UB900 EURRègle0        ",
            "120200 120200",
        ]

    def test_account_without_a_target_is_refused_by_name(self, paid: Student) -> None:
        laid_out(paid, AccountingExport({"411": {"account": "41110000"}}))
        with pytest.raises(AccountsUnmapped) as refused:
            batch(paid)
        assert refused.value.accounts == ("5115", "706")
        assert paid.ports.memory.batches == {}

    def test_number_that_does_not_fit_is_refused_by_column(self, paid: Student) -> None:
        laid_out(paid, AccountingExport({}, Layout((Column("DEB", Field.DEBIT, width=4),), Form.FIXED)))
        with pytest.raises(LayoutOverflow) as refused:
            batch(paid)
        assert (refused.value.column, refused.value.value) == ("DEB", "601,00")


class TestReturns:
    def test_says_what_was_taken_in_charge_and_what_rejected(self, paid: Student) -> None:
        made = batch(paid)
        assert paid.ports.batches.returned(made).state(2) is BatchState.SENT
        first = take_return(paid.ports, made.id, b"ecriture;resultat\n1;pris en charge\n", ACCOUNTANT)
        assert first.state(2) is BatchState.PARTLY_ANSWERED
        data = "Écriture;Résultat;Motif\n2;Rejeté;compte clos\n1;Prise en charge;\n".encode()
        second = take_return(paid.ports, made.id, data, ACCOUNTANT)
        assert [(each.number, each.reason) for each in second.rejected] == [(2, "compte clos")]
        assert (second.taken, second.state(2)) == ((1,), BatchState.PARTLY_REJECTED)
        acts = len(paid.ports.memory.audit_waiting)
        assert take_return(paid.ports, made.id, data, ACCOUNTANT) == second
        assert len(paid.ports.memory.audit_waiting) == acts

    @pytest.mark.parametrize(
        ("rows", "state"),
        [
            (b"1;accepte;\n2;accepte;\n", BatchState.TAKEN_IN_CHARGE),
            (b"1;rejet;x\n2;rejet;y\n", BatchState.REJECTED),
        ],
    )
    def test_whole_batches(self, paid: Student, rows: bytes, state: BatchState) -> None:
        made = batch(paid)
        after = take_return(paid.ports, made.id, b"ecriture;resultat;motif\n" + rows, ACCOUNTANT)
        assert after.state(made.control.entries) is state

    @pytest.mark.parametrize(
        ("rows", "refusal"),
        [
            (b"3;accepte;\n", ReturnEntryUnknown(2, "3")),
            (b"1;accepte;\none;accepte;\n", ReturnEntryUnknown(3, "one")),
            (b"1;accepte;\n1;accepte;\n", ReturnEntryTwice(3, 1)),
            (b"1;peut-etre;\n", ReturnResultUnknown(2, "peut-etre")),
            (b"1;rejete;\n", ReturnUnreasoned(2)),
        ],
    )
    def test_bad_row_is_named_and_nothing_is_taken(
        self, paid: Student, rows: bytes, refusal: Exception
    ) -> None:
        made = batch(paid)
        with pytest.raises(type(refusal)) as refused:
            take_return(paid.ports, made.id, b"ecriture;resultat;motif\n" + rows, ACCOUNTANT)
        assert refused.value == refusal
        assert paid.ports.memory.batch_returns == {}

    def test_file_without_its_columns_is_refused(self, paid: Student) -> None:
        with pytest.raises(HeadingMissing):
            take_return(paid.ports, batch(paid).id, b"a;b\n1;2\n", ACCOUNTANT)

    @pytest.mark.parametrize(
        ("then", "number"), [(b"1;rejete;x\n", 1), (b"2;accepte;\n", 2), (b"2;rejete;y\n", 2)]
    )
    def test_later_return_contradicts_no_earlier_one(self, paid: Student, then: bytes, number: int) -> None:
        made, heading = batch(paid), b"ecriture;resultat;motif\n"
        take_return(paid.ports, made.id, heading + b"1;accepte;\n2;rejete;x\n", ACCOUNTANT)
        with pytest.raises(ReturnContradicted) as refused:
            take_return(paid.ports, made.id, heading + then, ACCOUNTANT)
        assert refused.value == ReturnContradicted(2, number)


class TestVerification:
    @pytest.fixture
    def two(self, paid: Student) -> Student:
        batch(paid)
        more(paid)
        batch(paid)
        assert verify_batches(paid.ports) == ()
        return paid

    def test_changed_byte_of_a_frozen_file_is_named(self, two: Student) -> None:
        texts = two.ports.memory.batch_texts
        first = texts["INP-L000001", 1]
        data = first.data.replace(b"601,00", b"601,01", 1)
        texts["INP-L000001", 1] = replace(first, packed=rules.packed(data))
        assert verify_batches(two.ports) == ("Batch INP-L000001: its file is not as it was frozen.",)
        for packed in ("AAAA", "*"):
            texts["INP-L000001", 1] = replace(first, packed=packed)
            assert verify_batches(two.ports) == ("Batch INP-L000001: its file is not as it was frozen.",)

    def test_changed_deleted_and_added_batches_are_named(self, two: Student) -> None:
        kept, seal = two.ports.memory.batches, seal_audit(two.ports)
        assert seal.sealed
        first, second = kept["INP-L000001"], kept["INP-L000002"]
        kept["INP-L000001"] = replace(first, last=3)
        assert "Batch INP-L000001 is not as it was frozen: its hash differs." in verify_batches(two.ports)
        kept["INP-L000001"] = first
        del kept["INP-L000002"]
        assert verify_batches(two.ports) == (
            "Batch INP-L000002 is missing: the audit trail tells of it.",
            "The batches of the journal of INP do not end where their sequence ends.",
        )
        kept["INP-L000002"] = second
        kept["INP-T000001"] = replace(second, kind=BatchKind.TITLES, number=1, previous=BEGINNING, first=2)
        assert verify_batches(two.ports) == (
            "Batch INP-T000001: no record of the audit trail tells of it.",
            "Batch INP-T000001 does not begin after the last entry of the batch before it.",
            "The batches of titles of INP do not end where their sequence ends.",
        )

    def test_every_page_of_the_list_is_read(self, two: Student, monkeypatch: pytest.MonkeyPatch) -> None:
        listed = two.ports.batches.listed

        def one_by_one(kind: BatchKind, after: str | None = None) -> tuple[Sequence[Batch], str | None]:
            rest = [each for each in listed(kind)[0] if each.id > (after or "")]
            return rest[:1], rest[0].id if len(rest) > 1 else None

        monkeypatch.setattr(two.ports.batches, "listed", one_by_one)
        assert verify_batches(two.ports) == ()
        del two.ports.memory.batches["INP-L000002"]
        assert len(verify_batches(two.ports)) == 2

    def test_batch_out_of_the_chain_is_named(self, two: Student) -> None:
        kept = two.ports.memory.batches
        kept["INP-L000002"] = replace(kept["INP-L000002"], previous=BEGINNING)
        assert "Batch INP-L000002 does not continue the batch before it." in verify_batches(two.ports)
