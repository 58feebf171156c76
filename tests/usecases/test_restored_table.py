"""The table is lost and restored as it was some days before: nothing is taken twice, and nothing is lost."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.payments import AttemptState
from chalicelib.domain.plan.instalments import DebitState, InstalmentState
from chalicelib.domain.reconciliation.exports import Export, ExportKind, TransactionLine
from chalicelib.domain.trail.audit import OPERATOR, Act, AuditRecord, Head, RecordUnreadable
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.audit.verify_audit import verify_audit
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.restoration.raise_numbers import QUESTIONS_SKIPPED, Issued, raise_numbers
from chalicelib.usecases.restoration.record_restore import record_restore
from chalicelib.usecases.restoration.write_again import WrittenAgain, write_again
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import Student

JULY, AUGUST = "2022-07-10T00:30", "2022-08-10T00:30"


def backed_up(student: Student) -> Callable[[], None]:
    """Keep the rows as they are; return the act that loses the table and restores these."""
    memory = student.ports.memory
    chain, end = list(student.ports.audit.chain), student.ports.audit.head()
    rows = {name: deepcopy(value) for name, value in vars(memory).items() if name != "lock"}

    def restore() -> None:
        for name, value in rows.items():
            kept = getattr(memory, name)
            if isinstance(kept, dict | set):  # adapters hold the very object
                kept.clear()
                kept.update(deepcopy(value))
            else:
                setattr(memory, name, deepcopy(value))
        student.ports.audit.chain, student.ports.audit._end = list(chain), end  # noqa: SLF001 - rows of the fake's own
        student.ports.asks_before_debits = True

    return restore


def line(student: Student, of: str, cents: int, **others: Any) -> TransactionLine:
    reference = student.ports.gateway.reference(of)
    told = TransactionLine(2, "7001", "8001", reference, date(2022, 6, 24), cents, "")
    return replace(told, **others)


def export(*lines: TransactionLine) -> Export:
    return Export(ExportKind.TRANSACTIONS, "digest", lines)


class TestDebit:
    def test_that_the_restored_rows_do_not_know_is_found_before_it_would_be_taken_again(
        self, chris: Student
    ) -> None:
        chris.starts_the_plan()
        restore = backed_up(chris)
        chris.debits_run(JULY)
        assert chris.instalment(2).state is InstalmentState.PAID
        restore()
        assert chris.instalment(2).state is InstalmentState.DUE
        raise_numbers(chris.ports, {})
        chris.debits_run("2022-07-10T03:30")

        assert (chris.instalment(2).state, chris.taken(2)) == (InstalmentState.PAID, [20031])
        assert len(chris.ports.gateway.asked_debits) == 1

    def test_would_be_taken_twice_without_asking(self, chris: Student) -> None:
        """The gateway refuses no second debit under a reference: this is what the question is for."""
        chris.starts_the_plan()
        restore = backed_up(chris)
        chris.debits_run(JULY)
        restore()
        raise_numbers(chris.ports, {})
        chris.ports.asks_before_debits = False
        chris.debits_run("2022-07-10T03:30")
        assert chris.taken(2) == [20031, 20031]

    def test_that_was_refused_meanwhile_counts_as_its_try(self, chris: Student) -> None:
        chris.starts_the_plan()
        restore = backed_up(chris)
        chris.ports.gateway.script.append(Behaviour.REFUSE_SOFT)
        chris.debits_run(JULY)
        restore()
        raise_numbers(chris.ports, {})
        chris.debits_run("2022-07-10T03:30")
        assert (chris.instalment(2).state, chris.instalment(2).tries, chris.taken(2)) == (
            InstalmentState.DUE,
            1,
            [],
        )

    def test_that_the_gateway_does_not_know_is_taken_once(self, chris: Student) -> None:
        chris.starts_the_plan()
        backed_up(chris)()
        for at in (JULY, "2022-07-10T01:30", "2022-07-10T02:30"):
            chris.debits_run(at)
        assert (chris.instalment(2).state, chris.taken(2)) == (InstalmentState.PAID, [20031])

    def test_is_not_taken_while_the_gateway_does_not_say(self, chris: Student) -> None:
        chris.starts_the_plan()
        backed_up(chris)()
        chris.ports.gateway.is_clear = False
        chris.debits_run(JULY)
        assert (chris.instalment(2).state, chris.taken(2)) == (InstalmentState.UNKNOWN, [])
        chris.ports.gateway.is_clear = True
        chris.reconciles(minutes=6)
        chris.reconciles(minutes=6)
        assert (chris.instalment(2).state, chris.taken(2)) == (InstalmentState.PAID, [20031])

    def test_of_the_gateways_file_is_written_again_and_booked_by_asking(self, chris: Student) -> None:
        chris.starts_the_plan()
        restore = backed_up(chris)
        chris.debits_run(JULY)
        paid = chris.debit(2)
        restore()
        raise_numbers(chris.ports, {})
        told = line(chris, paid.id, 20031, transaction=paid.transaction, day=date(2022, 7, 10))
        assert write_again(chris.ports, export(told)).debits == [told.reference]
        assert chris.debit(2).state is DebitState.SENT
        assert write_again(chris.ports, export(told)).left == [told.reference]
        chris.reconciles(minutes=6)

        assert (chris.instalment(2).state, chris.taken(2)) == (InstalmentState.PAID, [20031])
        assert write_again(chris.ports, export(told)).known == [told.reference]
        chris.debits_run("2022-07-10T03:30")
        assert chris.taken(2) == [20031]

    @pytest.mark.parametrize("of", ["i2-2", "i9-1"])
    def test_that_fits_no_instalment_is_left_to_a_person(self, chris: Student, of: str) -> None:
        chris.starts_the_plan()
        told = line(chris, f"{chris.registration_id}-{of}", 20031, transaction="9999")
        assert write_again(chris.ports, export(told)).left == [told.reference]


class TestPage:
    def test_that_was_opened_and_paid_meanwhile_is_written_again_and_booked_once(
        self, chris: Student
    ) -> None:
        chris.declares("01")
        restore = backed_up(chris)
        attempt = chris.opens_the_page()
        chris.pays(attempt)
        restore()
        assert chris.account.attempts == chris.account.payments == ()
        told = line(chris, attempt.id, 60100)
        assert write_again(chris.ports, export(told)).attempts == [told.reference]
        assert write_again(chris.ports, export(told)).known == [told.reference]
        chris.ports.move(hours=1)
        assert reconcile_payments(chris.ports).paid == 1

        (payment,) = chris.account.payments
        assert (payment.transaction, payment.amount_cents, chris.balance_cents) == ("7001", 60100, 0)
        assert chris.attempt(attempt.id).state is AttemptState.PAID
        assert len(chris.account.invoices) == 1
        assert write_again(chris.ports, export(told)).known == [told.reference]

    def test_that_was_open_when_the_backup_was_made_is_found_without_a_file(self, chris: Student) -> None:
        chris.declares("01")
        attempt = chris.opens_the_page()
        restore = backed_up(chris)
        chris.pays(attempt)
        restore()
        chris.ports.move(hours=1)
        assert reconcile_payments(chris.ports).paid == 1
        assert chris.balance_cents == 0

    def test_that_began_a_plan_begins_it_again(self, chris: Student) -> None:
        """The card's token is told in signed messages alone: the next part waits for the student."""
        chris.declares("01")
        chris.asks_for()
        chris.is_approved()
        restore = backed_up(chris)
        attempt = chris.opens_the_page_of(1)
        chris.pays(attempt)
        restore()
        told = line(chris, attempt.id, 20031)
        assert write_again(chris.ports, export(told)).attempts == [told.reference]
        chris.ports.move(hours=1)
        assert reconcile_payments(chris.ports).paid == 1

        assert chris.instalment(1).state is InstalmentState.PAID
        chris.debits_run(JULY)
        assert (chris.instalment(2).state, chris.taken(2)) == (InstalmentState.NEEDS_PAYER, [])

    def test_of_a_situation_that_was_lost_is_a_credit(self, chris: Student) -> None:
        restore = backed_up(chris)
        chris.declares("01")
        attempt = chris.opens_the_page()
        chris.pays(attempt)
        restore()
        write_again(chris.ports, export(line(chris, attempt.id, 60100)))
        chris.ports.move(hours=1)
        reconcile_payments(chris.ports)
        (payment,) = chris.account.payments
        assert (payment.amount_cents, payment.allocated_cents) == (60100, 0)

    def test_of_another_amount_than_the_file_owes_now_is_money_on_account(self, chris: Student) -> None:
        chris.declares("01")
        chris.asks_for()
        chris.is_approved()
        told = line(chris, f"{chris.registration_id}-{'a' * 16}", 5000)
        assert write_again(chris.ports, export(told)).attempts == [told.reference]
        (attempt,) = chris.account.attempts
        assert ([each.unit_price_cents for each in attempt.lines], attempt.terms) == ([5000], None)


def test_lines_of_others_refunds_and_strangers_write_nothing(chris: Student) -> None:
    chris.declares("01")
    refund = line(chris, f"{chris.registration_id}-{'a' * 16}", -60100)
    nobody = line(chris, f"00000000000000ff-1-{'a' * 16}", 60100)
    no_file = line(chris, f"{chris.person.id}-99-{'a' * 16}", 60100)
    another = replace(refund, reference="another-program-7", cents=100)
    report = write_again(chris.ports, export(refund, nobody, no_file, another))

    assert report == WrittenAgain(left=[refund.reference, nobody.reference, no_file.reference])
    assert chris.account.attempts == ()


def test_what_is_written_again_is_in_the_trail(chris: Student) -> None:
    chris.declares("01")
    chris.ports.memory.audit_waiting.clear()
    told = line(chris, f"{chris.registration_id}-{'a' * 16}", 60100)
    write_again(chris.ports, export(told))
    (entry,) = chris.ports.audit.waiting(10)
    assert (entry.act, entry.by, entry.subject_id) == (Act.PAYMENT_SOUGHT, OPERATOR, chris.person.id)
    assert entry.details == {"amount_cents": "60100", "transaction": "7001"}


class TestNumbers:
    def test_that_left_the_house_are_not_given_again(self, chris: Student) -> None:
        chris.declares("01")
        restore = backed_up(chris)
        chris.pays(chris.opens_the_page())
        (lost,) = chris.account.invoices
        restore()
        siren = chris.ports.campaigns.current().school.siren
        (raised,) = raise_numbers(chris.ports, {siren: Issued(lost.number, 1)})
        assert (raised.series, [*raised.invoices], [*raised.credit_notes]) == ("INP", [lost.number], [1])
        assert raise_numbers(chris.ports, {siren: Issued(lost.number, 1)}) == ()
        chris.pays(chris.opens_the_page(), "7002")
        (again,) = chris.account.invoices
        assert again.number == lost.number + 1
        (order,) = chris.account.orders
        assert order.number > 9357

    @pytest.mark.parametrize("issued", [Issued(10_000, 0), Issued(0, 7)])
    def test_of_invoices_and_credit_notes_go_up_each_by_itself(self, chris: Student, issued: Issued) -> None:
        campaign = chris.ports.campaigns.current()
        raise_numbers(chris.ports, {campaign.school.siren: issued})
        found = (
            chris.ports.accounts.sequence(campaign).next_invoice,
            chris.ports.accounts.credit_note_sequence(campaign).next_number,
        )
        assert found == (max(issued.invoice + 1, 9196), issued.credit_note + 1)

    def test_of_questions_go_on_above_a_days(self, chris: Student) -> None:
        before = chris.ports.questions.next_question()
        raise_numbers(chris.ports, {})
        assert chris.ports.questions.next_question() > before + QUESTIONS_SKIPPED - 1


class TestTrail:
    """Two days are sealed, with a head each; the table is restored to the first evening."""

    @pytest.fixture
    def restored(self, chris: Student) -> Student:
        chris.declares("01")
        chris.asks_for()
        seal_audit(chris.ports)
        restore = backed_up(chris)
        chris.ports.move(days=1)
        chris.is_approved()
        chris.pays(chris.opens_the_page_of(1))
        seal_audit(chris.ports)
        chris.ports.move(days=1)
        chris.ports.store.commit(Changes((), audit=chris.trace))
        seal_audit(chris.ports)
        restore()
        return chris

    def test_is_shorter_than_its_heads_which_may_be_a_restore(self, restored: Student) -> None:
        verdict = verify_audit(restored.ports)
        assert verdict.flaw is not None
        assert (verdict.flaw.may_be_restored, verdict.flaw.number, verdict.restores) == (True, 3, ())

    def test_tells_of_a_restore_once_it_was_said_and_goes_on(self, restored: Student) -> None:
        ports = restored.ports
        assert record_restore(ports, "table-2", "disk")
        assert not record_restore(ports, "table-2", "disk")
        seal_audit(ports)
        assert not record_restore(ports, "table-2", "disk")
        verdict = verify_audit(ports)
        (told,) = verdict.restores
        assert verdict.flaw is None
        assert (told.kept, told.fits, told.missing) == (2, 2, told.known - 2)
        assert told.missing > 0
        ports.move(days=1)
        restored.is_approved()
        seal_audit(ports)
        assert verify_audit(ports).flaw is None

    def test_does_not_count_what_was_sealed_since_as_kept(self, restored: Student) -> None:
        ports = restored.ports
        for _ in range(3):
            ports.store.commit(Changes((), audit=restored.trace))
        seal_audit(ports)
        record_restore(ports, "table-2", "disk")
        seal_audit(ports)
        verdict = verify_audit(ports)
        (told,) = verdict.restores
        assert (verdict.flaw, told.kept, told.missing) == (None, 2, told.known - 2)

    def test_restored_twice_tells_both(self, restored: Student) -> None:
        record_restore(restored.ports, "table-2", "disk")
        seal_audit(restored.ports)
        assert record_restore(restored.ports, "table-3", "disk again")
        seal_audit(restored.ports)
        verdict = verify_audit(restored.ports)
        assert (verdict.flaw, [each.record.target for each in verdict.restores]) == (
            None,
            ["table-2", "table-3"],
        )

    def test_is_tampered_with_all_the_same_if_a_later_head_does_not_fit(self, restored: Student) -> None:
        record_restore(restored.ports, "table-2", "disk")
        seal_audit(restored.ports)
        later = restored.ports.now().date() + timedelta(days=9)
        restored.ports.audit_heads.keep(Head(2, "0" * 64, later))
        verdict = verify_audit(restored.ports)
        assert verdict.flaw is not None
        assert "knew another record 2" in verdict.flaw.sentence

    def test_with_a_record_that_cannot_be_read_is_not_excused(
        self, restored: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        trail = restored.ports.audit

        def records(from_number: int, to_number: int | None = None) -> Iterator[AuditRecord]:
            yield from trail.chain[from_number - 1 : 1]
            raise RecordUnreadable

        monkeypatch.setattr(trail, "records", records)
        verdict = verify_audit(restored.ports)
        assert verdict.flaw is not None
        assert not verdict.flaw.may_be_restored

    def test_of_an_empty_table_tells_that_all_is_missing(self, chris: Student) -> None:
        restore = backed_up(chris)
        chris.declares("01")
        seal_audit(chris.ports)
        chris.ports.move(days=1)
        chris.asks_for()
        seal_audit(chris.ports)
        restore()
        chris.declares("01")
        record_restore(chris.ports, "table-2", "")
        seal_audit(chris.ports)
        (told,) = verify_audit(chris.ports).restores
        assert (told.kept, told.missing) == (0, told.known)
        assert told.missing == 1
