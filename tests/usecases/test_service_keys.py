"""Service keys: each way in which one must stay outside, and what its owner may read, no more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.access import RULES, Action, admit
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, Forbidden, NotFound
from chalicelib.domain.people import Person, Role, activated, with_roles
from chalicelib.domain.programs.refusals import (
    KeyBeyondOwner,
    KeyBeyondScope,
    KeyElsewhere,
    KeyLivesTooLong,
    KeyNetworkNotValid,
    KeyNotValid,
    KeysTooMany,
    KeyTooFast,
)
from chalicelib.domain.programs.service_key import ACTS, ALLOWED, KEY, MOST_OF_AN_OWNER, Scope
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.people.change_roles import change_roles, propose_roles
from chalicelib.usecases.people.close_account import close_account
from chalicelib.usecases.programs.enter_by_key import KeyUse, enter_by_key
from chalicelib.usecases.programs.make_key import (
    KeyAsked,
    list_keys,
    list_own_keys,
    make_key,
    revoke_key,
    revoke_own_key,
    roll_key,
)
from tests.fakes.ports import FakePorts

AUDITOR = Person("00000000000000b1", "auditor@demo.test", "A", "TESTAU", frozenset({Role.AUDITOR}))
ADMIN = Person("00000000000000b2", "admin@demo.test", "A", "TESTAD", frozenset({Role.ADMINISTRATOR}))
ASKED = KeyAsked("SI", (Scope.READ_EVENTS,), ("192.0.2.0/24", "2001:db8::/48"), 30)
HERE = "192.0.2.7"


@pytest.fixture
def staffed(ports: FakePorts) -> FakePorts:
    ports.store.commit(Changes((AUDITOR, ADMIN)))
    return ports


@pytest.fixture
def token(staffed: FakePorts) -> str:
    return make_key(staffed, ASKED, AUDITOR)[1]


def enters(ports: FakePorts, token: str, action: Action = Action.READ_EVENTS, address: str = HERE) -> KeyUse:
    return enter_by_key(ports, token, action, address, is_read=True)


def key_id(token: str) -> str:
    return token.removeprefix("qtc_test_")[:16]


def test_key_reads_in_its_owners_name_and_proves_no_recent_identity(staffed: FakePorts, token: str) -> None:
    use = enters(staffed, token)
    assert use.person == AUDITOR
    assert not use.session.is_recent(staffed.now())
    assert (use.left, 0 < use.resets_in <= 60) == (KEY.most - 1, True)


def test_token_is_kept_nowhere(staffed: FakePorts, token: str) -> None:
    assert token.startswith("qtc_test_")
    assert token not in repr(vars(staffed.memory))
    (made,) = staffed.memory.audit_waiting.values()
    assert (made.act, made.details) == (Act.SERVICE_KEY_MADE, {"scopes": "read:events"})


def test_scopes_read_and_need_no_recent_identity_but_for_importing_students() -> None:
    assert {Action.IMPORT_STUDENTS} == ACTS
    actions = {action for scope in Scope for action in ALLOWED[scope]} - ACTS
    assert all(action.value.startswith("read ") for action in actions)
    assert not any(RULES[action].is_recent for action in actions)


def test_act_proves_its_owners_identity_and_is_in_the_trail_with_its_key(staffed: FakePorts) -> None:
    asked = replace(ASKED, scopes=(Scope.WRITE_STUDENTS,))
    key, token = make_key(staffed, asked, ADMIN)
    staffed.move(hours=1)
    use = enter_by_key(staffed, token, Action.IMPORT_STUDENTS, HERE, is_read=False)
    admit(use.person, Action.IMPORT_STUDENTS, use.session, staffed.now())
    *_, told = staffed.memory.audit_waiting.values()
    assert (told.act, told.target, told.details) == (
        Act.SERVICE_KEY_ACTED,
        key.id,
        {"action": "import_students"},
    )
    for action in (Action.IMPORT_STAFF, Action.READ_IMPORTS):
        with pytest.raises(KeyBeyondScope):
            enter_by_key(staffed, token, action, HERE, is_read=False)
    assert not enters(staffed, token, Action.READ_IMPORTS).session.is_recent(staffed.now())


def test_act_that_its_owner_may_no_longer_do_is_refused_and_not_in_the_trail(staffed: FakePorts) -> None:
    asked = replace(ASKED, scopes=(Scope.WRITE_STUDENTS,))
    _, token = make_key(staffed, asked, ADMIN)
    staffed.store.commit(Changes((with_roles(ADMIN, frozenset({Role.AUDITOR})),)))
    before = len(staffed.memory.audit_waiting)
    with pytest.raises(Forbidden):
        enter_by_key(staffed, token, Action.IMPORT_STUDENTS, HERE, is_read=False)
    assert len(staffed.memory.audit_waiting) == before


class TestOutside:
    @pytest.mark.parametrize("wrong", ["qtc_test_", "qtc_test_0123456789abcdef" + "x" * 43, "x"])
    def test_unknown(self, staffed: FakePorts, wrong: str) -> None:
        with pytest.raises(KeyNotValid):
            enters(staffed, wrong)

    def test_other_secret(self, staffed: FakePorts, token: str) -> None:
        with pytest.raises(KeyNotValid):
            enters(staffed, token[:-1] + ("A" if token[-1] != "A" else "B"))

    def test_expired(self, staffed: FakePorts, token: str) -> None:
        staffed.move(days=30)
        with pytest.raises(KeyNotValid):
            enters(staffed, token)

    @pytest.mark.parametrize("action", [each for each in Action if each is not Action.READ_EVENTS])
    def test_out_of_scope(self, staffed: FakePorts, token: str, action: Action) -> None:
        with pytest.raises(KeyBeyondScope):
            enters(staffed, token, action)

    def test_act_that_is_allowed_like_reading(self, staffed: FakePorts, token: str) -> None:
        with pytest.raises(KeyBeyondScope):
            enter_by_key(staffed, token, Action.READ_EVENTS, HERE, is_read=False)

    @pytest.mark.parametrize("address", ["192.0.3.7", "2001:db9::1", "127.0.0.1", "", "::ffff:192.0.3.7"])
    def test_from_another_network(self, staffed: FakePorts, token: str, address: str) -> None:
        with pytest.raises(KeyElsewhere):
            enters(staffed, token, address=address)

    def test_owner_left(self, staffed: FakePorts, token: str) -> None:
        staffed.store.commit(Changes((activated(AUDITOR, is_active=False),)))
        with pytest.raises(KeyNotValid):
            enters(staffed, token)

    def test_owner_lost_every_role(self, staffed: FakePorts, token: str) -> None:
        staffed.store.commit(Changes((with_roles(AUDITOR, frozenset({Role.STUDENT})),)))
        with pytest.raises(KeyNotValid):
            enters(staffed, token)

    def test_owner_is_nowhere(self, staffed: FakePorts, token: str) -> None:
        del staffed.memory.people[AUDITOR.id]
        with pytest.raises(KeyNotValid):
            enters(staffed, token)

    def test_too_fast_until_the_minute_is_over(self, staffed: FakePorts, token: str) -> None:
        for _ in range(KEY.most):
            enters(staffed, token)
        with pytest.raises(KeyTooFast):
            enters(staffed, token)
        staffed.move(minutes=1)
        assert enters(staffed, token).left == KEY.most - 1


def test_addresses_of_its_networks_are_let_in(staffed: FakePorts, token: str) -> None:
    for address in ("192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1"):
        enters(staffed, token, address=address)


def test_last_use_is_noted_once_a_day_and_never_in_the_way(
    staffed: FakePorts, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    enters(staffed, token)
    enters(staffed, token, address="2001:db8::1")
    (key,) = list_keys(staffed)
    assert (key.last_used_at, key.last_used_from, key.version) == (staffed.now(), HERE, 2)
    staffed.move(days=1)

    def lost(_: Changes) -> None:
        raise ConcurrentUpdate

    monkeypatch.setattr(staffed.store, "commit", lost)
    assert enters(staffed, token).person == AUDITOR


class TestLife:
    def test_two_tokens_while_it_rolls_then_one(self, staffed: FakePorts, token: str) -> None:
        _, fresh = roll_key(staffed, key_id(token), AUDITOR)
        assert (enters(staffed, token).person, enters(staffed, fresh).person) == (AUDITOR, AUDITOR)
        staffed.move(days=7)
        enters(staffed, fresh)
        with pytest.raises(KeyNotValid):
            enters(staffed, token)

    def test_revoked_by_owner_or_administrator_once(self, staffed: FakePorts, token: str) -> None:
        _, other = make_key(staffed, ASKED, AUDITOR)
        over = revoke_own_key(staffed, key_id(token), AUDITOR)
        again = revoke_key(staffed, key_id(token), ADMIN)
        assert again == over
        revoke_key(staffed, key_id(other), ADMIN)
        for each in (token, other):
            with pytest.raises(KeyNotValid):
                enters(staffed, each)
        assert [key.revoked_by for key in list_keys(staffed)] == [AUDITOR.id, ADMIN.id]

    def test_key_of_another_is_nobodys(self, staffed: FakePorts, token: str) -> None:
        assert list_own_keys(staffed, ADMIN) == []
        assert len(list_own_keys(staffed, AUDITOR)) == 1
        for act in (roll_key, revoke_own_key):
            with pytest.raises(NotFound):
                act(staffed, key_id(token), ADMIN)
        with pytest.raises(NotFound):
            revoke_key(staffed, "0" * 16, ADMIN)

    @pytest.mark.parametrize(
        ("asked", "refusal"),
        [
            (replace(ASKED, days=366), KeyLivesTooLong(365)),
            (replace(ASKED, networks=("192.0.2.1/24",)), KeyNetworkNotValid("192.0.2.1/24")),
            (replace(ASKED, networks=("partout",)), KeyNetworkNotValid("partout")),
            (replace(ASKED, scopes=(Scope.READ_JOURNAL,)), KeyBeyondOwner("read:journal")),
        ],
    )
    def test_key_that_is_not_made(self, staffed: FakePorts, asked: KeyAsked, refusal: Exception) -> None:
        with pytest.raises(type(refusal)) as said:
            make_key(staffed, asked, ADMIN)
        assert said.value == refusal


def test_longest_life_is_a_year(staffed: FakePorts) -> None:
    key, _ = make_key(staffed, replace(ASKED, days=365), AUDITOR)
    assert key.expires_at - key.created_at == timedelta(days=365)


def test_key_ends_with_its_owners_account_and_does_not_come_back(staffed: FakePorts, token: str) -> None:
    close_account(staffed, AUDITOR.id, is_active=False, reason="départ", by=ADMIN)
    close_account(staffed, AUDITOR.id, is_active=True, reason="retour", by=ADMIN)
    with pytest.raises(KeyNotValid):
        enters(staffed, token)
    (key,) = list_keys(staffed)
    assert (key.revoked_by, key.revoked_at) == (ADMIN.id, staffed.at)
    closed = next(e for e in staffed.memory.audit_waiting.values() if e.act is Act.ACCOUNT_DISABLED)
    assert closed.details == {"keys": key.id}


def test_key_ends_with_the_role_that_it_needs(staffed: FakePorts, token: str) -> None:
    payments = make_key(staffed, replace(ASKED, scopes=(Scope.READ_PAYMENTS,)), AUDITOR)[1]
    other = replace(ADMIN, id="00000000000000b3", email="other@demo.test")
    staffed.store.commit(Changes((other,)))
    for roles in (Role.ACCOUNTANT, Role.AUDITOR):
        change = propose_roles(staffed, AUDITOR.id, frozenset({roles}), "mutation", ADMIN)
        change_roles(staffed, change.id, is_approved=True, by=other)
    with pytest.raises(KeyNotValid):
        enters(staffed, token)
    assert enters(staffed, payments, Action.READ_CREDITS).person.id == AUDITOR.id


def test_owner_has_a_bounded_number_of_live_keys(staffed: FakePorts) -> None:
    keys = [make_key(staffed, ASKED, AUDITOR)[0] for _ in range(MOST_OF_AN_OWNER)]
    with pytest.raises(KeysTooMany):
        make_key(staffed, ASKED, AUDITOR)
    make_key(staffed, ASKED, ADMIN)
    revoke_own_key(staffed, keys[0].id, AUDITOR)
    make_key(staffed, ASKED, AUDITOR)
