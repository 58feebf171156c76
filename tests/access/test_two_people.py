"""P21: what needs two people is never done by one, however many try at once; in memory and on the engine."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import cycle, islice
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped, shipped_text
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import QuittanceError, RolesNotCompatible
from chalicelib.domain.people import APART, Person, Role
from chalicelib.domain.plan.plan_requests import PlanDecision, PlanRequestState
from chalicelib.domain.role_changes import RoleChange, RoleChangeState
from chalicelib.domain.sessions import Credentials, Login
from chalicelib.domain.trail.audit import Act
from chalicelib.storage.campaigns import DynamoCampaignUse, DynamoCampaignVersions
from chalicelib.storage.role_changes import DynamoRoleChanges
from chalicelib.usecases.campaigns.decide_campaign import decide_campaign
from chalicelib.usecases.campaigns.propose_campaign import propose_campaign
from chalicelib.usecases.people.change_roles import change_roles, propose_roles
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request
from chalicelib.usecases.plans.request_plan import request_plan
from tests.fakes.ports import FakePorts
from tests.integration.real_engine import at_once, engine_ports, enrolled

CAMPAIGN = load_shipped("clermont-auvergne-inp-2022")
THREADS = 32
REASON = "remplace une collègue"


def staff(number: int, *roles: Role) -> Person:
    return Person(f"{number:016x}", f"staff{number}@demo.test", "A", f"B{number}", frozenset(roles))


PROPOSER = staff(0xA1, Role.ADMINISTRATOR)
SUBJECT = staff(0xA2, Role.ADMINISTRATOR)
OTHER = staff(0xA3, Role.AUDITOR)
SECOND_OTHER = staff(0xA4, Role.ADMINISTRATOR)


@pytest.fixture(params=["memory", "dynamodb"])
def ports(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        made: Any = FakePorts(CAMPAIGN)
    else:
        made = engine_ports(request.getfixturevalue("names"), CAMPAIGN)
        made.role_changes = DynamoRoleChanges(made.table)
        made.campaign_versions = DynamoCampaignVersions(made.table)
        made.campaign_use = DynamoCampaignUse(made.table)
    for person in (PROPOSER, SUBJECT, OTHER, SECOND_OTHER):
        made.store.commit(Changes((person, Login(person.email, Credentials(person.id, "hash")))))
    return made


def tried(act: Callable[[], object], done: list[object]) -> Callable[[], None]:
    """The same act, whose refusal is no failure; what it gives is noted."""

    def attempt() -> None:
        with suppress(QuittanceError):
            done.append(act())

    return attempt


def everybody_approves(ports: Any, changes: list[RoleChange], people: list[Person]) -> list[Any]:
    """Let 32 threads approve at once: each of the people, each of the changes."""
    done: list[Any] = []
    acts = [
        tried(partial(change_roles, ports, change.id, is_approved=True, by=by), done)
        for by, change in islice(cycle((by, change) for by in people for change in changes), THREADS)
    ]
    at_once(acts)
    return done


def acts_of(ports: Any) -> list[Act]:
    return [entry.act for entry in ports.audit.waiting(100)]


def test_proposed_roles_are_applied_once_and_by_somebody_else(ports: Any) -> None:
    roles = frozenset({Role.REGISTRAR})
    change = propose_roles(ports, SUBJECT.id, roles, REASON, PROPOSER)
    (applied,) = everybody_approves(ports, [change], [PROPOSER, SUBJECT, OTHER])
    assert (applied.state, applied.decided_by) == (RoleChangeState.APPLIED, OTHER.id)
    assert ports.role_changes.get(change.id) == applied
    assert ports.role_changes.waiting() == ()
    assert (ports.people.person(SUBJECT.id).roles, ports.people.person(SUBJECT.id).version) == (roles, 2)
    assert sorted(acts_of(ports)) == [Act.ROLES_CHANGED, Act.ROLES_PROPOSED]


def test_nobody_else_there_means_nothing_happens(ports: Any) -> None:
    change = propose_roles(ports, SUBJECT.id, frozenset({Role.REGISTRAR}), REASON, PROPOSER)
    assert everybody_approves(ports, [change], [PROPOSER, SUBJECT]) == []
    assert ports.role_changes.waiting() == (change,)
    assert ports.people.person(SUBJECT.id) == SUBJECT


def test_two_who_approve_at_once_are_one_approval(ports: Any) -> None:
    change = propose_roles(ports, SUBJECT.id, frozenset({Role.REGISTRAR}), REASON, PROPOSER)
    (applied,) = everybody_approves(ports, [change], [OTHER, SECOND_OTHER])
    assert applied.decided_by in {OTHER.id, SECOND_OTHER.id}
    assert acts_of(ports).count(Act.ROLES_CHANGED) == 1


def test_registrar_and_accountant_never_meet_through_two_changes(ports: Any) -> None:
    changes = [
        propose_roles(ports, SUBJECT.id, frozenset({Role.STUDENT, role}), REASON, PROPOSER)
        for role in (Role.REGISTRAR, Role.ACCOUNTANT)
    ]
    done = everybody_approves(ports, changes, [OTHER, SECOND_OTHER])
    roles = ports.people.person(SUBJECT.id).roles
    assert len(done) == 1, "the other was proposed over roles that are no more"
    assert roles in {change.roles for change in changes}
    assert not any(apart <= roles for apart in APART)


def test_accountant_never_approves_the_plan_they_asked_for_as_a_student(ports: Any) -> None:
    registration = enrolled(ports, 1)
    both = frozenset({Role.STUDENT, Role.ACCOUNTANT})
    person = Person(registration.person_id, "student1@demo.test", "Chris", "TESTCD", both)
    request_plan(ports, person.id, registration.id, "paybox-6")
    done: list[object] = []
    approve = partial(decide_plan_request, ports, registration.id, PlanDecision.APPROVE, "", person)
    at_once([tried(approve, done)] * THREADS)
    asked = ports.accounts.account(person.id).plan_request(registration.id)
    assert (done, asked.state) == ([], PlanRequestState.REQUESTED)


def test_campaign_is_applied_once_and_by_somebody_else(ports: Any) -> None:
    text = shipped_text(CAMPAIGN.id).replace('"601.00"', '"650.00"').encode()
    version, _ = propose_campaign(ports, CAMPAIGN.id, text, None, PROPOSER)
    done: list[Any] = []
    apply = partial(decide_campaign, ports, CAMPAIGN.id, version.number, is_approved=True)
    people = islice(cycle((PROPOSER, OTHER, SECOND_OTHER)), THREADS)
    at_once([tried(partial(apply, by=by), done) for by in people])
    (applied,) = done
    assert applied.decided_by in {OTHER.id, SECOND_OTHER.id}
    assert ports.campaign_versions.register().versions == (applied,)
    assert sorted(acts_of(ports)) == [Act.CAMPAIGN_APPLIED, Act.CAMPAIGN_PROPOSED]


def test_registrar_and_accountant_cannot_even_be_made_one_person() -> None:
    with pytest.raises(RolesNotCompatible):
        Person("00000000000000ff", "both@demo.test", "A", "B", frozenset({Role.REGISTRAR, Role.ACCOUNTANT}))
