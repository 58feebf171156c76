"""P16: a mailed link sets one password, once."""

from dataclasses import replace
from functools import partial

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import (
    InvalidCredentials,
    LinkNotValid,
    PasswordTooWeak,
    SessionMissing,
)
from chalicelib.domain.links import LINK_LIFETIME
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Person, Role, signed_out
from chalicelib.domain.sessions import Credentials
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.passwords.request_link import request_link, send_link
from chalicelib.usecases.passwords.set_password import change_password, read_link, set_password
from chalicelib.usecases.people.close_account import close_account
from tests.fakes.identity import MemoryPeople
from tests.fakes.ports import FakePorts
from tests.fakes.store import MemoryStore
from tests.usecases.sign_in_steps import (
    HERE,
    NEXT_PASSWORD,
    PASSWORD,
    PersonSteps,
    acts,
    calls_of,
    somebody,
)


@pytest.fixture
def camille(ports: FakePorts) -> PersonSteps:
    return somebody(ports, 0xC1)


class TestLink:
    def test_sets_the_password_and_tells_its_owner(self, camille: PersonSteps) -> None:
        token = camille.gets_a_link(topic=Topic.FIRST_CONNECTION)
        assert camille.ports.mailer.sent == [(camille.person.email, Topic.FIRST_CONNECTION)]
        camille.sets(token)
        assert camille.logs_in()
        assert acts(camille.ports) == [Act.PASSWORD_SET]
        (notice,) = camille.ports.memory.entries
        deliver_outbox(camille.ports, notice)
        assert camille.ports.mailer.sent[1:] == [(camille.person.email, Topic.PASSWORD_SET)]

    def test_nobody_is_told_who_is_erased_meanwhile(self, camille: PersonSteps) -> None:
        camille.sets(camille.gets_a_link())
        erased = replace(camille.now, erased_on=camille.ports.at.date())
        camille.ports.memory.people[erased.id] = erased
        (notice,) = camille.ports.memory.entries
        deliver_outbox(camille.ports, notice)
        assert camille.ports.mailer.sent == [(camille.person.email, Topic.PASSWORD_RESET)]

    def test_is_spent_by_the_password_it_sets_and_not_by_looking(self, camille: PersonSteps) -> None:
        token = camille.gets_a_link()
        for _ in range(3):
            assert read_link(camille.ports, token)[2] == camille.person
        camille.sets(token)
        with pytest.raises(LinkNotValid):
            camille.sets(token, "une troisième phrase")
        assert camille.ports.memory.links == {}

    def test_is_good_for_half_an_hour(self, camille: PersonSteps) -> None:
        token = camille.gets_a_link()
        camille.ports.at += LINK_LIFETIME
        with pytest.raises(LinkNotValid):
            camille.sets(token)

    def test_older_one_is_dead_once_a_newer_one_was_used(self, camille: PersonSteps) -> None:
        older, newer = camille.gets_a_link(), camille.gets_a_link()
        camille.sets(newer)
        with pytest.raises(LinkNotValid):
            camille.sets(older, "une troisième phrase")

    def test_is_dead_once_the_password_was_changed_otherwise(self, camille: PersonSteps) -> None:
        token = camille.gets_a_link()
        change_password(camille.ports, camille.now, PASSWORD, NEXT_PASSWORD, HERE)
        with pytest.raises(LinkNotValid):
            camille.sets(token)

    def test_of_a_closed_account_is_dead(self, camille: PersonSteps) -> None:
        token = camille.gets_a_link()
        administrator = somebody(camille.ports, 0xAD, Role.ADMINISTRATOR).person
        close_account(camille.ports, camille.person.id, is_active=False, reason="parti", by=administrator)
        with pytest.raises(LinkNotValid):
            camille.sets(token)

    def test_of_nobody_is_none(self, camille: PersonSteps) -> None:
        with pytest.raises(LinkNotValid):
            set_password(camille.ports, "of nobody", NEXT_PASSWORD, HERE)

    def test_whose_address_is_nobodys_any_more_is_dead(self, camille: PersonSteps) -> None:
        token = camille.gets_a_link()
        del camille.ports.memory.logins[camille.person.email]
        with pytest.raises(LinkNotValid):
            camille.sets(token)

    def test_weak_password_does_not_spend_it(self, camille: PersonSteps) -> None:
        token = camille.gets_a_link()
        for weak in ("court", "x" * 129, "azertyuiop", "Camille2022", "testeur!", "Quittance1"):
            with pytest.raises(PasswordTooWeak):
                camille.sets(token, weak)
        camille.sets(token)

    def test_accents_may_be_typed_either_way(self, camille: PersonSteps) -> None:
        camille.sets(camille.gets_a_link(), "e\N{COMBINING ACUTE ACCENT}tincelle verte")
        assert camille.logs_in(password="étincelle verte")

    @pytest.mark.parametrize("ends_sessions", [True, False])
    def test_may_leave_other_sessions_open(self, camille: PersonSteps, *, ends_sessions: bool) -> None:
        open_token, *_ = camille.logs_in()
        camille.sets(camille.gets_a_link(), ends_sessions=ends_sessions)
        if ends_sessions:
            with pytest.raises(SessionMissing):
                camille.is_in(open_token)
        else:
            assert camille.is_in(open_token)

    def test_goes_to_nobody_who_is_unknown_or_closed(self, camille: PersonSteps) -> None:
        administrator = somebody(camille.ports, 0xAD, Role.ADMINISTRATOR).person
        close_account(camille.ports, camille.person.id, is_active=False, reason="parti", by=administrator)
        for email in ("nobody@demo.test", camille.person.email):
            request_link(camille.ports, email, Topic.PASSWORD_RESET, HERE)
        for entry in list(camille.ports.memory.entries.values()):
            send_link(camille.ports, entry)
        assert camille.ports.mailer.sent == []
        assert camille.ports.memory.links == {}


class MovingOn(MemoryStore):
    """The profile is written by somebody else just before each of the first `races` writes."""

    races = 1

    def commit(self, changes: Changes) -> None:
        for person in (row for row in changes.rows if isinstance(row, Person)):
            if self.races:
                self.races -= 1
                self._m.people[person.id] = signed_out(self._m.people[person.id])
        super().commit(changes)


class TestRaces:
    @pytest.mark.parametrize("races", [1, 2])
    def test_link_outlives_a_profile_that_moves_on(self, camille: PersonSteps, races: int) -> None:
        token = camille.gets_a_link()
        camille.ports.store = MovingOn(camille.ports.memory)
        camille.ports.store.races = races
        camille.sets(token)
        assert camille.logs_in()

    def test_link_that_never_gets_its_turn_is_refused(self, camille: PersonSteps) -> None:
        token = camille.gets_a_link()
        camille.ports.store = MovingOn(camille.ports.memory)
        camille.ports.store.races = 99
        with pytest.raises(LinkNotValid):
            camille.sets(token)


class TestChange:
    def test_needs_the_current_one(self, camille: PersonSteps) -> None:
        with pytest.raises(InvalidCredentials):
            change_password(camille.ports, camille.now, "a guess", NEXT_PASSWORD, HERE)
        assert acts(camille.ports) == []

    def test_is_refused_when_it_is_weak(self, camille: PersonSteps) -> None:
        with pytest.raises(PasswordTooWeak):
            change_password(camille.ports, camille.now, PASSWORD, "azertyuiop", HERE)

    def test_of_somebody_who_is_erased_meanwhile_changes_nothing(self, camille: PersonSteps) -> None:
        class Erased(MemoryPeople):
            def credentials(self, email: str) -> Credentials | None:
                return None

        camille.ports.people = Erased(camille.ports.memory)
        with pytest.raises(LinkNotValid):
            change_password(camille.ports, camille.person, PASSWORD, NEXT_PASSWORD, HERE)


def test_link_costs_the_same_calls_for_every_token_that_is_none(camille: PersonSteps) -> None:
    def use(token: str) -> None:
        with pytest.raises(LinkNotValid):
            set_password(camille.ports, token, NEXT_PASSWORD, HERE)

    calls = [calls_of(camille.ports, partial(use, token)) for token in ("a", "of nobody", "x" * 200)]
    assert calls == [["links.find"]] * 3
