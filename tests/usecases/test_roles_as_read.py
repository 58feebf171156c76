"""Roles are proposed and approved over those that were read; an account is closed or opened as read."""

from dataclasses import replace

import pytest

from chalicelib.domain.causes import RoleChangeDecided
from chalicelib.domain.decisions import AccessMoved, ProposalMoved, RolesMoved
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.people import Person, Role
from chalicelib.domain.privacy.erasure import erased
from chalicelib.domain.role_changes import RoleChange, RoleChangeState
from chalicelib.usecases.imports.import_staff import check_staff, import_staff
from chalicelib.usecases.people.change_roles import change_roles, propose_roles
from chalicelib.usecases.people.close_account import close_account
from chalicelib.usecases.people.list_people import roles_of
from tests.fakes.ports import MANUAL_DAY, FakePorts
from tests.usecases.sign_in_steps import PersonSteps, acts, somebody
from tests.usecases.test_pages_beside_each_other import meanwhile

REASON = "remplace une collègue"
STRIPPED = (Role.STUDENT,)


@pytest.fixture
def sacha(ports: FakePorts) -> PersonSteps:
    return somebody(ports, 0xD1, Role.REGISTRAR)


@pytest.fixture
def administrator(ports: FakePorts) -> Person:
    return somebody(ports, 0xAD, Role.ADMINISTRATOR).person


@pytest.fixture
def auditor(ports: FakePorts) -> Person:
    return somebody(ports, 0xAF, Role.AUDITOR).person


def proposes(whose: PersonSteps, by: Person, *roles: Role, seen: frozenset[str] | None = None) -> RoleChange:
    return propose_roles(whose.ports, whose.person.id, frozenset(roles), REASON, by, seen)


def approves(ports: FakePorts, change: RoleChange, by: Person) -> RoleChange:
    return change_roles(ports, change.id, is_approved=True, by=by)


class TestProposal:
    def test_rights_come_back_by_no_older_proposal(
        self, sacha: PersonSteps, administrator: Person, auditor: Person
    ) -> None:
        older = proposes(sacha, administrator, Role.REGISTRAR, Role.AUDITOR)
        approves(sacha.ports, proposes(sacha, administrator, *STRIPPED), auditor)
        with pytest.raises(ProposalMoved):
            approves(sacha.ports, older, auditor)
        assert sacha.now.roles == {*STRIPPED}
        assert sacha.ports.role_changes.waiting() == (older,)

    def test_it_is_refused_or_taken_back_all_the_same(
        self, sacha: PersonSteps, administrator: Person, auditor: Person
    ) -> None:
        older, oldest = (proposes(sacha, administrator, role) for role in (Role.AUDITOR, Role.ACCOUNTANT))
        approves(sacha.ports, proposes(sacha, administrator, *STRIPPED), auditor)
        for change, by in ((older, auditor), (oldest, administrator)):
            decided = change_roles(sacha.ports, change.id, is_approved=False, by=by)
            assert decided.state is RoleChangeState.REFUSED
        assert sacha.ports.role_changes.waiting() == ()

    def test_roles_that_change_before_the_commit_stay(
        self, sacha: PersonSteps, administrator: Person, auditor: Person
    ) -> None:
        older = proposes(sacha, administrator, Role.REGISTRAR, Role.AUDITOR)
        newer = proposes(sacha, administrator, *STRIPPED)
        meanwhile(sacha.ports, lambda: approves(sacha.ports, newer, auditor))
        with pytest.raises(ConcurrentUpdate):
            approves(sacha.ports, older, auditor)
        with pytest.raises(ProposalMoved):
            approves(sacha.ports, older, auditor)
        assert sacha.now.roles == {*STRIPPED}

    def test_second_click_says_that_it_is_decided(
        self, sacha: PersonSteps, administrator: Person, auditor: Person
    ) -> None:
        change = proposes(sacha, administrator, *STRIPPED)
        approves(sacha.ports, change, auditor)
        with pytest.raises(RoleChangeDecided):
            approves(sacha.ports, change, auditor)

    def test_of_an_earlier_release_holds_for_somebody_without_roles_alone(
        self, sacha: PersonSteps, administrator: Person, auditor: Person
    ) -> None:
        memory = sacha.ports.memory
        change = proposes(sacha, administrator, Role.REGISTRAR, Role.AUDITOR)
        memory.role_changes[change.id] = replace(change, over=frozenset())
        with pytest.raises(ProposalMoved):
            approves(sacha.ports, change, auditor)
        memory.people[sacha.person.id] = replace(sacha.now, roles=frozenset())
        assert approves(sacha.ports, change, auditor).state is RoleChangeState.APPLIED

    def test_is_not_made_over_roles_that_are_no_more(
        self, sacha: PersonSteps, administrator: Person, auditor: Person
    ) -> None:
        seen = sacha.now.roles
        approves(sacha.ports, proposes(sacha, administrator, *STRIPPED, seen=seen), auditor)
        told = len(acts(sacha.ports))
        with pytest.raises(RolesMoved):
            proposes(sacha, administrator, Role.REGISTRAR, Role.STUDENT, seen=seen)
        assert len(acts(sacha.ports)) == told
        change = proposes(sacha, administrator, Role.REGISTRAR, Role.STUDENT, seen=sacha.now.roles)
        assert change.over == {*STRIPPED}

    def test_file_of_staff_proposes_again_what_is_not_approved_any_more(
        self, sacha: PersonSteps, administrator: Person, auditor: Person
    ) -> None:
        file = f"email;nom;prenom;roles\n{sacha.person.email};X;Y;auditor\n".encode()
        import_staff(sacha.ports, file, administrator)
        assert check_staff(sacha.ports, file, administrator).unchanged == 1
        approves(sacha.ports, proposes(sacha, administrator, Role.ACCOUNTANT), auditor)
        assert check_staff(sacha.ports, file, administrator).changed == 1
        import_staff(sacha.ports, file, administrator)
        *_, change = sorted(sacha.ports.role_changes.waiting(), key=lambda each: each.over)
        approves(sacha.ports, change, auditor)
        assert sacha.now.roles == {Role.AUDITOR}

    def test_roles_of_today_are_read_beside_it(
        self, sacha: PersonSteps, administrator: Person, auditor: Person
    ) -> None:
        approves(sacha.ports, proposes(sacha, administrator, *STRIPPED), auditor)
        assert roles_of(sacha.ports, [sacha.person.id, "ffff"]) == {sacha.person.id: {*STRIPPED}}


class TestAccount:
    def sets(self, whose: PersonSteps, by: Person, seen: int | None = None, *, is_active: bool) -> Person:
        return close_account(whose.ports, whose.person.id, is_active, REASON, by, seen)

    def test_closed_again_since_it_was_read_stays_closed(
        self, sacha: PersonSteps, administrator: Person
    ) -> None:
        seen = self.sets(sacha, administrator, is_active=False).access_version
        self.sets(sacha, administrator, seen, is_active=True)
        self.sets(sacha, administrator, is_active=False)
        with pytest.raises(AccessMoved):
            self.sets(sacha, administrator, seen, is_active=True)
        assert not sacha.now.is_active
        assert self.sets(sacha, administrator, sacha.now.access_version, is_active=True).is_active

    def test_opened_again_since_it_was_read_stays_open(
        self, sacha: PersonSteps, administrator: Person
    ) -> None:
        seen = sacha.now.access_version
        self.sets(sacha, administrator, seen, is_active=False)
        self.sets(sacha, administrator, is_active=True)
        with pytest.raises(AccessMoved):
            self.sets(sacha, administrator, seen, is_active=False)
        assert sacha.now.is_active

    def test_closed_again_before_the_commit_stays_closed(
        self, sacha: PersonSteps, administrator: Person
    ) -> None:
        seen = self.sets(sacha, administrator, is_active=False).access_version

        def twice() -> None:
            self.sets(sacha, administrator, is_active=True)
            self.sets(sacha, administrator, is_active=False)

        meanwhile(sacha.ports, twice)
        with pytest.raises(ConcurrentUpdate):
            self.sets(sacha, administrator, seen, is_active=True)
        assert not sacha.now.is_active

    def test_second_click_changes_nothing(self, sacha: PersonSteps, administrator: Person) -> None:
        seen = sacha.now.access_version
        closed = self.sets(sacha, administrator, seen, is_active=False)
        assert self.sets(sacha, administrator, seen, is_active=False) == closed

    def test_own_sign_out_and_roles_hinder_no_closing(
        self, sacha: PersonSteps, administrator: Person, auditor: Person
    ) -> None:
        seen = sacha.now.access_version
        approves(sacha.ports, proposes(sacha, administrator, *STRIPPED), auditor)
        assert not self.sets(sacha, administrator, seen, is_active=False).is_active

    def test_erased_since_it_was_read_stays_closed(self, sacha: PersonSteps, administrator: Person) -> None:
        closed = replace(sacha.now, is_active=False)  # as an earlier release closed it
        sacha.ports.memory.people[closed.id] = erased(closed, MANUAL_DAY.date())
        with pytest.raises(AccessMoved):
            self.sets(sacha, administrator, closed.access_version, is_active=True)
