"""What leaves takes nothing of what is owed or kept; an approval can be taken back before that."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.corrections.refusals import KeptAboveReceived
from chalicelib.domain.errors import Forbidden
from chalicelib.domain.menu import MenuKey, MenuState, menu
from chalicelib.domain.outbox import Topic
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.people import Person
from chalicelib.domain.privacy.erasure import _given_to_nobody
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState
from chalicelib.domain.refunds.refusals import (
    IbanLinkNotValid,
    NothingToTransfer,
    RefundLapsed,
    RefundMoved,
    RefundNotReady,
    RefundOnItsWay,
    RefundUnreasoned,
    TransfersChanged,
)
from chalicelib.domain.refunds.transfer_files import LeftOut
from chalicelib.domain.registration import Decision
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.collection.take_back_payment import take_back_payment
from chalicelib.usecases.refunds.cancel_refund import cancel_refund
from chalicelib.usecases.refunds.finish_transfer import finish_transfer
from chalicelib.usecases.refunds.give_iban import give_iban, read_iban_link
from chalicelib.usecases.refunds.make_transfer_files import make_transfer_files
from chalicelib.usecases.refunds.mark_transferred import mark_transferred
from chalicelib.usecases.refunds.select_transfers import select_transfers
from chalicelib.usecases.refunds.turn_into_transfer import turn_into_transfer
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.refunds import Reply
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student
from tests.usecases.correction_steps import changes, judge, prepared
from tests.usecases.plan_acts import entries
from tests.usecases.refund_steps import (
    SECOND,
    approves,
    asked,
    given,
    pays_twice,
    prepares,
    reconciles,
    refund,
)
from tests.usecases.test_iban_links import mailed
from tests.usecases.test_transfer_files import IBAN, seen
from tests.usecases.test_withdrawals import reopens, withdraws

REASON = "le chèque est revenu impayé"


def receives(student: Student, cents: int, reference: str) -> Payment:
    cheque = ReceivedMoney(PaymentMethod.CHEQUE, cents, reference, date(2022, 6, 24), "BNP")
    return receive_payment(student.ports, student.registration_id, cheque, ACCOUNTANT, None)


def bounces(student: Student, paid: Payment) -> None:
    (now,) = [each for each in student.account.payments if each.id == paid.id]
    take_back_payment(student.ports, paid.id, BankReturn(now.kept_cents, "sans provision"), ACCOUNTANT)


def approved(student: Student, known: Refund, by: Person = SECOND) -> Refund:
    give_iban(student.ports, student.person.id, known.id, IBAN)
    return approves(student, known, by)


def refuses(student: Student, kept_cents: int) -> None:
    decide_registration(
        student.ports, student.registration_id, Decision.REFUSE, "incomplet", REGISTRAR, None, kept_cents
    )


@pytest.fixture
def cheques(chris: Student) -> tuple[Payment, Payment]:
    """601,00 € by two cheques."""
    chris.declares("01")
    return receives(chris, 30000, "1"), receives(chris, 30100, "2")


@pytest.fixture
def leaving(chris: Student, cheques: tuple[Payment, Payment]) -> tuple[Refund, Refund]:
    """The student has given up: 578,00 € leave by two transfers, 23,00 € are kept of one of the cheques."""
    withdraws(chris)
    first, second = (approved(chris, each) for each in prepared(chris))
    assert first.amount_cents + second.amount_cents == 57800
    return first, second


class TestWithdrawn:
    @pytest.fixture
    def bounced(
        self, chris: Student, cheques: tuple[Payment, Payment], leaving: tuple[Refund, Refund]
    ) -> Refund:
        """The cheque that holds the fee comes back: the other transfer would give back all that is left."""
        fee = next(each for each in cheques if each.amount_cents > refund_of(leaving, each).amount_cents)
        bounces(chris, fee)
        return next(each for each in leaving if each.payment_id != fee.id)

    def test_other_transfer_takes_nothing_of_the_fee(self, chris: Student, bounced: Refund) -> None:
        assert refund(chris, bounced).state is RefundState.LAPSED
        assert select_transfers(chris.ports, ACCOUNTANT).refunds == []
        with pytest.raises(RefundNotReady):
            mark_transferred(chris.ports, bounced.id, ACCOUNTANT)
        mails = entries(chris, Topic.REFUND_CANCELLED)
        assert {each.amount_cents for each in mails} == {each.amount_cents for each in chris.account.refunds}
        judge(chris, 2300)

    def test_what_is_left_is_prepared_anew(self, chris: Student, bounced: Refund) -> None:
        (paid,) = [each for each in chris.account.payments if each.kept_cents]
        left = asked(paid.kept_cents - 2300, paid.kept_cents, RefundMethod.TRANSFER)
        known = approved(chris, prepares(chris, paid, left))
        mark_transferred(chris.ports, known.id, ACCOUNTANT)
        judge(chris, 2300)


def test_of_two_that_are_not_covered_together_the_first_approved_leaves(chris: Student) -> None:
    """Three cheques: that which holds the fee comes back, and one of the other transfers is to hold it."""
    chris.declares("01")
    cheques = {
        each.id: each for each in (receives(chris, cents, str(cents)) for cents in (20000, 20050, 20051))
    }
    withdraws(chris)
    refunds = sorted(prepared(chris), key=lambda each: each.id, reverse=True)
    for each in refunds:
        approved(chris, each)
        chris.ports.move(minutes=1)
    (fee,) = [each for each in refunds if each.amount_cents < cheques[each.payment_id].amount_cents]
    bounces(chris, cheques[fee.payment_id])
    first, second = (refund(chris, each).state for each in refunds if each is not fee)
    assert (first, second) == (RefundState.APPROVED, RefundState.LAPSED)
    judge(chris, 2300)


def refund_of(refunds: tuple[Refund, ...], paid: Payment) -> Refund:
    return next(each for each in refunds if each.payment_id == paid.id)


class TestStale:
    """The money goes by an act that knows nothing of refunds: it is judged again before anything leaves."""

    @pytest.fixture
    def short(
        self, chris: Student, cheques: tuple[Payment, Payment], leaving: tuple[Refund, Refund]
    ) -> Refund:
        fee = next(each for each in cheques if each.amount_cents > refund_of(leaving, each).amount_cents)
        gone = replace(
            next(each for each in chris.account.payments if each.id == fee.id),
            refunding_cents=0,
            refunded_cents=fee.amount_cents,
        )
        chris.ports.memory.payments[gone.name] = (CHRIS.id, gone)
        return next(each for each in leaving if each.payment_id != fee.id)

    def test_is_left_out_of_the_file_that_names_it(self, chris: Student, short: Refund) -> None:
        selection = select_transfers(chris.ports, ACCOUNTANT)
        assert [why for _, why in selection.left_out] == [LeftOut.MOVED, LeftOut.MOVED]
        with pytest.raises(NothingToTransfer):
            make_transfer_files(chris.ports, selection.digest, ACCOUNTANT)

    def test_lapses_when_it_is_marked_as_handed_over(self, chris: Student, short: Refund) -> None:
        with pytest.raises(RefundLapsed):
            mark_transferred(chris.ports, short.id, ACCOUNTANT)
        assert refund(chris, short).state is RefundState.LAPSED
        assert len(entries(chris, Topic.REFUND_CANCELLED)) == 1

    def test_lapses_by_itself(self, chris: Student, short: Refund) -> None:
        assert reconciles(chris, minutes=5).lapsed == 2
        assert refund(chris, short).state is RefundState.LAPSED
        assert reconciles(chris, minutes=5).lapsed == 0

    def test_makes_no_file_that_was_seen_before(
        self, chris: Student, cheques: tuple[Payment, Payment], leaving: tuple[Refund, Refund]
    ) -> None:
        digest = seen(chris)
        fee = next(each for each in cheques if each.amount_cents > refund_of(leaving, each).amount_cents)
        bounces(chris, fee)
        with pytest.raises((TransfersChanged, NothingToTransfer)):
            make_transfer_files(chris.ports, digest, ACCOUNTANT)


class TestAgreed:
    """Two people may give back what is owed then: their sheet says so, and it leaves."""

    def test_leaves_though_it_is_owed_again(self, chris: Student, cheques: tuple[Payment, Payment]) -> None:
        known = approved(chris, prepares(chris, cheques[0], asked(10000, 30000, RefundMethod.TRANSFER)))
        assert reconciles(chris, minutes=5).lapsed == 0
        mark_transferred(chris.ports, known.id, ACCOUNTANT)
        assert refund(chris, known).state is RefundState.SENT

    def test_each_sheet_counts_what_leaves_already(
        self, chris: Student, cheques: tuple[Payment, Payment]
    ) -> None:
        first = approved(chris, prepares(chris, cheques[0], asked(10000, 30000, RefundMethod.TRANSFER)))
        second = prepares(chris, cheques[1], asked(10000, 30100, RefundMethod.TRANSFER))
        assert (second.sheet.owed_before_cents, second.sheet.owed_after_cents) == (10000, 20000)
        approved(chris, second)
        assert reconciles(chris, minutes=5).lapsed == 0
        for each in (first, second):
            mark_transferred(chris.ports, each.id, ACCOUNTANT)

    def test_lapses_when_more_is_owed_than_they_agreed_to(
        self, chris: Student, cheques: tuple[Payment, Payment]
    ) -> None:
        known = approved(chris, prepares(chris, cheques[0], asked(10000, 30000, RefundMethod.TRANSFER)))
        bounces(chris, cheques[1])
        assert refund(chris, known).state is RefundState.LAPSED
        assert chris.balance_cents == 30100
        judge(chris, 60100)

    def test_of_a_refused_file_says_what_it_takes_of_what_is_kept(self, chris: Student) -> None:
        chris.declares("01")
        paid = receives(chris, 60100, "1")
        refuses(chris, 2300)
        (proposed,) = prepared(chris)
        assert (proposed.sheet.owed_before_cents, proposed.sheet.owed_after_cents) == (0, 0)
        approved(chris, proposed)
        rest = prepares(chris, paid, asked(2300, 2300, RefundMethod.TRANSFER))
        assert (rest.sheet.owed_before_cents, rest.sheet.owed_after_cents) == (0, 2300)
        approved(chris, rest)
        assert len(select_transfers(chris.ports, ACCOUNTANT).refunds) == 2


class TestOwedAgain:
    """02 with money in, a transfer approved, and back to 01: the money pays what is owed, none leaves."""

    @pytest.fixture
    def grant_holder(self, chris: Student, cheques: tuple[Payment, Payment]) -> Student:
        changes(chris, "02")
        for each in prepared(chris):
            approved(chris, each)
        return chris

    def test_the_transfers_lapse_in_the_act_and_the_money_pays(self, grant_holder: Student) -> None:
        changes(grant_holder, "01")
        assert {each.state for each in grant_holder.account.refunds} == {RefundState.LAPSED}
        assert grant_holder.registration.is_paid
        assert grant_holder.balance_cents == 0
        assert len(entries(grant_holder, Topic.REFUND_CANCELLED)) == 2
        judge(grant_holder, 60100)

    def test_one_that_is_still_covered_goes_on(self, chris: Student) -> None:
        chris.declares("05")
        receives(chris, 377000, "1")
        changes(chris, "02")
        for each in prepared(chris):
            approved(chris, each)
        (whole,) = chris.account.refunds
        receives(chris, 60100, "2")
        changes(chris, "01")
        assert refund(chris, whole).state is RefundState.APPROVED
        assert chris.registration.is_paid

    def test_a_withdrawal_leaves_what_is_covered(
        self, chris: Student, leaving: tuple[Refund, Refund]
    ) -> None:
        assert {refund(chris, each).state for each in leaving} == {RefundState.APPROVED}


class TestCancelled:
    @pytest.fixture
    def known(self, chris: Student, leaving: tuple[Refund, Refund]) -> Refund:
        return leaving[0]

    def test_by_an_accountant_with_a_reason(self, chris: Student, known: Refund) -> None:
        with pytest.raises(RefundUnreasoned):
            cancel_refund(chris.ports, known.id, " ", ACCOUNTANT)
        with pytest.raises(Forbidden):
            cancel_refund(chris.ports, known.id, REASON, REGISTRAR)
        done = cancel_refund(chris.ports, known.id, REASON, ACCOUNTANT)
        assert (done.state, done.cancelled_by, done.cancel_reason) == (
            RefundState.CANCELLED,
            ACCOUNTANT.id,
            REASON,
        )
        assert done.decided_by == SECOND.id
        trace = list(chris.ports.memory.audit_waiting.values())[-1]
        assert (trace.act, trace.reason, trace.by) == (Act.REFUND_CANCELLED, REASON, ACCOUNTANT.id)
        (mail,) = entries(chris, Topic.REFUND_CANCELLED)
        assert mail.amount_cents == known.amount_cents
        judge(chris, 2300)

    def test_its_reason_goes_with_the_person(self, chris: Student, leaving: tuple[Refund, Refund]) -> None:
        for each in leaving:
            cancel_refund(chris.ports, each.id, REASON, ACCOUNTANT)
        gone = [_given_to_nobody(each) for each in chris.account.refunds]
        assert {(each.cancel_reason, each.decision_reason) for each in gone} == {("", "")}

    def test_repeated_by_the_same_click_is_told(self, chris: Student, known: Refund) -> None:
        cancel_refund(chris.ports, known.id, REASON, ACCOUNTANT)
        with pytest.raises(RefundNotReady):
            cancel_refund(chris.ports, known.id, REASON, ACCOUNTANT)

    def test_never_once_it_is_in_a_file(self, chris: Student, known: Refund) -> None:
        make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
        with pytest.raises(RefundNotReady):
            cancel_refund(chris.ports, known.id, REASON, ACCOUNTANT)

    def test_its_link_for_the_iban_is_over(self, chris: Student, cheques: tuple[Payment, Payment]) -> None:
        known = approves(chris, prepares(chris, cheques[0], asked(10000, 30000, RefundMethod.TRANSFER)))
        token = mailed(chris)
        cancel_refund(chris.ports, known.id, REASON, ACCOUNTANT)
        with pytest.raises(IbanLinkNotValid):
            read_iban_link(chris.ports, token)

    def test_the_others_of_its_act_still_stand(
        self, chris: Student, cheques: tuple[Payment, Payment]
    ) -> None:
        withdraws(chris)
        first, second = prepared(chris)
        cancel_refund(chris.ports, approved(chris, first).id, REASON, ACCOUNTANT)
        assert approved(chris, second).state is RefundState.APPROVED

    def test_lets_a_withdrawal_be_taken_back(self, chris: Student, leaving: tuple[Refund, Refund]) -> None:
        for each in leaving:
            cancel_refund(chris.ports, each.id, REASON, ACCOUNTANT)
        reopens(chris)
        assert chris.registration.is_paid
        assert chris.balance_cents == 0

    def test_its_money_pays_what_is_owed(self, chris: Student, cheques: tuple[Payment, Payment]) -> None:
        known = approved(chris, prepares(chris, cheques[0], asked(10000, 30000, RefundMethod.TRANSFER)))
        cancel_refund(chris.ports, known.id, REASON, ACCOUNTANT)
        assert chris.registration.is_paid
        judge(chris, 60100)


class TestByCard:
    """A card refund that waits for a clear answer of the gateway is judged as well before it is sent."""

    @pytest.fixture
    def waiting(self, chris: Student) -> Refund:
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        changes(chris, "02")
        (known,) = prepared(chris)
        chris.ports.gateway.is_clear = False
        known = approves(chris, known)
        chris.ports.gateway.is_clear = True
        return known

    def test_lapses_when_its_money_is_owed_again(self, chris: Student, waiting: Refund) -> None:
        assert waiting.state is RefundState.APPROVED
        changes(chris, "01")
        reconciles(chris, minutes=5)
        assert (refund(chris, waiting).state, given(chris)) == (RefundState.LAPSED, [])
        assert chris.registration.is_paid

    def test_can_be_cancelled(self, chris: Student, waiting: Refund) -> None:
        cancel_refund(chris.ports, waiting.id, REASON, ACCOUNTANT)
        reconciles(chris, minutes=5)
        assert given(chris) == []

    def test_is_not_sent_again_once_its_money_is_owed_again(self, chris: Student) -> None:
        """The question may still arrive, so it is not lapsed: it waits for a person."""
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        changes(chris, "02")
        chris.ports.gateway.vault.script.append(Reply.DROP)
        known = approves(chris, prepared(chris)[0])
        changes(chris, "01")
        for _ in range(4):
            reconciles(chris, minutes=6)
        assert (refund(chris, known).state, given(chris)) == (RefundState.UNKNOWN, [])


class TestRefusing:
    def test_keeps_no_more_than_what_is_not_on_its_way_back(
        self, chris: Student, cheques: tuple[Payment, Payment]
    ) -> None:
        approved(chris, prepares(chris, cheques[0], asked(30000, 30000, RefundMethod.TRANSFER)))
        with pytest.raises(KeptAboveReceived) as refused:
            refuses(chris, 30101)
        assert refused.value.received_cents == 30100
        refuses(chris, 30100)
        assert prepared(chris) == []


class TestTurnedIntoATransfer:
    def test_that_was_cancelled_gives_another_one(self, chris: Student) -> None:
        chris.ports.gateway.vault.otherwise = Reply.REFUSE
        by_card = approves(chris, prepares(chris, pays_twice(chris)))
        first = turn_into_transfer(chris.ports, by_card.id, SECOND)
        cancel_refund(chris.ports, approved(chris, first, ACCOUNTANT).id, REASON, ACCOUNTANT)
        second = turn_into_transfer(chris.ports, by_card.id, SECOND)
        assert (second.state, second.id != first.id) == (RefundState.PREPARED, True)
        assert turn_into_transfer(chris.ports, by_card.id, SECOND) == second
        mark_transferred(chris.ports, approved(chris, second, ACCOUNTANT).id, ACCOUNTANT)
        done = finish_transfer(chris.ports, second.id, ACCOUNTANT, is_done=True)
        assert turn_into_transfer(chris.ports, by_card.id, SECOND) == done


class TestLeft:
    """What is in a file, or at the gateway, cannot be taken back: what it makes owed waits for its end."""

    @pytest.fixture
    def left(self, chris: Student) -> tuple[Student, Refund]:
        chris.declares("01")
        receives(chris, 60100, "1")
        changes(chris, "02")
        known = approved(chris, prepared(chris)[0])
        make_transfer_files(chris.ports, seen(chris), ACCOUNTANT)
        changes(chris, "01")
        return chris, known

    def test_student_is_told_that_it_is_to_be_paid_once_the_refund_is_there(
        self, left: tuple[Student, Refund]
    ) -> None:
        student, known = left
        with pytest.raises(RefundOnItsWay) as refused:
            student.opens_the_page()
        assert refused.value.refunding_cents == 60100
        items = {each.key: each for each in menu(student.file, student.ports.at)}
        assert items[MenuKey.PAY_ONCE].state is MenuState.CLOSED
        finish_transfer(student.ports, known.id, ACCOUNTANT, is_done=True)
        assert student.opens_the_page().amount_cents == 60100

    def test_transfer_that_the_bank_returned_pays_it(self, left: tuple[Student, Refund]) -> None:
        student, known = left
        finish_transfer(student.ports, known.id, ACCOUNTANT, is_done=False)
        assert (student.balance_cents, student.registration.is_paid) == (0, True)


def test_who_prepared_a_refund_takes_it_back_before_anybody_decides_and_nobody_is_told(
    chris: Student,
) -> None:
    known = prepares(chris, pays_twice(chris))
    before = len(chris.ports.memory.entries)
    with pytest.raises(RefundNotReady):
        cancel_refund(chris.ports, known.id, "erreur de saisie", SECOND)
    with pytest.raises(RefundUnreasoned):
        cancel_refund(chris.ports, known.id, " ", ACCOUNTANT)
    cancel_refund(chris.ports, known.id, "erreur de saisie", ACCOUNTANT)
    assert (refund(chris, known).state, given(chris)) == (RefundState.CANCELLED, [])
    assert len(chris.ports.memory.entries) == before
    assert {each.refunding_cents for each in chris.account.payments} == {0}
    judge(chris, 60100)


def test_preparation_that_was_read_is_not_taken_back_once_it_is_approved(chris: Student) -> None:
    known = prepares(chris, pays_twice(chris), asked(method=RefundMethod.TRANSFER))
    approves(chris, known)
    mails = chris.mails()
    with pytest.raises(RefundMoved):
        cancel_refund(chris.ports, known.id, REASON, ACCOUNTANT, RefundState.PREPARED)
    assert (refund(chris, known).state, chris.mails()) == (RefundState.APPROVED, mails)
    done = cancel_refund(chris.ports, known.id, REASON, ACCOUNTANT, RefundState.APPROVED)
    assert done.state is RefundState.CANCELLED
