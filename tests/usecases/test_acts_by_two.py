"""P21: two people do the same act of the staff at once, having seen the same page: it is done once.

Every act of the audit trail stands here: played by two, raced by a test of its own, or no act of two.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.domain.causes import SamePerson
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import DecisionNotPossible, QuittanceError
from chalicelib.domain.trail.audit import Act
from tests.access import test_two_people
from tests.proof.books import check_books
from tests.usecases import test_payment_links, test_student_imports
from tests.usecases.acts_by_two import ADMIN, PLAYED, approves_own_refund, approves_waiver
from tests.usecases.books_by_two import changes_roles, checks
from tests.usecases.conftest import ACCOUNTANT, Student


class BeatenOnce:
    """A store before whose next commit the other person acts."""

    def __init__(self, student: Student, act: Callable[[], object]) -> None:
        self._ports, self._act, self._store = student.ports, act, student.ports.store
        student.ports.store = self  # type: ignore[assignment]  # as much of a store as an act needs

    def commit(self, changes: Changes) -> None:
        self._ports.store = self._store
        self._act()
        self._store.commit(changes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def count(student: Student, act: Act) -> int:
    return sum(each.act is act for each in student.ports.memory.audit_waiting.values())


RACED = {
    Act.PAYMENT_LINK_MADE: test_payment_links.TestPaying.test_eight_links_opened_at_once_reserve_what_is_owed,
    Act.IMPORT_STARTED: test_student_imports.TestRuns.test_of_two_that_begin_at_once_one_does,
    Act.CAMPAIGN_APPLIED: test_two_people.test_campaign_is_applied_once_and_by_somebody_else,
}
"""Acts that a test of their own races, with that test."""
OF_THEIR_OWN = {
    Act.ROLES_PROPOSED: "each proposal is a row of its own, and one is applied",
    Act.CAMPAIGN_PROPOSED: "each version has its number, and one is applied",
    Act.CAMPAIGN_REFUSED: "decided in the row of the register in which a version is applied",
    Act.RAPPROCHEMENT_PREPARED: "each paper is frozen alone, and one is signed",
    Act.DAY_RECONCILED: "each run is kept, and reads only",
    Act.EXPORT_COMPARED: "each comparison reads only",
    Act.DIFFERENCE_TAKEN: "the last who takes a difference has it, as both are told",
    Act.ENDPOINT_ADDED: "each endpoint is a row of its own",
    Act.EVENTS_REPLAYED: "each sends again, under the same ids of events",
    Act.PERSON_EXPORTED: "reads only",
    Act.STUDENT_PACKED: "reads only",
    Act.BOOKS_TAKEN: "reads only",
    Act.SERVICE_KEY_MADE: "one's own",
    Act.SERVICE_KEY_ACTED: "a program's",
    Act.SERVICE_KEY_ROLLED: "one's own",
    Act.SESSIONS_ENDED: "one's own",
    Act.PASSWORD_SET: "one's own",
    Act.SECOND_FACTOR_ENROLLED: "one's own",
    Act.IDENTITY_LINKED: "one's own",
    Act.IDENTITY_UNLINKED: "one's own",
}
"""Acts of which a second one by another person is right, or cannot be."""
OF_OTHERS = {
    Act.FEE_SITUATION_DECLARED, Act.EVIDENCE_CHECKED, Act.PLAN_REQUESTED, Act.PLAN_REQUEST_WITHDRAWN,
    Act.PAYMENT_BOOKED, Act.PAYMENT_REFUNDED, Act.ARREARS_REMINDED, Act.DEBIT_BOOKED, Act.RETENTION_APPLIED,
    Act.CARD_FORGOTTEN, Act.CREDIT_SET_OFF, Act.PAYER_REMINDED, Act.JOURNAL_NUMBERED, Act.PERSON_IMPORTED,
    Act.PERSON_CORRECTED, Act.IMPORT_FINISHED, Act.ADMINISTRATOR_CREATED, Act.REFUND_LAPSED, Act.IBAN_GIVEN,
    Act.PERIOD_CLOSED, Act.JOURNAL_COMPLETED, Act.TABLE_RESTORED, Act.PAYMENT_SOUGHT,
    Act.BRAKE_APPLIED, Act.BRAKE_RELEASED,
}  # fmt: skip
"""Acts of students, of the gateway, of schedules and of the command line."""


def test_every_act_has_its_race() -> None:
    assert set(Act) == PLAYED.keys() | RACED.keys() | OF_THEIR_OWN.keys() | OF_OTHERS
    assert len(Act) == len(PLAYED) + len(RACED) + len(OF_THEIR_OWN) + len(OF_OTHERS), "in two places"


@pytest.mark.parametrize("is_between", [True, False], ids=["between", "after"])
@pytest.mark.parametrize("act", PLAYED)
def test_act_by_two_is_done_once(chris: Student, act: Act, is_between: bool) -> None:  # noqa: FBT001 - a case
    """The other acts between what the first read and their commit, or after it."""
    race = PLAYED[act]
    if race.may_follow and not is_between:
        return
    doing, (first, other) = race.begin(chris), race.people
    before = count(chris, act)
    done: list[object] = []

    def tries(by: object) -> None:
        with suppress(QuittanceError):
            done.append(doing(by))  # type: ignore[arg-type]

    if is_between:
        BeatenOnce(chris, lambda: tries(other))
        tries(first)
    else:
        tries(first)
        tries(other)
    assert done
    assert count(chris, act) == before + 1
    check_books(chris.ports.memory)


OF_TWO = {
    Act.REFUND_APPROVED: approves_own_refund,
    Act.WAIVER_APPROVED: approves_waiver,
    Act.ROLES_CHANGED: changes_roles,
    Act.RAPPROCHEMENT_CHECKED: checks,
}


@pytest.mark.parametrize("act", OF_TWO)
def test_who_prepared_it_never_comes_before_the_second_person(chris: Student, act: Act) -> None:
    """P21: the one who prepared tries before, between and after; the other's decision stands alone."""
    doing, (_, second) = OF_TWO[act](chris), PLAYED[act].people
    first = ADMIN if act is Act.ROLES_CHANGED else ACCOUNTANT
    for _ in range(2):
        with pytest.raises(SamePerson):
            doing(first)
        assert count(chris, act) == 0
    BeatenOnce(chris, lambda: _refused(lambda: doing(first)))
    doing(second)
    with pytest.raises((SamePerson, DecisionNotPossible)):
        doing(first)
    (entry,) = (each for each in chris.ports.memory.audit_waiting.values() if each.act is act)
    assert entry.by == second.id


def _refused(act: Callable[[], object]) -> None:
    with pytest.raises(SamePerson):
        act()
