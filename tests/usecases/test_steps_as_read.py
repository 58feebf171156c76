"""Steps are ticked over those that their author read as ticked, or the act is refused."""

from collections.abc import Callable

import pytest

from chalicelib.domain.corrections.withdrawals import AskedWithdrawal
from chalicelib.domain.decisions import StepsMoved
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.registration import Decision, RegistrationStatus
from chalicelib.usecases.corrections.withdraw_registration import withdraw_registration, withdrawal_request
from chalicelib.usecases.registrations.decide_registration import decide_registration, tick_steps
from tests.usecases.conftest import REGISTRAR, Student
from tests.usecases.test_pages_beside_each_other import meanwhile

NONE: frozenset[str] = frozenset()
CVEC, EVIDENCE = frozenset({"cvec"}), frozenset({"evidence"})


def ticks(student: Student, steps: frozenset[str], earlier: frozenset[str] | None = None) -> None:
    tick_steps(student.ports, student.registration_id, steps, REGISTRAR, earlier)


def decides(student: Student, decision: Decision, steps: frozenset[str], earlier: frozenset[str]) -> None:
    decide_registration(
        student.ports, student.registration_id, decision, "motif", REGISTRAR, steps, earlier_steps=earlier
    )


def gives_up(student: Student) -> None:
    asked = withdrawal_request(
        student.registration_id, AskedWithdrawal(student.ports.now().date(), None), "part"
    )
    withdraw_registration(student.ports, asked, REGISTRAR)


def test_ticks_of_another_are_not_taken_away(chris: Student) -> None:
    ticks(chris, CVEC, NONE)
    with pytest.raises(StepsMoved):
        ticks(chris, EVIDENCE, NONE)
    assert chris.registration.seen_steps == CVEC
    ticks(chris, CVEC | EVIDENCE, CVEC)
    assert chris.registration.seen_steps == CVEC | EVIDENCE


def test_what_is_ticked_already_is_done(chris: Student) -> None:
    for _ in range(2):
        ticks(chris, CVEC, NONE)
    assert (chris.registration.seen_steps, chris.registration.version) == (CVEC, 2)


def test_steps_that_are_ticked_before_the_commit_are_not_taken_away(chris: Student) -> None:
    meanwhile(chris.ports, lambda: ticks(chris, CVEC))
    with pytest.raises(ConcurrentUpdate):
        ticks(chris, EVIDENCE, NONE)
    assert chris.registration.seen_steps == CVEC


@pytest.mark.parametrize(
    ("decision", "before", "status"),
    [
        (Decision.VALIDATE, lambda _: None, RegistrationStatus.PRE_REGISTERED),
        (Decision.REFUSE, lambda _: None, RegistrationStatus.PRE_REGISTERED),
        (
            Decision.REOPEN,
            lambda student: decides(student, Decision.REFUSE, NONE, NONE),
            RegistrationStatus.REFUSED,
        ),
        (Decision.REOPEN, gives_up, RegistrationStatus.WITHDRAWN),
    ],
)
def test_decision_takes_no_tick_of_another_away(
    chris: Student, decision: Decision, before: Callable[[Student], object], status: RegistrationStatus
) -> None:
    chris.declares("01")
    before(chris)
    ticks(chris, CVEC)
    with pytest.raises(StepsMoved):
        decides(chris, decision, EVIDENCE, NONE)
    assert (chris.registration.status, chris.registration.seen_steps) == (status, CVEC)
    for _ in range(2):
        decides(chris, decision, EVIDENCE, CVEC)
    assert chris.registration.status is not status
    assert chris.registration.seen_steps == EVIDENCE
