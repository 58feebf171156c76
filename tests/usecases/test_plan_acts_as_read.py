"""A plan is stopped and resumed, a debit released, a request withdrawn as it was read: another is refused."""

from datetime import timedelta

import pytest

from chalicelib.domain import decisions, errors
from chalicelib.domain.causes import PlanNotWithdrawable
from chalicelib.domain.plan.instalments import DebitState, Instalment, InstalmentState
from chalicelib.domain.plan.plan_requests import PlanRequestState
from chalicelib.domain.plan.refusals import (
    NothingToRelease,
    PlanActMoved,
    ReleaseMoved,
    RequestApproved,
    RequestMoved,
)
from chalicelib.usecases.debits.release_instalment import release_instalment
from chalicelib.usecases.plans.request_plan import withdraw_plan_request
from chalicelib.usecases.plans.resume_plan import resume_plan
from chalicelib.usecases.plans.stop_plan import stop_plan
from tests.fakes.gateway import Behaviour
from tests.usecases.conftest import ACCOUNTANT, CHRIS, Student
from tests.usecases.plan_acts import all_taken, recut, request_of, resume, stop
from tests.usecases.test_payers_at_once import Beaten

OTHER_REASON = "surendettement"


@pytest.fixture
def started(chris: Student) -> Student:
    chris.starts_the_plan()
    return chris


def stops(student: Student, seen: str) -> None:
    stop_plan(student.ports, student.registration_id, "relu", ACCOUNTANT, seen)


def resumes(student: Student, seen: str) -> None:
    resume_plan(student.ports, student.registration_id, "relu", ACCOUNTANT, seen)


def is_stopped_for_another_reason(student: Student) -> None:
    resume(student)
    stop(student, OTHER_REASON)


class TestResuming:
    @pytest.fixture
    def read(self, started: Student) -> str:
        stop(started)
        return request_of(started).seen_hash

    def test_is_of_the_stop_that_was_read_and_only_once(self, started: Student, read: str) -> None:
        resumes(started, read)
        assert not request_of(started).is_stopped
        with pytest.raises(decisions.PlanNotStopped):
            resumes(started, read)

    def test_of_another_stop_is_refused_and_takes_nothing(self, started: Student, read: str) -> None:
        is_stopped_for_another_reason(started)
        with pytest.raises(PlanActMoved):
            resumes(started, read)
        assert request_of(started).stop_reason == OTHER_REASON
        started.debits_run("2022-08-10T09:00")
        assert all_taken(started) == []

    def test_of_other_instalments_is_refused(self, started: Student, read: str) -> None:
        recut(started, 1)
        with pytest.raises(PlanActMoved):
            resumes(started, read)

    def test_is_not_written_over_a_stop_that_comes_before_its_commit(
        self, started: Student, read: str
    ) -> None:
        Beaten(started, lambda: is_stopped_for_another_reason(started))
        with pytest.raises(errors.ConcurrentUpdate):
            resumes(started, read)
        assert request_of(started).stop_reason == OTHER_REASON


class TestStopping:
    def test_is_of_the_plan_that_was_read_and_only_once(self, started: Student) -> None:
        read = request_of(started).seen_hash
        stops(started, read)
        with pytest.raises(decisions.PlanAlreadyStopped):
            stops(started, read)

    def test_of_a_plan_that_was_stopped_and_resumed_meanwhile_is_refused(self, started: Student) -> None:
        read = request_of(started).seen_hash
        stop(started)
        resume(started)
        with pytest.raises(PlanActMoved):
            stops(started, read)
        assert not request_of(started).is_stopped


class TestReleasing:
    @pytest.fixture
    def read(self, started: Student) -> str:
        """The first conflict of the second instalment."""
        self.falls_into_conflict(started)
        return self.waiting(started).debit_id

    def falls_into_conflict(self, student: Student) -> None:
        student.ports.gateway.script.append(Behaviour.DROP)
        day = max(student.ports.at, student.ports.at.replace(month=7, day=10)) + timedelta(days=1)
        student.debits_run(f"{day:%Y-%m-%d}T23:45")
        for minutes in (6, 10):
            student.reconciles(minutes=minutes)
        assert self.waiting(student).state is InstalmentState.CONFLICT

    def waiting(self, student: Student) -> Instalment:
        return student.instalment(2)

    def releases(self, student: Student, seen: str | None = None) -> None:
        release_instalment(student.ports, student.registration_id, 2, ACCOUNTANT, seen)

    def falls_into_another(self, student: Student) -> None:
        self.releases(student)
        self.falls_into_conflict(student)

    def test_is_of_the_debit_that_was_read_and_only_once(self, started: Student, read: str) -> None:
        self.releases(started, read)
        assert self.waiting(started).state is InstalmentState.DUE
        with pytest.raises(NothingToRelease):
            self.releases(started, read)

    def test_of_another_debit_is_refused(self, started: Student, read: str) -> None:
        self.falls_into_another(started)
        with pytest.raises(ReleaseMoved):
            self.releases(started, read)
        assert self.waiting(started).state is InstalmentState.CONFLICT
        assert {each.id: each.state for each in started.account.debits} == {
            read: DebitState.DROPPED,
            self.waiting(started).debit_id: DebitState.UNKNOWN,
        }
        self.releases(started, self.waiting(started).debit_id)
        assert self.waiting(started).state is InstalmentState.DUE

    def test_is_not_written_over_a_conflict_that_comes_before_its_commit(
        self, started: Student, read: str
    ) -> None:
        Beaten(started, lambda: self.falls_into_another(started))
        with pytest.raises(errors.ConcurrentUpdate):
            self.releases(started, read)
        assert self.waiting(started).state is InstalmentState.CONFLICT


class TestWithdrawing:
    @pytest.fixture
    def read(self, chris: Student) -> str:
        chris.declares("05")
        return chris.asks_for().seen_hash

    def withdraws(self, student: Student, seen: str | None = None) -> None:
        withdraw_plan_request(student.ports, CHRIS.id, student.registration_id, seen)

    def asks_for_another(self, student: Student) -> None:
        self.withdraws(student)
        student.asks_for("paybox-6")

    def test_is_of_the_request_that_was_read_and_may_be_repeated(self, chris: Student, read: str) -> None:
        for _ in range(2):
            self.withdraws(chris, read)
            assert request_of(chris).state is PlanRequestState.WITHDRAWN

    def test_of_another_request_is_refused(self, chris: Student, read: str) -> None:
        self.asks_for_another(chris)
        with pytest.raises(RequestMoved):
            self.withdraws(chris, read)
        assert request_of(chris).state is PlanRequestState.REQUESTED
        self.withdraws(chris, request_of(chris).seen_hash)
        assert request_of(chris).state is PlanRequestState.WITHDRAWN

    def test_of_one_that_was_approved_meanwhile_says_so(self, chris: Student, read: str) -> None:
        chris.is_approved()
        with pytest.raises(RequestApproved):
            self.withdraws(chris, read)
        assert request_of(chris).is_payable
        self.withdraws(chris, request_of(chris).seen_hash)
        assert request_of(chris).state is PlanRequestState.WITHDRAWN

    def test_of_one_that_has_begun_is_refused_as_ever(self, started: Student) -> None:
        with pytest.raises(PlanNotWithdrawable):
            self.withdraws(started, "another")

    def test_is_not_written_over_a_request_that_comes_before_its_commit(
        self, chris: Student, read: str
    ) -> None:
        Beaten(chris, lambda: self.asks_for_another(chris))
        with pytest.raises(errors.ConcurrentUpdate):
            self.withdraws(chris, read)
        assert (request_of(chris).plan_code, request_of(chris).is_binding) == ("paybox-6", True)
