"""The school's CAS server says who somebody is: once a ticket, never by a mail address."""

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import (
    ConcurrentUpdate,
    IdentityProviderUnavailable,
    IdentityTaken,
    IdentityUnknown,
    NotFound,
    SecondFactorNeeded,
    SessionMissing,
    TicketRefused,
    TooManyAttempts,
)
from chalicelib.domain.identities import Identity
from chalicelib.domain.limits import TICKET
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Role
from chalicelib.domain.sessions import Method
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.identities.link_identity import link_identity, unlink_identity
from chalicelib.usecases.identities.log_in_by_cas import log_in_by_cas
from chalicelib.usecases.people.close_account import close_account
from chalicelib.usecases.sign_in.close_session import end_ticket
from chalicelib.usecases.sign_in.list_sessions import list_sessions
from chalicelib.usecases.sign_in.open_session import Opened
from tests.fakes.ports import WORD, FakeIdentityProvider, FakePorts
from tests.fakes.store import MemoryStore
from tests.usecases.sign_in_steps import ELSEWHERE, HERE, PersonSteps, acts, somebody


@pytest.fixture
def cas(ports: FakePorts) -> FakeIdentityProvider:
    assert ports.identity_provider
    return ports.identity_provider


@pytest.fixture
def camille(ports: FakePorts) -> PersonSteps:
    """Known to CAS as `cteste`."""
    made = somebody(ports, 0xC1)
    ports.store.commit(Changes((Identity("cas", "cteste", made.person.id, ports.at),)))
    return made


def comes_with(who: PersonSteps, ticket: str, *, renew: bool = False, address: str = HERE) -> Opened:
    return log_in_by_cas(who.ports, ticket, WORD, address, renew=renew)


def links(who: PersonSteps, ticket: str) -> Identity:
    return link_identity(who.ports, who.person, ticket, WORD, HERE, renew=False)


class TestLogIn:
    def test_ticket_opens_a_session_that_proves_no_presence(
        self, camille: PersonSteps, cas: FakeIdentityProvider
    ) -> None:
        cas.tickets["ST-1"] = ("cteste", False)
        token, session, person = comes_with(camille, "ST-1")
        assert (person, session.method) == (camille.person, Method.CAS)
        assert not camille.is_in(token).is_recent(camille.ports.at)

    def test_password_typed_again_at_cas_proves_it(
        self, camille: PersonSteps, cas: FakeIdentityProvider
    ) -> None:
        cas.tickets["ST-1"] = ("cteste", True)
        assert comes_with(camille, "ST-1", renew=True)[1].is_recent(camille.ports.at)
        cas.tickets["ST-2"] = ("cteste", False)
        with pytest.raises(TicketRefused):
            comes_with(camille, "ST-2", renew=True)

    def test_ticket_is_asked_about_once_whoever_brings_it(
        self, camille: PersonSteps, cas: FakeIdentityProvider
    ) -> None:
        cas.tickets["ST-1"] = ("cteste", False)
        comes_with(camille, "ST-1")
        cas.tickets["ST-1"] = ("cteste", False)
        with pytest.raises(TicketRefused):
            comes_with(camille, "ST-1")
        assert cas.asked == ["ST-1"]

    def test_ticket_that_cas_does_not_know_opens_nothing(self, camille: PersonSteps) -> None:
        with pytest.raises(TicketRefused):
            comes_with(camille, "ST-forged")

    def test_unknown_identity_is_never_matched_by_its_name(
        self, camille: PersonSteps, cas: FakeIdentityProvider
    ) -> None:
        cas.tickets["ST-1"] = (camille.person.email, False)
        with pytest.raises(IdentityUnknown):
            comes_with(camille, "ST-1")

    def test_closed_account_stays_closed(self, camille: PersonSteps, cas: FakeIdentityProvider) -> None:
        administrator = somebody(camille.ports, 0xAD, Role.ADMINISTRATOR).person
        close_account(camille.ports, camille.person.id, is_active=False, reason="parti", by=administrator)
        cas.tickets["ST-1"] = ("cteste", False)
        with pytest.raises(TicketRefused):
            comes_with(camille, "ST-1")

    def test_second_factor_is_asked_for_here_too(
        self, camille: PersonSteps, cas: FakeIdentityProvider
    ) -> None:
        camille.sets_up_a_second_factor()
        cas.tickets["ST-1"] = ("cteste", False)
        token, *_ = comes_with(camille, "ST-1")
        with pytest.raises(SecondFactorNeeded):
            camille.is_in(token)

    def test_guessing_tickets_is_stopped_and_luck_counts_for_nothing(
        self, camille: PersonSteps, cas: FakeIdentityProvider
    ) -> None:
        cas.tickets["ST-1"] = ("cteste", False)
        comes_with(camille, "ST-1")
        for number in range(TICKET.most):
            with pytest.raises(TicketRefused):
                comes_with(camille, f"ST-forged-{number}")
        asked = len(cas.asked)
        with pytest.raises(TooManyAttempts):
            comes_with(camille, "ST-forged")
        assert len(cas.asked) == asked
        cas.tickets["ST-2"] = ("cteste", False)
        assert comes_with(camille, "ST-2", address=ELSEWHERE)

    def test_silence_of_cas_is_said_as_such(self, camille: PersonSteps, cas: FakeIdentityProvider) -> None:
        cas.is_down = True
        with pytest.raises(IdentityProviderUnavailable):
            comes_with(camille, "ST-1")

    def test_school_without_cas_has_no_such_door(self, camille: PersonSteps) -> None:
        camille.ports.identity_provider = None
        with pytest.raises(NotFound):
            comes_with(camille, "ST-1")


class TestNameAsPeopleReadIt:
    """Directories do not tell `Hélène` from `hélène `; a CAS server passes on what was typed."""

    TOLD = ("jhélène", "JHélène", "JHÉLÈNE", " jhélène\n", "jhe\u0301le\u0300ne", "JHE\u0301LE\u0300NE")

    @pytest.mark.parametrize("linked", TOLD)
    @pytest.mark.parametrize("told", TOLD)
    def test_is_one_person_however_it_is_told(
        self, ports: FakePorts, cas: FakeIdentityProvider, linked: str, told: str
    ) -> None:
        alex, other = somebody(ports, 0xA1), somebody(ports, 0xA2)
        cas.tickets |= {"ST-1": (linked, False), "ST-2": (told, False), "ST-3": (told, False)}
        links(alex, "ST-1")
        assert comes_with(alex, "ST-2")[2] == alex.person
        with pytest.raises(IdentityTaken):
            links(other, "ST-3")

    def test_of_an_earlier_release_is_found_as_it_was_kept(
        self, ports: FakePorts, cas: FakeIdentityProvider
    ) -> None:
        alex, other = somebody(ports, 0xA1), somebody(ports, 0xA2)
        ports.store.commit(Changes((Identity("cas", "JDupont", alex.person.id, ports.at),)))
        cas.tickets |= {"ST-1": ("JDupont", False), "ST-2": ("JDupont", False)}
        assert comes_with(alex, "ST-1")[2] == alex.person
        with pytest.raises(IdentityTaken):
            links(other, "ST-2")

    def test_two_that_an_earlier_release_kept_apart_stay_apart(
        self, ports: FakePorts, cas: FakeIdentityProvider
    ) -> None:
        alex, other = somebody(ports, 0xA1), somebody(ports, 0xA2)
        for name, who in (("JDupont", alex), ("jdupont", other)):
            ports.store.commit(Changes((Identity("cas", name, who.person.id, ports.at),)))
        cas.tickets |= {"ST-1": ("JDupont", False), "ST-2": ("jdupont", False)}
        assert comes_with(alex, "ST-1")[2] == alex.person
        assert comes_with(other, "ST-2")[2] == other.person

    def test_of_another_is_another(self, camille: PersonSteps, cas: FakeIdentityProvider) -> None:
        cas.tickets |= {"ST-1": ("ctesté", False), "ST-2": ("c teste", False)}
        for ticket in ("ST-1", "ST-2"):
            with pytest.raises(IdentityUnknown):
                comes_with(camille, ticket)


class TestSingleLogout:
    def test_ends_what_its_ticket_opened_and_nothing_else(
        self, camille: PersonSteps, cas: FakeIdentityProvider
    ) -> None:
        by_password, *_ = camille.logs_in()
        cas.tickets |= {"ST-1": ("cteste", False), "ST-2": ("cteste", False)}
        ended, *_ = comes_with(camille, "ST-1")
        other, *_ = comes_with(camille, "ST-2")
        end_ticket(camille.ports, "logout ST-1")
        with pytest.raises(SessionMissing):
            camille.is_in(ended)
        assert camille.is_in(by_password)
        assert camille.is_in(other)
        assert len(list_sessions(camille.ports, camille.now)) == 2

    def test_of_a_ticket_that_nobody_brought_changes_nothing(
        self, camille: PersonSteps, cas: FakeIdentityProvider
    ) -> None:
        end_ticket(camille.ports, "logout ST-1")
        end_ticket(camille.ports, "<not a logout/>")
        cas.tickets["ST-1"] = ("cteste", False)
        assert camille.is_in(comes_with(camille, "ST-1")[0])

    def test_without_cas_means_nothing(self, camille: PersonSteps) -> None:
        camille.ports.identity_provider = None
        end_ticket(camille.ports, "logout ST-1")


class TestLinking:
    def test_who_is_logged_in_is_known_from_then_on(
        self, ports: FakePorts, cas: FakeIdentityProvider
    ) -> None:
        alex = somebody(ports, 0xA1)
        cas.tickets |= {"ST-1": ("atest", False), "ST-2": ("atest", False), "ST-3": ("atest", False)}
        linked = links(alex, "ST-1")
        assert (linked.subject, linked.person_id) == ("atest", alex.person.id)
        assert links(alex, "ST-2") == linked
        assert comes_with(alex, "ST-3")[2] == alex.person
        assert acts(ports) == [Act.IDENTITY_LINKED]
        assert [entry.topic for entry in ports.memory.entries.values()] == [Topic.IDENTITY_LINKED]

    def test_identity_of_another_is_taken(self, camille: PersonSteps, cas: FakeIdentityProvider) -> None:
        alex = somebody(camille.ports, 0xA1)
        cas.tickets["ST-1"] = ("cteste", False)
        with pytest.raises(IdentityTaken):
            links(alex, "ST-1")

    def test_identity_taken_at_the_same_moment_is_taken(
        self, ports: FakePorts, cas: FakeIdentityProvider
    ) -> None:
        class Slow(MemoryStore):
            def commit(self, changes: Changes) -> None:
                raise ConcurrentUpdate("identity")

        alex = somebody(ports, 0xA1)
        ports.store = Slow(ports.memory)
        cas.tickets["ST-1"] = ("atest", False)
        with pytest.raises(IdentityTaken):
            links(alex, "ST-1")

    def test_forgotten_identity_opens_nothing(self, camille: PersonSteps, cas: FakeIdentityProvider) -> None:
        unlink_identity(camille.ports, camille.person, "cas")
        cas.tickets["ST-1"] = ("cteste", False)
        with pytest.raises(IdentityUnknown):
            comes_with(camille, "ST-1")
        assert acts(camille.ports) == [Act.IDENTITY_UNLINKED]
        with pytest.raises(NotFound):
            unlink_identity(camille.ports, camille.person, "cas")
