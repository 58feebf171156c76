"""A refund is prepared by one accountant, approved by another, and given back once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import balances
from chalicelib.domain.causes import OwnFile, SamePerson
from chalicelib.domain.errors import ConcurrentUpdate, Forbidden, IdempotencyKeyReused, NotFound
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import AttemptState, PaymentMethod
from chalicelib.domain.people import Role
from chalicelib.domain.refunds.refund import Operation, RefundMethod, RefundState
from chalicelib.domain.refunds.refusals import (
    GatewayStillUnclear,
    RefundableChanged,
    RefundAbovePayment,
    RefundDecided,
    RefundLapsed,
    RefundMethodNotPossible,
    RefundNotReady,
    RefundPreparedMeanwhile,
    RefundSheetChanged,
    RefundUnreasoned,
)
from chalicelib.domain.registration import Decision
from chalicelib.usecases.credits.list_credits import list_credits
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from chalicelib.usecases.refunds.close_refund import close_refund
from chalicelib.usecases.refunds.send_refund import send_refund
from chalicelib.usecases.registrations.block_registration import block_registration
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.refunds import Reply
from tests.usecases.conftest import ACCOUNTANT, CHRIS, NO_ADDRESS, REGISTRAR, Student
from tests.usecases.refund_steps import (
    SECOND,
    approves,
    asked,
    declines,
    given,
    payment,
    pays_once,
    pays_twice,
    prepares,
    reconciles,
    refund,
)


def books(student: Student) -> dict[Book, int]:
    account = student.account
    return dict(balances(account.journal, account.invoices, account.payments))


def is_blocked(student: Student) -> None:
    block_registration(student.ports, student.registration_id, blocked=True, reason="litige", by=ACCOUNTANT)


class TestTheWholeOfASecondPayment:
    def test_is_given_back_once_and_booked(self, chris: Student) -> None:
        paid = pays_twice(chris)
        prepared = prepares(chris, paid)
        assert prepared.state is RefundState.PREPARED
        assert given(chris) == []
        done = approves(chris, prepared, sheet_hash=prepared.sheet.hash)
        assert (done.state, done.decided_by, done.operation) == (
            RefundState.DONE,
            SECOND.id,
            Operation.REFUND,
        )
        assert given(chris) == [60100]
        then = payment(chris, "7002")
        assert (then.refunded_cents, then.refunding_cents, then.allocated_cents) == (60100, 0, 0)
        assert (books(chris)[Book.CARDS], books(chris)[Book.CREDITS]) == (60100, 0)
        assert chris.balance_cents == 0
        assert chris.registration.is_paid
        assert (Topic.REFUND_SENT, 0) in chris.mails()

    def test_leaves_the_list_of_credits_as_soon_as_it_is_prepared(self, chris: Student) -> None:
        paid = pays_twice(chris)
        assert list_credits(chris.ports, None).total_cents == 60100
        prepares(chris, paid)
        assert list_credits(chris.ports, None).found == []

    def test_is_voided_before_its_remittance(self, chris: Student) -> None:
        chris.ports.gateway.vault.is_remitted = False
        done = approves(chris, prepares(chris, pays_twice(chris)))
        assert (done.state, done.operation) == (RefundState.DONE, Operation.VOID)

    def test_that_the_bank_then_tells_as_given_back_is_booked_once(self, chris: Student) -> None:
        paid = pays_twice(chris)
        approves(chris, prepares(chris, paid))
        attempt = chris.account.attempt(paid.attempt_id)
        assert attempt
        chris.ports.gateway.gives_back(attempt.reference)  # it shows there as Remboursé
        for hours in (1, 30, 300):
            chris.ports.move(hours=hours)
            reconcile_payments(chris.ports)
        assert payment(chris, "7002").refunded_cents == 60100
        assert books(chris)[Book.CARDS] == 60100


class TestAPart:
    def test_stays_a_capture_and_leaves_the_rest(self, chris: Student) -> None:
        paid = pays_twice(chris)
        approves(chris, prepares(chris, paid, asked(10000)))
        assert list_credits(chris.ports, None).total_cents == 50100
        approves(chris, prepares(chris, payment(chris, "7002"), asked(50100, 50100)))
        assert given(chris) == [10000, 50100]
        assert payment(chris, "7002").kept_cents == 0

    def test_of_allocated_money_is_owed_again(self, chris: Student) -> None:
        paid = pays_once(chris)
        prepared = prepares(chris, paid, asked(10000))
        assert (prepared.sheet.owed_before_cents, prepared.sheet.owed_after_cents) == (0, 10000)
        approves(chris, prepared)
        assert payment(chris, "7001").allocated_cents == 50100
        assert chris.balance_cents == 10000
        assert chris.registration.part_paid
        assert chris.opens_the_page().amount_cents == 10000
        assert books(chris)[Book.RECEIVABLE] == 10000

    def test_of_a_refused_file_says_what_it_takes_of_what_is_kept(self, chris: Student) -> None:
        paid = pays_once(chris)
        decide_registration(
            chris.ports, chris.registration_id, Decision.REFUSE, "motif", REGISTRAR, None, paid.amount_cents
        )
        prepared = prepares(chris, paid, asked(57800))
        assert (prepared.sheet.owed_before_cents, prepared.sheet.owed_after_cents) == (0, 57800)
        assert approves(chris, prepared).state is RefundState.DONE

    def test_of_a_first_payment_is_paid_by_the_credit_of_a_second(self, chris: Student) -> None:
        pays_twice(chris)
        approves(chris, prepares(chris, payment(chris, "7001")))
        assert payment(chris, "7002").allocated_cents == 60100
        assert chris.balance_cents == 0

    def test_of_a_debit_is_refunded_by_its_own_numbers(self, chris: Student) -> None:
        chris.starts_the_plan()
        chris.debits_run("2022-07-10T00:30")
        paid = next(each for each in chris.account.payments if each.rank == 2)
        done = approves(chris, prepares(chris, paid, asked(5000, 20031)))
        assert done.state is RefundState.DONE
        assert chris.ports.gateway.vault.books[0].payment == paid.transaction

    def test_of_a_plan_is_owed_again_beside_it(self, chris: Student) -> None:
        chris.starts_the_plan()
        chris.debits_run("2022-07-10T00:30")
        paid = next(each for each in chris.account.payments if each.rank == 2)
        approves(chris, prepares(chris, paid, asked(5000, 20031)))
        assert chris.registration.part_paid
        rest = start_card_payment(chris.ports, CHRIS.id, chris.registration_id, NO_ADDRESS, None, rest=True)
        assert rest.attempt.amount_cents == 5000 + 20038
        assert chris.instalment(3).remaining_cents == 20038


class TestRefused:
    def test_above_what_the_payment_holds(self, chris: Student) -> None:
        paid = pays_twice(chris)
        with pytest.raises(RefundAbovePayment) as refusal:
            prepares(chris, paid, asked(60101))
        assert refusal.value.refundable_cents == 60100
        approves(chris, prepares(chris, paid, asked(10000)))
        with pytest.raises(RefundAbovePayment) as refusal:
            prepares(chris, paid, asked(60100, 50100))
        assert vars(refusal.value) == {
            "refundable_cents": 50100,
            "received_cents": 60100,
            "refunded_cents": 10000,
        }

    def test_of_another_amount_than_what_was_seen(self, chris: Student) -> None:
        paid = pays_twice(chris)
        with pytest.raises(RefundableChanged):
            prepares(chris, paid, asked(10000, 60000))
        prepares(chris, paid, asked(10000))
        with pytest.raises(RefundPreparedMeanwhile) as refusal:
            prepares(chris, paid, asked(10000))
        told = refusal.value
        assert (told.refundable_cents, told.amount_cents, told.preparer) == (50100, 10000, "Alex TESTAC")

    def test_without_a_reason(self, chris: Student) -> None:
        paid = pays_twice(chris)
        with pytest.raises(RefundUnreasoned):
            prepares(chris, paid, asked(reason=" "))
        with pytest.raises(RefundUnreasoned):
            declines(chris, prepares(chris, paid), reason=" ")

    def test_by_card_of_what_came_by_another_way(self, chris: Student) -> None:
        paid = pays_twice(chris)
        chris.ports.memory.payments["7002"] = (CHRIS.id, replace(paid, method=PaymentMethod.CHEQUE))
        with pytest.raises(RefundMethodNotPossible):
            prepares(chris, paid)
        assert prepares(chris, paid, asked(method=RefundMethod.TRANSFER)).state is RefundState.PREPARED

    def test_of_a_payment_or_a_refund_that_is_unknown(self, chris: Student) -> None:
        paid = pays_twice(chris)
        with pytest.raises(NotFound):
            prepares(chris, replace(paid, id=f"{CHRIS.id}-t1"))
        prepared = prepares(chris, paid)
        with pytest.raises(NotFound):
            approves(chris, replace(prepared, id=f"{chris.registration_id}-r1"))

    def test_by_who_may_not(self, chris: Student) -> None:
        paid = pays_twice(chris)
        with pytest.raises(Forbidden):
            prepares(chris, paid, by=REGISTRAR)
        own = replace(ACCOUNTANT, id=CHRIS.id, roles=frozenset({Role.ACCOUNTANT}))
        with pytest.raises(OwnFile):
            prepares(chris, paid, by=own)

    def test_by_the_one_who_prepared_it(self, chris: Student) -> None:
        prepared = prepares(chris, pays_twice(chris))
        for act in (approves, declines):
            with pytest.raises(SamePerson):
                act(chris, prepared, by=ACCOUNTANT)
        assert given(chris) == []

    def test_on_another_sheet(self, chris: Student) -> None:
        prepared = prepares(chris, pays_twice(chris))
        with pytest.raises(RefundSheetChanged):
            approves(chris, prepared, sheet_hash="0" * 64)

    def test_once_decided(self, chris: Student) -> None:
        paid = pays_twice(chris)
        declined = declines(chris, prepares(chris, paid))
        assert (declined.state, declined.decision_reason) == (RefundState.DECLINED, "pas dû")
        assert payment(chris, "7002").refunding_cents == 0
        with pytest.raises(RefundDecided):
            approves(chris, declined)


class TestTheSameRequest:
    def test_has_the_same_answer(self, chris: Student) -> None:
        paid = pays_twice(chris)
        first = prepares(chris, paid, key="k")
        assert prepares(chris, paid, key="k") == first
        assert payment(chris, "7002").refunding_cents == 60100

    def test_with_another_body_is_refused(self, chris: Student) -> None:
        paid = pays_twice(chris)
        prepares(chris, paid, asked(10000), key="k")
        with pytest.raises(IdempotencyKeyReused):
            prepares(chris, paid, asked(10001), key="k")


class TestTheSheetLapses:
    def test_when_anything_moved_before_the_approval(self, chris: Student) -> None:
        prepared = prepares(chris, pays_twice(chris))
        is_blocked(chris)
        with pytest.raises(RefundLapsed):
            approves(chris, prepared)
        assert refund(chris, prepared).state is RefundState.LAPSED
        assert payment(chris, "7002").refunding_cents == 0
        with pytest.raises(RefundLapsed):
            approves(chris, prepared)

    def test_by_the_run_and_its_amount_is_free_again(self, chris: Student) -> None:
        prepared = prepares(chris, pays_twice(chris))
        assert reconciles(chris, minutes=5).lapsed == 0
        is_blocked(chris)
        assert reconciles(chris, minutes=5).lapsed == 1
        assert refund(chris, prepared).state is RefundState.LAPSED
        assert list_credits(chris.ports, None).total_cents == 60100

    def test_when_the_bank_gave_the_payment_back_before(self, chris: Student) -> None:
        paid = pays_twice(chris)
        prepared = prepares(chris, paid)
        attempt = chris.account.attempt(paid.attempt_id)
        assert attempt
        chris.ports.gateway.gives_back(attempt.reference)
        lapsed = approves(chris, prepared)
        assert (lapsed.state, lapsed.ended_at) == (RefundState.LAPSED, chris.ports.now())
        assert given(chris) == []
        assert (payment(chris, "7002").refunded_cents, payment(chris, "7002").refunding_cents) == (60100, 0)
        assert chris.ports.alarms.raised[-1] == f"refunded {paid.id}"
        assert chris.attempt(attempt.id).state is AttemptState.REFUNDED


class TestAnUnclearAnswer:
    def test_that_was_given_back_is_found_by_the_inquiry(self, chris: Student) -> None:
        chris.ports.gateway.vault.script.append(Reply.LOSE_ANSWER)
        unclear = approves(chris, prepares(chris, pays_twice(chris)))
        assert unclear.state is RefundState.UNKNOWN
        assert reconciles(chris, minutes=1).asked == 0
        assert reconciles(chris, minutes=5).settled == 1
        assert refund(chris, unclear).state is RefundState.DONE
        assert given(chris) == [60100]

    def test_that_never_arrived_is_sent_again_after_two_looks(self, chris: Student) -> None:
        chris.ports.gateway.vault.script.append(Reply.DROP)
        unclear = approves(chris, prepares(chris, pays_twice(chris)))
        assert reconciles(chris, minutes=6).resent == 0
        assert reconciles(chris, minutes=6).resent == 1
        assert refund(chris, unclear).state is RefundState.DONE
        assert given(chris) == [60100]
        assert refund(chris, unclear).question == unclear.question

    def test_that_arrives_after_it_was_sent_again_is_given_once(self, chris: Student) -> None:
        vault = chris.ports.gateway.vault
        vault.script.append(Reply.LATE)
        unclear = approves(chris, prepares(chris, pays_twice(chris)))
        for _ in range(4):
            reconciles(chris, minutes=6)
        assert refund(chris, unclear).state is RefundState.DONE
        assert given(chris) == [60100]

    def test_that_is_refused_when_sent_again_is_unclear_while_the_first_may_be_paid(
        self, chris: Student
    ) -> None:
        chris.ports.gateway.vault.script.extend((Reply.LATE, Reply.REFUSE))
        unclear = approves(chris, prepares(chris, pays_twice(chris)))
        reconciles(chris, minutes=6)
        assert reconciles(chris, minutes=6).resent == 1
        assert refund(chris, unclear).state is RefundState.UNKNOWN
        for _ in range(2):
            reconciles(chris, minutes=6)
        assert refund(chris, unclear).state is RefundState.DONE
        assert given(chris) == [60100]

    def test_is_not_sent_again_on_another_day_but_closed_by_a_person(self, chris: Student) -> None:
        chris.ports.gateway.vault.script.append(Reply.DROP)
        unclear = approves(chris, prepares(chris, pays_twice(chris)))
        with pytest.raises(GatewayStillUnclear):
            close_refund(chris.ports, unclear.id, "introuvable", ACCOUNTANT)
        for _ in range(3):
            assert reconciles(chris, hours=25).resent == 0
        assert chris.ports.alarms.raised.count(f"unclear refund {unclear.id}") == 3
        with pytest.raises(RefundUnreasoned):
            close_refund(chris.ports, unclear.id, " ", ACCOUNTANT)
        chris.ports.gateway.is_clear = False
        with pytest.raises(GatewayStillUnclear):
            close_refund(chris.ports, unclear.id, "introuvable", ACCOUNTANT)
        chris.ports.gateway.is_clear = True
        closed = close_refund(chris.ports, unclear.id, "introuvable", ACCOUNTANT)
        assert (closed.state, closed.code) == (RefundState.REFUSED, "not_found")
        assert (Topic.REFUND_FAILED, 0) in chris.mails()
        assert list_credits(chris.ports, None).total_cents == 60100
        with pytest.raises(RefundNotReady):
            close_refund(chris.ports, unclear.id, "introuvable", ACCOUNTANT)

    def test_sent_before_midnight_is_not_closed_while_it_may_be_on_its_way(self, chris: Student) -> None:
        vault = chris.ports.gateway.vault
        vault.script.append(Reply.LATE)
        vault.lateness = timedelta(minutes=30)
        credited = pays_twice(chris)
        chris.is_at("2022-06-24 23:56")
        unclear = approves(chris, prepares(chris, credited))
        chris.is_at("2022-06-25 00:18")
        with pytest.raises(GatewayStillUnclear):
            close_refund(chris.ports, unclear.id, "introuvable", ACCOUNTANT)
        chris.is_at("2022-06-25 01:00")
        assert close_refund(chris.ports, unclear.id, "introuvable", ACCOUNTANT).state is RefundState.DONE
        assert given(chris) == [60100]

    def test_that_the_gateway_finds_at_the_closing_is_booked(self, chris: Student) -> None:
        chris.ports.gateway.vault.script.append(Reply.LOSE_ANSWER)
        unclear = approves(chris, prepares(chris, pays_twice(chris)))
        assert close_refund(chris.ports, unclear.id, "introuvable", ACCOUNTANT).state is RefundState.DONE

    def test_that_stays_unclear_changes_nothing(self, chris: Student) -> None:
        chris.ports.gateway.vault.script.append(Reply.DROP)
        unclear = approves(chris, prepares(chris, pays_twice(chris)))
        chris.ports.gateway.is_clear = False
        assert reconciles(chris, minutes=6).settled == 0
        assert refund(chris, unclear).state is RefundState.UNKNOWN


class TestRefusedByTheGateway:
    def test_its_amount_pays_what_is_owed_again_and_the_student_is_told(self, chris: Student) -> None:
        chris.ports.gateway.vault.script.append(Reply.REFUSE)
        refused = approves(chris, prepares(chris, pays_once(chris)))
        assert (refused.state, refused.code) == (RefundState.REFUSED, "00014")
        assert (payment(chris, "7001").allocated_cents, chris.balance_cents) == (60100, 0)
        assert (Topic.REFUND_FAILED, 0) in chris.mails()

    def test_whose_payment_it_does_not_know(self, chris: Student) -> None:
        prepared = prepares(chris, pays_twice(chris))
        chris.ports.gateway.vault.strange.add("7002")
        assert approves(chris, prepared).state is RefundState.REFUSED
        assert given(chris) == []


class TestApprovedWhileTheGatewayIsSilent:
    def test_is_sent_by_the_next_run(self, chris: Student) -> None:
        chris.ports.gateway.is_clear = False
        approved = approves(chris, prepares(chris, pays_twice(chris)))
        assert approved.state is RefundState.APPROVED
        chris.ports.gateway.is_clear = True
        assert reconciles(chris, minutes=5).sent == 1
        assert refund(chris, approved).state is RefundState.DONE

    def test_is_not_sent_if_its_amount_left_the_payment_meanwhile(self, chris: Student) -> None:
        chris.ports.gateway.is_clear = False
        approved = approves(chris, prepares(chris, pays_twice(chris)))
        held = payment(chris, "7002")
        chris.ports.memory.payments["7002"] = (CHRIS.id, replace(held, refunding_cents=0))
        send_refund(chris.ports, approved.id)
        assert refund(chris, approved).state is RefundState.LAPSED

    def test_lost_race_of_the_sending_is_left_to_the_run(
        self, chris: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        prepared = prepares(chris, pays_twice(chris))

        def lost(*_: object) -> None:
            raise ConcurrentUpdate

        monkeypatch.setattr("chalicelib.usecases.refunds.decide_refund.send_refund", lost)
        assert approves(chris, prepared).state is RefundState.APPROVED


class TestTwoOfOnePayment:
    """Each is prepared on what the other left: neither moves what the other was agreed on."""

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_both_stand_and_are_given_back(self, chris: Student, order: tuple[int, int]) -> None:
        paid = pays_twice(chris)
        both = prepares(chris, paid, asked(1000)), prepares(chris, paid, asked(2000, seen=59100))
        assert reconciles(chris, minutes=5).lapsed == 0
        for each in order:
            assert approves(chris, both[each]).state is RefundState.DONE
            chris.ports.move(minutes=1)
        assert sorted(given(chris)) == [1000, 2000]
        assert payment(chris, "7002").refundable_cents == 57100

    def test_one_that_is_refused_or_lapses_leaves_the_other(self, chris: Student) -> None:
        paid = pays_twice(chris)
        first, second = prepares(chris, paid, asked(1000)), prepares(chris, paid, asked(2000, seen=59100))
        declines(chris, first)
        third = prepares(chris, paid, asked(3000, seen=58100))
        is_blocked(chris)
        for each in (second, third):
            with pytest.raises(RefundLapsed):
                approves(chris, each)

    def test_what_is_owed_once_one_has_left_is_told_to_who_approves_the_other(self, chris: Student) -> None:
        """Money that pays is given back: the second sheet did not say what would be owed then."""
        chris.declares("01")
        chris.pays(chris.opens_the_page(), "7001")
        paid = payment(chris, "7001")
        first, second = prepares(chris, paid, asked(1000)), prepares(chris, paid, asked(2000, seen=59100))
        assert approves(chris, first).state is RefundState.DONE
        with pytest.raises(RefundLapsed):
            approves(chris, second)
