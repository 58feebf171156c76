"""P31: each event of money writes one balanced entry, numbered without gaps; the account is their sum."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from chalicelib.domain.books.chart import DEFAULT_CHART, Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.money import FeeLine
from chalicelib.domain.trail.audit import Act, AuditEntry, AuditRecord
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.journal.number_journal import number_journal
from chalicelib.usecases.journal.verify_journal import verify_journal
from tests.proof.books import check_books
from tests.usecases.conftest import CHRIS, Student


def lines(entry: JournalEntry) -> list[tuple[str, int]]:
    return [(posting.account, posting.cents) for posting in entry.postings]


def entries(student: Student) -> list[tuple[MoneyEvent, list[tuple[str, int]]]]:
    return [(entry.event, lines(entry)) for entry in student.ports.memory.journal.values()]


@pytest.fixture
def paid(chris: Student) -> Student:
    chris.declares("01")
    chris.pays(chris.opens_the_page())
    return chris


@pytest.fixture
def numbered(paid: Student) -> Student:
    """The first day has ended: its entries are numbered, and all is sealed."""
    paid.ports.move(days=1)
    assert number_journal(paid.ports).numbered == 2
    seal_audit(paid.ports)
    assert verify_journal(paid.ports) == ()
    return paid


class TestEntries:
    def test_payment_of_all_is_an_invoice_and_a_receipt(self, paid: Student) -> None:
        assert entries(paid) == [
            (MoneyEvent.INVOICE, [("411", 60100), ("706", -60100)]),
            (MoneyEvent.PAYMENT, [("5115", 60100), ("411", -60100)]),
        ]

    def test_money_that_finds_nothing_owed_is_a_credit_until_something_is(self, chris: Student) -> None:
        chris.declares("01")
        page = chris.keeps_a_page()
        chris.declares("02")
        chris.pays(page)
        assert entries(chris) == [(MoneyEvent.PAYMENT, [("5115", 60100), ("4191", -60100)])]
        chris.declares("05")
        chris.pays(chris.opens_the_page(), "7002")
        assert entries(chris)[1:] == [
            (MoneyEvent.INVOICE, [("411", 377000), ("706", -377000)]),
            (MoneyEvent.PAYMENT, [("5115", 316900), ("411", -316900)]),
            (MoneyEvent.SET_OFF, [("4191", 60100), ("411", -60100)]),
        ]
        check_books(chris.ports.memory)

    def test_debit_is_a_receipt(self, chris: Student) -> None:
        chris.starts_the_plan()
        chris.debits_run("2022-07-10T09:00")
        assert entries(chris)[-1] == (MoneyEvent.PAYMENT, [("5115", 20031), ("411", -20031)])

    def test_campaign_names_the_accounts_and_tax_has_its_own(self, chris: Student) -> None:
        campaign = chris.ports.campaigns.current()
        taxed = (FeeLine("Formation", 1, 10000, vat_rate=Decimal(20)),)
        programme = replace(campaign.programme("I2223_Y1_1A"), tariffs={"01": taxed})
        chart = DEFAULT_CHART | {Book.FEES: "7062", Book.CARDS: "51151"}
        chris.ports.campaigns.change(replace(campaign, programmes={programme.code: programme}, chart=chart))
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        assert entries(chris) == [
            (MoneyEvent.INVOICE, [("411", 12000), ("7062", -10000), ("44571", -2000)]),
            (MoneyEvent.PAYMENT, [("51151", 12000), ("411", -12000)]),
        ]
        position = chris.account.position(chris.ports.at.date())
        assert (position.debit_cents, position.credit_cents) == (12000, 12000)

    def test_documents_of_before_the_journal_are_in_the_position_and_get_their_entries_with_the_next(
        self, chris: Student
    ) -> None:
        chris.starts_the_plan()
        before = dict(chris.ports.memory.journal)
        position = chris.account.position(chris.ports.at.date())
        chris.ports.memory.journal.clear()
        assert chris.account.position(chris.ports.at.date()) == position
        chris.debits_run("2022-07-10T09:00")
        assert before.keys() < chris.ports.memory.journal.keys()
        dates = {entry.dated_on.isoformat() for entry in chris.ports.memory.journal.values()}
        assert dates == {"2022-06-24", "2022-07-10"}
        check_books(chris.ports.memory)

    def test_refund_of_a_booked_credit_is_an_entry_of_its_own(self, chris: Student) -> None:
        chris.declares("01")
        page = chris.keeps_a_page()
        chris.declares("02")
        chris.pays(page)
        (payment,) = chris.account.payments
        refunded = replace(payment, refunded_cents=60100, version=2)
        changes = journaled(Changes((refunded,), audit=chris.trace), chris.file, chris.ports.at)
        (entry,) = (row for row in changes.rows if isinstance(row, JournalEntry))
        assert (entry.event, lines(entry)) == (MoneyEvent.REFUND, [("4191", 60100), ("5115", -60100)])

    def test_money_cannot_move_without_an_audit_entry(self, paid: Student) -> None:
        payment = replace(paid.account.payments[0], id=f"{CHRIS.id}-t9")
        with pytest.raises(ValueError, match="audit"):
            journaled(Changes((payment,)), paid.file, paid.ports.at)


class TestNumbers:
    def test_are_drawn_once_the_day_has_ended_in_paris(self, paid: Student) -> None:
        paid.is_at("2022-06-24T23:59")
        assert number_journal(paid.ports).numbered == 0
        paid.is_at("2022-06-25T00:01")
        assert number_journal(paid.ports).numbered == 2
        assert number_journal(paid.ports).numbered == 0
        (sequence,) = paid.ports.journal.sequences()
        found = paid.ports.journal.numbered(sequence.series, sequence.year)
        assert [(entry.number, entry.event) for entry in found] == [
            (1, MoneyEvent.INVOICE),
            (2, MoneyEvent.PAYMENT),
        ]

    def test_begin_anew_each_year(self, chris: Student) -> None:
        written = _entry_of(chris, "2022-12-31"), _entry_of(chris, "2023-01-01")
        chris.ports.memory.journal = {each.id: each for each in written}
        chris.is_at("2023-01-02T09:00")
        assert number_journal(chris.ports).numbered == 2
        assert {each.number for each in chris.ports.memory.journal.values()} == {1}
        assert {each.year for each in chris.ports.journal.sequences()} == {2022, 2023}

    def test_refused_entry_is_passed_over_and_counted(self, paid: Student) -> None:
        commit, alarms = paid.ports.store.commit, paid.ports.alarms

        def picky(changes: Changes) -> None:
            if any(isinstance(row, JournalEntry) and row.event is MoneyEvent.INVOICE for row in changes.rows):
                raise ValueError("too large")
            commit(changes)

        paid.ports.store.commit, alarms.expects_failures = picky, True  # type: ignore[method-assign]
        paid.ports.move(days=1)
        report = number_journal(paid.ports)
        assert (report.numbered, report.failed) == (1, 1)
        assert [entry.number for entry in paid.ports.memory.journal.values()] == [0, 1]

    def test_lost_race_leaves_them_to_the_next_run(self, paid: Student) -> None:
        def lost(_changes: Changes) -> None:
            raise ConcurrentUpdate

        commit = paid.ports.store.commit
        paid.ports.store.commit = lost  # type: ignore[method-assign]
        paid.ports.move(days=1)
        assert (number_journal(paid.ports).lost, number_journal(paid.ports).failed) == (2, 0)
        paid.ports.store.commit = commit  # type: ignore[method-assign]
        assert number_journal(paid.ports).numbered == 2

    def test_run_without_time_leaves_them(self, paid: Student) -> None:
        paid.ports.move(days=1)
        assert number_journal(paid.ports, lambda: False).left == 1


def _entry_of(student: Student, day: str) -> JournalEntry:
    student.is_at(f"{day}T10:00")
    invoice = {"event": MoneyEvent.INVOICE, "subject": "1", "postings": ()}
    return JournalEntry(
        id=f"{CHRIS.id}-{day}",
        registration_id=student.registration_id,
        person_id=CHRIS.id,
        series="S",
        dated_on=student.ports.at.date(),
        booked_at=student.ports.at,
        **invoice,  # type: ignore[arg-type]  # its fields
    )


class TestVerification:
    """What was done to the rows behind the product's back is named."""

    def changes(self, student: Student, event: MoneyEvent, **fields: object) -> JournalEntry:
        journal = student.ports.memory.journal
        entry = next(each for each in journal.values() if each.event is event)
        journal[entry.id] = replace(entry, **fields)  # type: ignore[arg-type]  # its fields
        return entry

    def test_altered_amount(self, numbered: Student) -> None:
        entry = next(iter(numbered.ports.memory.journal.values()))
        postings = tuple(replace(each, cents=each.cents // 2) for each in entry.postings)
        self.changes(numbered, entry.event, postings=postings)
        assert verify_journal(numbered.ports) == (
            f"Journal entry {entry.id} (number 1) is not as it was written: its digest differs.",
        )

    def test_altered_before_it_was_numbered(self, paid: Student) -> None:
        entry = self.changes(paid, MoneyEvent.PAYMENT, subject="another")
        (flaw,) = verify_journal(paid.ports)
        assert flaw.startswith(f"Journal entry {entry.id} is not as it was written")

    def test_deleted_entry(self, numbered: Student) -> None:
        entry = self.changes(numbered, MoneyEvent.PAYMENT)
        del numbered.ports.memory.journal[entry.id]
        flaws = verify_journal(numbered.ports)
        assert f"Journal entry {entry.id} is missing: the audit trail tells of it." in flaws
        assert any("has a gap or a double: see number 2" in flaw for flaw in flaws)

    def test_added_entry(self, numbered: Student) -> None:
        entry = self.changes(numbered, MoneyEvent.PAYMENT)
        numbered.ports.memory.journal["added"] = replace(entry, id="added", number=0)
        (flaw,) = verify_journal(numbered.ports)
        assert flaw == "Journal entry added: no record of the audit trail tells of it."

    def test_swapped_numbers(self, numbered: Student) -> None:
        self.changes(numbered, MoneyEvent.PAYMENT, number=1)
        self.changes(numbered, MoneyEvent.INVOICE, number=2)
        (flaw,) = verify_journal(numbered.ports)
        assert flaw.endswith("numbers 1 to 2 are not those that were drawn.")

    def test_entry_written_while_it_was_read_is_no_flaw(self, numbered: Student) -> None:
        """The trail is read after the entries: an act between the two shows in one reading alone."""
        audit, records = numbered.ports.audit, numbered.ports.audit.records
        reads: list[int] = []

        def grown(from_number: int) -> Sequence[AuditRecord | AuditEntry]:
            reads.append(from_number)
            late = AuditEntry(
                "late", numbered.ports.at, "gateway", Act.PAYMENT_BOOKED, CHRIS.id, "x", "",
                {"journal": f"late-{len(reads)}=digest"},
            )  # fmt: skip
            return (*records(from_number), late)

        audit.records = grown  # type: ignore[method-assign,assignment]
        assert verify_journal(numbered.ports) == ()
        assert len(reads) == 2
