"""P17: what ends a session ends it at the next request."""

import pytest

from chalicelib.domain.errors import ConcurrentUpdate, InvalidCredentials, SessionMissing
from chalicelib.domain.people import Role
from chalicelib.domain.sessions import IDLE_LIFETIME, LIFETIME, NOTED_EVERY, Session
from chalicelib.usecases.passwords.set_password import change_password
from chalicelib.usecases.people.close_account import close_account
from chalicelib.usecases.sign_in.close_session import close_every_session, close_other_sessions, close_session
from chalicelib.usecases.sign_in.list_sessions import list_sessions
from chalicelib.usecases.sign_in.open_session import begin_session
from chalicelib.usecases.sign_in.read_session import read_session
from tests.fakes.identity import MemorySessions
from tests.fakes.ports import FakePorts
from tests.usecases.sign_in_steps import (
    ELSEWHERE,
    HERE,
    NEXT_PASSWORD,
    PASSWORD,
    PersonSteps,
    calls_of,
    somebody,
)


@pytest.fixture
def camille(ports: FakePorts) -> PersonSteps:
    return somebody(ports, 0xC1)


@pytest.fixture
def administrator(ports: FakePorts) -> PersonSteps:
    return somebody(ports, 0xAD, Role.ADMINISTRATOR)


class TestEnd:
    def test_logged_out_is_out_at_the_next_request(self, camille: PersonSteps) -> None:
        token, *_ = camille.logs_in()
        close_session(camille.ports, token)
        with pytest.raises(SessionMissing):
            camille.is_in(token)

    def test_logging_out_everywhere_ends_what_is_open_and_nothing_later(self, camille: PersonSteps) -> None:
        tokens = [camille.logs_in()[0] for _ in range(2)]
        close_every_session(camille.ports, camille.now)
        for token in tokens:
            with pytest.raises(SessionMissing):
                camille.is_in(token)
        assert camille.is_in(camille.logs_in()[0])

    def test_shutting_the_others_out_leaves_this_one_open_as_old_as_it_is(self, camille: PersonSteps) -> None:
        here, session, _ = camille.logs_in()
        elsewhere, *_ = camille.logs_in(ELSEWHERE)
        camille.ports.move(minutes=1)
        token = close_other_sessions(camille.ports, session, camille.now)
        assert camille.is_in(token).opened_at == session.opened_at
        for ended in (here, elsewhere):
            with pytest.raises(SessionMissing):
                camille.is_in(ended)

    def test_closed_account_is_out_at_the_next_request_and_stays_so_when_it_is_opened(
        self, camille: PersonSteps, administrator: PersonSteps
    ) -> None:
        token, *_ = camille.logs_in()
        for is_active in (False, True):
            close_account(camille.ports, camille.person.id, is_active, "enquête", administrator.person)
            with pytest.raises(SessionMissing):
                camille.is_in(token)
        assert camille.logs_in()

    def test_changed_password_ends_every_session(self, camille: PersonSteps) -> None:
        token, *_ = camille.logs_in()
        change_password(camille.ports, camille.now, PASSWORD, NEXT_PASSWORD, HERE)
        with pytest.raises(SessionMissing):
            camille.is_in(token)
        with pytest.raises(InvalidCredentials):
            camille.logs_in(password=PASSWORD)
        assert camille.logs_in(password=NEXT_PASSWORD)

    def test_unused_session_ends_within_the_hour(self, camille: PersonSteps) -> None:
        token, *_ = camille.logs_in()
        camille.ports.at += IDLE_LIFETIME - NOTED_EVERY
        camille.is_in(token)
        camille.ports.at += IDLE_LIFETIME
        with pytest.raises(SessionMissing):
            camille.is_in(token)

    def test_used_session_ends_after_its_hours_all_the_same(self, camille: PersonSteps) -> None:
        token, opened, _ = camille.logs_in()
        while camille.ports.at + IDLE_LIFETIME / 2 < opened.expires_at:
            camille.ports.at += IDLE_LIFETIME / 2
            camille.is_in(token)
        camille.ports.at = opened.opened_at + LIFETIME
        with pytest.raises(SessionMissing):
            camille.is_in(token)

    def test_use_is_noted_now_and_then_alone(self, camille: PersonSteps) -> None:
        token, *_ = camille.logs_in()
        assert "sessions.note_use" not in calls_of(camille.ports, lambda: camille.is_in(token))
        camille.ports.at += NOTED_EVERY
        assert "sessions.note_use" in calls_of(camille.ports, lambda: camille.is_in(token))

    def test_session_that_ends_while_its_use_is_noted_has_ended(self, camille: PersonSteps) -> None:
        class Closing(MemorySessions):
            def note_use(self, session: Session) -> None:
                raise ConcurrentUpdate("session")

        token, *_ = camille.logs_in()
        camille.ports.sessions = Closing(camille.ports.memory)
        camille.ports.at += NOTED_EVERY
        with pytest.raises(SessionMissing):
            camille.is_in(token)

    def test_session_of_somebody_who_is_no_more_is_none(self, camille: PersonSteps) -> None:
        token, *_ = camille.logs_in()
        del camille.ports.memory.people[camille.person.id]
        with pytest.raises(SessionMissing):
            camille.is_in(token)

    def test_no_token_and_a_foreign_one_open_nothing(self, ports: FakePorts) -> None:
        for token in ("", "of nobody"):
            with pytest.raises(SessionMissing):
                read_session(ports, token)


class TestList:
    def test_shows_what_is_open_newest_first(self, camille: PersonSteps) -> None:
        first, *_ = camille.logs_in()
        camille.ports.move(minutes=1)
        second = camille.logs_in()[1]
        assert [each.opened_at for each in list_sessions(camille.ports, camille.now)] == [
            second.opened_at,
            camille.is_in(first).opened_at,
        ]
        close_session(camille.ports, first)
        assert list_sessions(camille.ports, camille.now) == [second]

    def test_leaves_out_what_has_ended(self, camille: PersonSteps) -> None:
        camille.logs_in()
        camille.ports.at += IDLE_LIFETIME
        camille.logs_in()
        close_every_session(camille.ports, camille.now)
        third = camille.logs_in()[1]
        assert list_sessions(camille.ports, camille.now) == [third]

    def test_leaves_out_what_waits_for_a_second_factor(self, camille: PersonSteps) -> None:
        camille.sets_up_a_second_factor()
        begin_session(camille.ports, camille.person.email, PASSWORD, HERE)
        assert list_sessions(camille.ports, camille.now) == []
