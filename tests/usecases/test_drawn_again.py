"""What is drawn again, one after the other or at the same moment, makes and renews nothing twice."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from chalicelib.domain.causes import RoleChangeDecided
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.payment_links.link import WantedLink
from chalicelib.domain.payment_links.refusals import LinkMadeOver
from chalicelib.domain.people import Role
from chalicelib.domain.programs.refusals import KeyMoved, KeysTooMany
from chalicelib.domain.programs.service_key import MOST_OF_AN_OWNER
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.webhooks.refusals import EndpointMoved
from chalicelib.usecases.drawn import drawn_by
from chalicelib.usecases.payment_links.make_link import make_link, revoke_link
from chalicelib.usecases.people.change_roles import change_roles, propose_roles
from chalicelib.usecases.programs.make_key import make_key, revoke_own_key, roll_key
from chalicelib.usecases.webhooks.add_endpoint import (
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    rotate_secret,
)
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import CHRIS, Student
from tests.usecases.link_steps import UNTIL
from tests.usecases.sign_in_steps import acts
from tests.usecases.test_pages_beside_each_other import meanwhile
from tests.usecases.test_service_keys import ADMIN, AUDITOR
from tests.usecases.test_service_keys import ASKED as KEY
from tests.usecases.test_webhooks import ASKED as ENDPOINT

Done = TypeVar("Done")
FORM, NEXT_FORM = (drawn_by("a session", form) for form in ("one form", "the next"))


@pytest.fixture
def staffed(ports: FakePorts) -> FakePorts:
    ports.store.commit(Changes((ADMIN, AUDITOR)))
    return ports


def both(ports: FakePorts, act: Callable[[], Done]) -> tuple[Done, Done]:
    """Do the same twice at once: both have read before the first one writes."""
    first: list[Done] = []
    meanwhile(ports, lambda: first.append(act()))
    second = act()
    return first[0], second


class TestServiceKey:
    def test_made_twice_at_once_is_one_key_with_one_token(self, staffed: FakePorts) -> None:
        first, second = both(staffed, lambda: make_key(staffed, KEY, AUDITOR, FORM))
        assert first == second
        assert list(staffed.memory.service_keys) == [FORM.id]
        assert make_key(staffed, KEY, AUDITOR, NEXT_FORM)[0].id == NEXT_FORM.id

    def test_last_one_that_its_owner_may_have_is_shown_again(self, staffed: FakePorts) -> None:
        for _ in range(MOST_OF_AN_OWNER - 1):
            make_key(staffed, KEY, AUDITOR)
        assert make_key(staffed, KEY, AUDITOR, FORM) == make_key(staffed, KEY, AUDITOR, FORM)
        with pytest.raises(KeysTooMany):
            make_key(staffed, KEY, AUDITOR, NEXT_FORM)

    @pytest.mark.parametrize("act", [roll_key, revoke_own_key])
    def test_is_not_shown_again_once_it_was_rolled_or_revoked(
        self, staffed: FakePorts, act: Callable[..., object]
    ) -> None:
        act(staffed, make_key(staffed, KEY, AUDITOR, FORM)[0].id, AUDITOR)
        with pytest.raises(KeyMoved):
            make_key(staffed, KEY, AUDITOR, FORM)

    def test_rolled_twice_at_once_keeps_the_token_of_before(self, staffed: FakePorts) -> None:
        before, _ = make_key(staffed, KEY, AUDITOR)
        first, second = both(staffed, lambda: roll_key(staffed, before.id, AUDITOR, before.seen_hash, FORM))
        assert first == second
        assert first[0].former_hash == before.token_hash
        assert acts(staffed).count(Act.SERVICE_KEY_ROLLED) == 1
        with pytest.raises(KeyMoved):
            roll_key(staffed, before.id, AUDITOR, before.seen_hash, NEXT_FORM)
        after, _ = roll_key(staffed, before.id, AUDITOR, first[0].seen_hash, NEXT_FORM)
        assert after.former_hash == first[0].token_hash

    def test_its_use_does_not_hinder_a_roll(self, staffed: FakePorts) -> None:
        key, _ = make_key(staffed, KEY, AUDITOR)
        staffed.store.commit(Changes((replace(key, last_used_at=staffed.at, version=2),)))
        assert roll_key(staffed, key.id, AUDITOR, key.seen_hash, FORM)[0].version == 3


class TestEndpoint:
    def test_added_twice_at_once_is_one_endpoint_with_one_secret(self, staffed: FakePorts) -> None:
        first, second = both(staffed, lambda: add_endpoint(staffed, ENDPOINT, ADMIN, FORM))
        assert first == second
        assert list(staffed.memory.endpoints) == [FORM.id]
        assert len(staffed.receivers.sent) == 1

    def test_is_not_shown_again_once_its_secret_was_rotated(self, staffed: FakePorts) -> None:
        rotate_secret(staffed, add_endpoint(staffed, ENDPOINT, ADMIN, FORM)[0].id, ADMIN)
        with pytest.raises(EndpointMoved):
            add_endpoint(staffed, ENDPOINT, ADMIN, FORM)

    def test_removed_one_does_not_come_back_with_its_secret(self, staffed: FakePorts) -> None:
        first, _, _ = add_endpoint(staffed, ENDPOINT, ADMIN, FORM)
        rotate_secret(staffed, first.id, ADMIN, first.version, NEXT_FORM)
        remove_endpoint(staffed, first.id, ADMIN)
        with pytest.raises(EndpointMoved):
            add_endpoint(staffed, ENDPOINT, ADMIN, FORM)
        assert add_endpoint(staffed, ENDPOINT, ADMIN, NEXT_FORM)[0].id == NEXT_FORM.id

    def test_one_that_is_added_and_removed_meanwhile_does_not_come_back(self, staffed: FakePorts) -> None:
        def comes_and_goes() -> None:
            remove_endpoint(staffed, add_endpoint(staffed, ENDPOINT, ADMIN, FORM)[0].id, ADMIN)

        meanwhile(staffed, comes_and_goes)
        with pytest.raises(EndpointMoved):
            add_endpoint(staffed, ENDPOINT, ADMIN, FORM)

    def test_is_changed_as_it_was_read(self, staffed: FakePorts) -> None:
        read, _, _ = add_endpoint(staffed, ENDPOINT, ADMIN)
        elsewhere, renamed = replace(ENDPOINT, url="https://si2.ecole.test/"), replace(ENDPOINT, name="SI 2")
        (first, test), (second, again) = both(
            staffed, lambda: change_endpoint(staffed, read.id, elsewhere, ADMIN, read.version)
        )
        assert first == second
        assert test
        assert again is None
        with pytest.raises(EndpointMoved):
            change_endpoint(staffed, read.id, renamed, ADMIN, read.version)
        assert change_endpoint(staffed, read.id, renamed, ADMIN, first.version)[0].name == "SI 2"

    def test_of_two_programs_that_read_nothing_the_later_one_is_told(self, staffed: FakePorts) -> None:
        read, _, _ = add_endpoint(staffed, ENDPOINT, ADMIN)
        with pytest.raises(ConcurrentUpdate):
            both(staffed, lambda: change_endpoint(staffed, read.id, replace(ENDPOINT, name="SI 2"), ADMIN))
        with pytest.raises(ConcurrentUpdate):
            both(staffed, lambda: rotate_secret(staffed, read.id, ADMIN))

    def test_rotated_twice_at_once_keeps_the_secret_of_before(self, staffed: FakePorts) -> None:
        read, _, _ = add_endpoint(staffed, ENDPOINT, ADMIN)
        first, second = both(staffed, lambda: rotate_secret(staffed, read.id, ADMIN, read.version, FORM))
        assert first == second
        assert first[0].former_secret == read.secret
        with pytest.raises(EndpointMoved):
            rotate_secret(staffed, read.id, ADMIN, read.version, NEXT_FORM)


def test_link_made_twice_at_once_is_one_with_one_address(chris: Student) -> None:
    chris.declares("01")
    wanted = WantedLink(300_00, UNTIL)
    first, second = both(
        chris.ports, lambda: make_link(chris.ports, chris.registration_id, wanted, CHRIS, FORM)
    )
    assert first == second
    (link,) = chris.file.payment_links
    assert link == first.link
    revoke_link(chris.ports, link.id, CHRIS)
    with pytest.raises(LinkMadeOver):
        make_link(chris.ports, chris.registration_id, wanted, CHRIS, FORM)


def test_roles_proposed_twice_at_once_are_one_proposal(staffed: FakePorts) -> None:
    roles = frozenset({Role.AUDITOR, Role.REGISTRAR})
    propose = lambda: propose_roles(staffed, AUDITOR.id, roles, "renfort", ADMIN, None, FORM.id)  # noqa: E731
    first, second = both(staffed, propose)
    assert first == second
    assert staffed.role_changes.waiting() == (first,)
    change_roles(staffed, first.id, is_approved=False, by=ADMIN)
    with pytest.raises(RoleChangeDecided):
        propose()
