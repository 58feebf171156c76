"""A decision on a plan, and its first payment, are of the schedule that was read: another is refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain import errors
from chalicelib.domain.causes import PlanMoved
from chalicelib.domain.plan.plan_requests import PlanDecision, PlanRequest, PlanRequestState
from chalicelib.domain.plan.refusals import PlanOfEnded, RequestOutdated
from chalicelib.domain.plan.request_checks import checks_hash
from chalicelib.domain.registration import Decision
from chalicelib.usecases.collection.receive_payment import receive_payment
from chalicelib.usecases.lists.decide_many import decide_many_plans
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request
from chalicelib.usecases.plans.request_plan import request_plan, withdraw_plan_request
from chalicelib.usecases.registrations.block_registration import block_registration
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.ports import enrol_student
from tests.usecases.conftest import ACCOUNTANT, CHRIS, NO_ADDRESS, REGISTRAR, Student
from tests.usecases.test_payers_at_once import Beaten
from tests.usecases.test_received_at_the_desk import CHEQUE

OTHER = replace(CHRIS, id="00000000000000c2", email="other@demo.test", last_name="AUTRE")


@pytest.fixture
def asked(chris: Student) -> Student:
    chris.declares("01")
    chris.asks_for()
    return chris


@pytest.fixture
def approved(asked: Student) -> Student:
    asked.is_approved()
    return asked


def asks_for_another(student: Student) -> None:
    withdraw_plan_request(student.ports, CHRIS.id, student.registration_id)
    student.declares("05")
    student.asks_for("paybox-6")


def stands(student: Student) -> PlanRequest:
    return student.ports.memory.plan_requests[student.registration_id]


def checked(student: Student) -> str:
    return checks_hash(student.file, stands(student))


def receives(student: Student) -> None:
    part = replace(CHEQUE, amount_cents=10000)
    receive_payment(student.ports, student.registration_id, part, ACCOUNTANT, None)


def is_blocked(student: Student) -> None:
    is_block = True
    block_registration(student.ports, student.registration_id, is_block, "litige", ACCOUNTANT, None)


def is_refused(student: Student) -> None:
    decide_registration(student.ports, student.registration_id, Decision.REFUSE, "motif", REGISTRAR)


def decides(student: Student, decision: PlanDecision, seen: str) -> PlanRequest:
    return decide_plan_request(student.ports, student.registration_id, decision, "motif", ACCOUNTANT, seen)


def opens(student: Student, seen: str, key: str | None = None) -> int:
    started = start_card_payment(
        student.ports, CHRIS.id, student.registration_id, NO_ADDRESS, key, 1, seen_hash=seen
    )
    return started.attempt.amount_cents


class TestDecision:
    def test_is_of_the_request_that_was_read(self, asked: Student) -> None:
        assert decides(asked, PlanDecision.APPROVE, stands(asked).schedule_hash).is_payable

    @pytest.mark.parametrize("decision", PlanDecision)
    def test_on_another_request_is_refused(self, asked: Student, decision: PlanDecision) -> None:
        read = stands(asked).schedule_hash
        asks_for_another(asked)
        with pytest.raises(PlanMoved):
            decides(asked, decision, read)
        assert (stands(asked).plan_code, stands(asked).state) == ("paybox-6", PlanRequestState.REQUESTED)
        assert asked.mails() == []

    def test_does_not_pass_for_done_where_another_was_approved(self, asked: Student) -> None:
        read = stands(asked).schedule_hash
        asks_for_another(asked)
        asked.is_approved()
        with pytest.raises(PlanMoved):
            decides(asked, PlanDecision.APPROVE, read)

    @pytest.mark.parametrize("decision", PlanDecision)
    @pytest.mark.parametrize("moves", [receives, is_blocked, is_refused])
    def test_is_of_the_checks_that_were_read(
        self, asked: Student, decision: PlanDecision, moves: Callable[[Student], object]
    ) -> None:
        read = checked(asked)
        moves(asked)
        mails = asked.mails()
        with pytest.raises(PlanMoved):
            decides(asked, decision, read)
        assert (stands(asked).state, asked.mails()) == (PlanRequestState.REQUESTED, mails)
        assert decides(asked, PlanDecision.REFUSE, checked(asked)).state is PlanRequestState.REFUSED

    def test_that_is_repeated_is_not_refused(self, asked: Student) -> None:
        read = checked(asked)
        assert decides(asked, PlanDecision.APPROVE, read) == decides(asked, PlanDecision.APPROVE, read)

    def test_is_not_written_over_checks_that_fail_before_its_commit(self, asked: Student) -> None:
        Beaten(asked, lambda: is_blocked(asked))
        with pytest.raises(errors.ConcurrentUpdate):
            decides(asked, PlanDecision.APPROVE, checked(asked))
        assert stands(asked).state is PlanRequestState.REQUESTED

    def test_of_another_price_tells_accounting_who_asks_anew(self, asked: Student) -> None:
        files = asked.ports.memory.registrations_by_id
        files[asked.registration_id] = replace(asked.registration, fee_situation_code="05")
        with pytest.raises(RequestOutdated):
            decides(asked, PlanDecision.APPROVE, checked(asked))
        assert stands(asked).state is PlanRequestState.REQUESTED

    def test_is_not_written_over_a_request_that_comes_before_its_commit(self, asked: Student) -> None:
        Beaten(asked, lambda: asks_for_another(asked))
        with pytest.raises(errors.ConcurrentUpdate):
            decides(asked, PlanDecision.APPROVE, stands(asked).schedule_hash)
        assert stands(asked).state is PlanRequestState.REQUESTED

    def test_of_many_that_one_is_refused_and_the_others_go_on(self, asked: Student) -> None:
        other = f"{OTHER.id}-1"
        enrol_student(asked.ports, OTHER, "I2223_Y1_1A", asked.ports.campaigns.current().id)
        memory = asked.ports.memory
        memory.registrations_by_id[other] = replace(
            memory.registrations_by_id[other], fee_situation_code="05"
        )
        request_plan(asked.ports, OTHER.id, other, "paybox-3")
        read = {each: memory.plan_requests[each].schedule_hash for each in (asked.registration_id, other)}
        asks_for_another(asked)
        results = decide_many_plans(asked.ports, read, PlanDecision.APPROVE, "", ACCOUNTANT, read)
        assert [type(each.refusal) for each in results] == [PlanMoved, type(None)]
        assert stands(asked).state is PlanRequestState.REQUESTED
        assert memory.plan_requests[other].is_payable


class TestFirstPayment:
    def test_is_of_the_plan_that_was_read(self, approved: Student) -> None:
        assert opens(approved, stands(approved).schedule_hash) == 20031

    def test_of_another_plan_starts_nothing(self, approved: Student) -> None:
        read = stands(approved).schedule_hash
        asks_for_another(approved)
        approved.is_approved()
        with pytest.raises(PlanMoved):
            opens(approved, read)
        assert approved.account.attempts == ()
        assert opens(approved, stands(approved).schedule_hash) == 62835

    def test_is_not_resumed_for_another_plan(self, approved: Student) -> None:
        opens(approved, stands(approved).schedule_hash, "key")
        with pytest.raises(PlanMoved):
            opens(approved, "another", "key")

    def test_of_a_plan_that_was_never_asked_for_starts_nothing(self, chris: Student) -> None:
        chris.declares("01")
        with pytest.raises(PlanMoved):
            opens(chris, "another")

    def test_does_not_start_another_that_is_approved_before_its_commit(self, approved: Student) -> None:
        def another() -> None:
            asks_for_another(approved)
            approved.is_approved()

        Beaten(approved, another)
        with pytest.raises(PlanMoved):
            opens(approved, stands(approved).schedule_hash)
        assert approved.account.attempts == ()


def test_plan_of_a_file_that_was_refused_meanwhile_is_refused_alone(asked: Student) -> None:
    decide_registration(asked.ports, asked.registration_id, Decision.REFUSE, "motif", REGISTRAR)
    mails = asked.mails()
    with pytest.raises(PlanOfEnded):
        asked.is_told(PlanDecision.APPROVE)
    assert asked.mails() == mails
    assert asked.is_told(PlanDecision.REFUSE, "dossier refusé").state is PlanRequestState.REFUSED


def validates(student: Student) -> None:
    decide_registration(student.ports, student.registration_id, Decision.VALIDATE, "", REGISTRAR)


def test_check_that_is_fulfilled_since_prevents_no_approval(asked: Student) -> None:
    is_blocked(asked)
    seen = checked(asked)
    block_registration(asked.ports, asked.registration_id, False, "réglé", ACCOUNTANT, None)  # noqa: FBT003 - lifted
    validates(asked)
    assert decides(asked, PlanDecision.APPROVE, seen).state is PlanRequestState.APPROVED


def test_check_that_fails_since_prevents_it_beside_one_that_is_fulfilled(asked: Student) -> None:
    seen = checked(asked)
    validates(asked)
    is_blocked(asked)
    with pytest.raises(PlanMoved):
        decides(asked, PlanDecision.APPROVE, seen)


def test_refusal_is_of_the_checks_that_were_read(asked: Student) -> None:
    """Its reason may be the one that is fulfilled since."""
    seen = checked(asked)
    validates(asked)
    with pytest.raises(PlanMoved):
        decides(asked, PlanDecision.REFUSE, seen)
    assert decides(asked, PlanDecision.REFUSE, checked(asked)).state is PlanRequestState.REFUSED
