"""Roles change by the word of two, accounts close at once, and who did it can be read."""

import pytest

from chalicelib.domain.access import Action, admit, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import (
    ConcurrentUpdate,
    DecisionNotPossible,
    Forbidden,
    NotFound,
    ReauthenticationNeeded,
    RolesNotCompatible,
)
from chalicelib.domain.languages import Language
from chalicelib.domain.people import Role
from chalicelib.domain.role_changes import RoleChange, RoleChangeState
from chalicelib.domain.sessions import RECENT
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.trail.search import AuditSearch
from chalicelib.usecases.audit.read_audit import PAGE, AuditFound, read_audit
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.people.change_roles import change_roles, propose_roles
from chalicelib.usecases.people.choose_language import choose_language
from chalicelib.usecases.people.close_account import close_account
from chalicelib.usecases.people.list_people import list_people, names_of, show_person
from tests.fakes.ports import FakePorts
from tests.usecases.sign_in_steps import PersonSteps, acts, somebody

REASON = "remplace une collègue"


@pytest.fixture
def sacha(ports: FakePorts) -> PersonSteps:
    return somebody(ports, 0xD1, Role.REGISTRAR)


@pytest.fixture
def administrator(ports: FakePorts) -> PersonSteps:
    return somebody(ports, 0xAD, Role.ADMINISTRATOR)


@pytest.fixture
def auditor(ports: FakePorts) -> PersonSteps:
    return somebody(ports, 0xAF, Role.AUDITOR)


def proposed(whose: PersonSteps, by: PersonSteps, *roles: Role, reason: str = REASON) -> RoleChange:
    return propose_roles(whose.ports, whose.person.id, frozenset(roles), reason, by.person)


class TestRoles:
    def test_change_when_a_second_person_approves_and_at_the_next_request(
        self, sacha: PersonSteps, administrator: PersonSteps, auditor: PersonSteps
    ) -> None:
        token, *_ = sacha.logs_in()
        change = proposed(sacha, administrator, Role.ACCOUNTANT)
        assert sacha.now.roles == {Role.REGISTRAR}
        applied = change_roles(sacha.ports, change.id, is_approved=True, by=auditor.person)
        assert (applied.state, applied.decided_by) == (RoleChangeState.APPLIED, auditor.person.id)
        assert sacha.now.roles == {Role.ACCOUNTANT}
        assert sacha.is_in(token)
        assert acts(sacha.ports) == [Act.ROLES_PROPOSED, Act.ROLES_CHANGED]
        assert [each.reason for each in sacha.ports.memory.audit_waiting.values()] == [change.reason] * 2
        assert sacha.ports.audit.waiting(1)[0].details == {"roles": "accountant"}

    def test_stay_when_it_is_refused(
        self, sacha: PersonSteps, administrator: PersonSteps, auditor: PersonSteps
    ) -> None:
        change = proposed(sacha, administrator, Role.ACCOUNTANT)
        refused = change_roles(sacha.ports, change.id, is_approved=False, by=auditor.person)
        assert refused.state is RoleChangeState.REFUSED
        assert sacha.now.roles == {Role.REGISTRAR}
        assert acts(sacha.ports)[-1] is Act.ROLES_REFUSED
        with pytest.raises(DecisionNotPossible):
            change_roles(sacha.ports, change.id, is_approved=True, by=auditor.person)

    def test_one_person_is_not_two(
        self, sacha: PersonSteps, administrator: PersonSteps, auditor: PersonSteps
    ) -> None:
        for_sacha = proposed(sacha, administrator, Role.ACCOUNTANT)
        for_auditor = proposed(auditor, administrator, Role.ADMINISTRATOR)
        for change, by in ((for_sacha, administrator), (for_auditor, auditor), (for_sacha, sacha)):
            with pytest.raises(Forbidden):
                change_roles(sacha.ports, change.id, is_approved=True, by=by.person)

    def test_proposer_takes_the_proposal_back(
        self, sacha: PersonSteps, administrator: PersonSteps, auditor: PersonSteps
    ) -> None:
        change = proposed(sacha, administrator, Role.ACCOUNTANT)
        taken_back = change_roles(sacha.ports, change.id, is_approved=False, by=administrator.person)
        assert taken_back.state is RoleChangeState.REFUSED
        with pytest.raises(DecisionNotPossible):
            change_roles(sacha.ports, change.id, is_approved=True, by=auditor.person)
        own = proposed(auditor, administrator, Role.ADMINISTRATOR)
        with pytest.raises(Forbidden):
            change_roles(sacha.ports, own.id, is_approved=False, by=auditor.person)

    def test_nobody_proposes_their_own(self, administrator: PersonSteps) -> None:
        with pytest.raises(Forbidden):
            proposed(administrator, administrator, Role.AUDITOR)

    @pytest.mark.parametrize("roles", [(Role.REGISTRAR, Role.ACCOUNTANT), ()])
    def test_that_must_not_meet_are_not_even_proposed(
        self, sacha: PersonSteps, administrator: PersonSteps, roles: tuple[Role, ...]
    ) -> None:
        with pytest.raises(RolesNotCompatible):
            proposed(sacha, administrator, *roles)

    def test_need_a_reason_and_a_difference(self, sacha: PersonSteps, administrator: PersonSteps) -> None:
        with pytest.raises(DecisionNotPossible, match="reason_missing"):
            proposed(sacha, administrator, Role.ACCOUNTANT, reason=" ")
        with pytest.raises(DecisionNotPossible, match="roles_unchanged"):
            proposed(sacha, administrator, Role.REGISTRAR)

    def test_of_nobody_do_not_exist(self, sacha: PersonSteps, administrator: PersonSteps) -> None:
        with pytest.raises(NotFound):
            propose_roles(sacha.ports, "ffff", frozenset({Role.AUDITOR}), REASON, administrator.person)
        with pytest.raises(NotFound):
            change_roles(sacha.ports, "ffff-r1", is_approved=True, by=administrator.person)


class TestAccount:
    def test_closes_and_opens_with_a_reason(self, sacha: PersonSteps, administrator: PersonSteps) -> None:
        closed = close_account(
            sacha.ports, sacha.person.id, is_active=False, reason="départ", by=administrator.person
        )
        assert not closed.is_active
        assert (
            close_account(sacha.ports, sacha.person.id, is_active=False, reason="", by=administrator.person)
            == closed
        )
        with pytest.raises(DecisionNotPossible, match="reason_missing"):
            close_account(sacha.ports, sacha.person.id, is_active=True, reason="", by=administrator.person)
        close_account(sacha.ports, sacha.person.id, is_active=True, reason="retour", by=administrator.person)
        assert sacha.logs_in()
        assert acts(sacha.ports) == [Act.ACCOUNT_DISABLED, Act.ACCOUNT_ENABLED]

    def test_nobody_closes_their_own(self, administrator: PersonSteps) -> None:
        with pytest.raises(Forbidden):
            close_account(
                administrator.ports,
                administrator.person.id,
                is_active=False,
                reason="x",
                by=administrator.person,
            )


class TestDoors:
    def test_high_value_act_needs_a_proof_of_a_short_while_ago(self, administrator: PersonSteps) -> None:
        _, session, person = administrator.logs_in()
        now = administrator.ports.at
        admit(person, Action.CLOSE_ACCOUNT, session, now + RECENT / 2)
        with pytest.raises(ReauthenticationNeeded):
            admit(person, Action.CLOSE_ACCOUNT, session, now + RECENT)
        admit(person, Action.READ_PEOPLE, session, now + RECENT)
        with pytest.raises(Forbidden):
            admit(person, Action.READ_AUDIT, session, now)

    def test_own_account_is_nobody_elses(self, sacha: PersonSteps, administrator: PersonSteps) -> None:
        permit(sacha.person, Action.SECURE_OWN_ACCOUNT, sacha.person.id)
        with pytest.raises(Forbidden):
            permit(administrator.person, Action.SECURE_OWN_ACCOUNT, sacha.person.id)
        with pytest.raises(Forbidden):
            permit(sacha.person, Action.CLOSE_ACCOUNT, administrator.person.id)


class TestReading:
    def test_staff_are_listed_and_anybody_is_found_by_address(
        self, sacha: PersonSteps, administrator: PersonSteps
    ) -> None:
        camille = somebody(sacha.ports, 0xC1)
        assert {each.id for each in list_people(sacha.ports, None)} == {
            sacha.person.id,
            administrator.person.id,
        }
        assert list_people(sacha.ports, f" {camille.person.email.upper()}") == (camille.person,)
        assert list_people(sacha.ports, "nobody@demo.test") == ()
        assert show_person(sacha.ports, camille.person.id) == camille.person

    def test_what_was_done_to_somebody_is_read_once_sealed(
        self, sacha: PersonSteps, administrator: PersonSteps
    ) -> None:
        close_account(sacha.ports, sacha.person.id, is_active=False, reason="départ", by=administrator.person)
        about = AuditSearch(sacha.person.id)
        assert read_audit(sacha.ports, about, None) == AuditFound([])
        seal_audit(sacha.ports)
        found = read_audit(sacha.ports, about, None)
        (record,) = found.records
        assert (record.act, record.by, record.reason) == (
            Act.ACCOUNT_DISABLED,
            administrator.person.id,
            "départ",
        )
        assert found.following is None
        assert read_audit(sacha.ports, about, f"{record.number:012}") == AuditFound([])

    def test_names_of_who_is_still_there_are_read(
        self, sacha: PersonSteps, administrator: PersonSteps
    ) -> None:
        ids = [sacha.person.id, administrator.person.id, "ffff", "gateway"]
        assert names_of(sacha.ports, ids) == dict.fromkeys(ids[:2], "TESTEUR Camille")

    def test_latest_acts_are_read_page_by_page(self, sacha: PersonSteps, administrator: PersonSteps) -> None:
        assert read_audit(sacha.ports, AuditSearch(), None) == AuditFound([], unreadable=[])
        for number in range(PAGE + 1):
            close_account(
                sacha.ports,
                sacha.person.id,
                is_active=bool(number % 2),
                reason=f"{number}",
                by=administrator.person,
            )
            sacha.ports.move(minutes=1)
        seal_audit(sacha.ports)
        newest = read_audit(sacha.ports, AuditSearch(), None)
        assert [each.number for each in newest.records] == list(range(PAGE + 1, 1, -1))
        oldest = read_audit(sacha.ports, AuditSearch(), newest.following)
        assert ([each.number for each in oldest.records], oldest.following) == ([1], None)


def test_language_that_a_person_chose_is_kept_over_a_change_of_another(
    ports: FakePorts, sacha: PersonSteps, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ports.people.person(sacha.person.id)
    lost = [True]
    commit = ports.store.commit

    def raced(changes: Changes) -> None:
        if lost.pop():
            lost.append(False)
            raise ConcurrentUpdate
        commit(changes)

    monkeypatch.setattr(ports.store, "commit", raced)
    chosen = choose_language(ports, before.id, Language.EN)
    assert (chosen.language, chosen.version) == (Language.EN, before.version + 1)
    assert choose_language(ports, before.id, Language.EN) == chosen
