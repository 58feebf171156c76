"""P15: a log-in tells nothing, guessing is slow, and nobody is locked out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import InvalidCredentials, TooManyAttempts
from chalicelib.domain.limits import ACCOUNT, ADDRESS, LINK, LINK_ADDRESS, PAIR, network_of
from chalicelib.domain.links import LINK_LIFETIME
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Role
from chalicelib.usecases.limits.limit_tries import account_key, limit_tries, succeeded
from chalicelib.usecases.passwords.request_link import request_link
from chalicelib.usecases.people.close_account import close_account
from chalicelib.usecases.sign_in.open_session import begin_session, open_session
from tests.fakes.ports import FakePorts
from tests.usecases.sign_in_steps import (
    ELSEWHERE,
    HERE,
    PASSWORD,
    CountedPasswords,
    PersonSteps,
    calls_of,
    somebody,
)

UNKNOWN = "nobody@demo.test"


@pytest.fixture
def camille(ports: FakePorts) -> PersonSteps:
    return somebody(ports, 0xC1)


@pytest.fixture
def administrator(ports: FakePorts) -> PersonSteps:
    return somebody(ports, 0xAD, Role.ADMINISTRATOR)


def refused(ports: FakePorts, email: str, password: str, address: str = HERE) -> Exception:
    with pytest.raises((InvalidCredentials, TooManyAttempts)) as caught:
        open_session(ports, email, password, None, address)
    return caught.value


def guesses(ports: FakePorts, email: str, times: int, address: str = HERE) -> None:
    for _ in range(times):
        assert isinstance(refused(ports, email, "a guess", address), InvalidCredentials)


def strangers_guess(ports: FakePorts, email: str) -> None:
    """A hundred addresses of which the account knows none."""
    for number in range(ACCOUNT.most):
        refused(ports, email, "a guess", f"203.0.113.{number}")


class TestAnswers:
    def test_mail_address_is_read_as_people_write_it(self, camille: PersonSteps) -> None:
        token, session, person = open_session(
            camille.ports, f" {camille.person.email.upper()} ", PASSWORD, None, HERE
        )
        assert (person, camille.is_in(token)) == (camille.person, session)

    def test_unknown_address_wrong_password_and_closed_account_are_refused_alike(
        self, camille: PersonSteps, administrator: PersonSteps
    ) -> None:
        wrong = refused(camille.ports, camille.person.email, "wrong")
        unknown = refused(camille.ports, UNKNOWN, "wrong")
        close_account(
            camille.ports, camille.person.id, is_active=False, reason="parti", by=administrator.person
        )
        closed = refused(camille.ports, camille.person.email, PASSWORD)
        assert {type(each) for each in (wrong, unknown, closed)} == {InvalidCredentials}
        assert len({str(each) for each in (wrong, unknown, closed)}) == 1

    def test_unknown_address_costs_the_same_calls_as_a_wrong_password(self, camille: PersonSteps) -> None:
        ports = camille.ports
        known = calls_of(ports, lambda: refused(ports, camille.person.email, "wrong"))
        unknown = calls_of(ports, lambda: refused(ports, UNKNOWN, "wrong"))
        assert known == unknown
        assert known.count("passwords.matches") == 1

    def test_who_has_no_password_yet_is_as_unknown(self, camille: PersonSteps) -> None:
        logins = camille.ports.memory.logins
        logins[camille.person.email] = replace(logins[camille.person.email], password_hash=None)
        assert isinstance(refused(camille.ports, camille.person.email, PASSWORD), InvalidCredentials)

    def test_asking_for_a_link_does_the_same_for_everybody(
        self, camille: PersonSteps, administrator: PersonSteps
    ) -> None:
        ports = camille.ports
        close_account(ports, camille.person.id, is_active=False, reason="parti", by=administrator.person)
        work = [
            calls_of(ports, lambda email=email: request_link(ports, email, Topic.PASSWORD_RESET, HERE))  # type: ignore[misc]  # a lambda's default
            for email in (administrator.person.email, camille.person.email, UNKNOWN)
        ]
        assert work[0] == work[1] == work[2]
        assert not any(call.startswith(("people.", "links.", "mailer.")) for call in work[0])


class TestLimits:
    @pytest.mark.parametrize("is_known", [True, False])
    def test_eleventh_guess_from_one_address_is_refused_unheard(
        self, camille: PersonSteps, *, is_known: bool
    ) -> None:
        ports = camille.ports
        ports.passwords = counted = CountedPasswords()
        email = camille.person.email if is_known else UNKNOWN
        guesses(ports, email, PAIR.most)
        assert counted.hashed == PAIR.most
        refusal = refused(ports, email, PASSWORD)
        assert isinstance(refusal, TooManyAttempts)
        assert 0 < refusal.retry_after_seconds <= 900
        assert counted.hashed == PAIR.most, "nothing is hashed above the limit"

    def test_window_ends_when_it_says(self, camille: PersonSteps) -> None:
        guesses(camille.ports, camille.person.email, PAIR.most)
        refusal = refused(camille.ports, camille.person.email, PASSWORD)
        assert isinstance(refusal, TooManyAttempts)
        camille.ports.move(seconds=refusal.retry_after_seconds)
        assert camille.logs_in()

    def test_address_that_tries_many_accounts_is_stopped(self, camille: PersonSteps) -> None:
        ports = camille.ports
        ports.passwords = counted = CountedPasswords()
        for number in range(ADDRESS.most):
            guesses(ports, f"person{number}@elsewhere.test", 1)
        assert isinstance(refused(ports, camille.person.email, PASSWORD), TooManyAttempts)
        assert counted.hashed == ADDRESS.most
        assert camille.logs_in(ELSEWHERE)

    def test_campus_that_mistypes_once_each_locks_nobody_out(
        self, camille: PersonSteps, administrator: PersonSteps
    ) -> None:
        for number in range(100):
            guesses(camille.ports, f"person{number}@elsewhere.test", 1)
        assert camille.logs_in()
        assert administrator.logs_in()

    def test_no_right_password_is_refused_on_an_opening_morning(self, ports: FakePorts) -> None:
        """2 000 students in ten minutes behind one address, one in twenty after a mistype."""
        for number in range(2_000):
            student = somebody(ports, 0x10000 + number)
            guesses(ports, student.person.email, number % 20 == 0)
            assert open_session(ports, student.person.email, PASSWORD, None, HERE)
            ports.move(seconds=0.3)

    def test_mistypes_before_a_log_in_no_longer_count_against_the_address(self, ports: FakePorts) -> None:
        for number in range(ADDRESS.most // 5):
            student = somebody(ports, 0x10000 + number)
            guesses(ports, student.person.email, PAIR.most - 1)
            assert open_session(ports, student.person.email, PASSWORD, None, HERE)

    def test_valid_account_makes_no_room_to_guess_at_others(self, camille: PersonSteps) -> None:
        """Log-ins at once: each takes back from the address what it took back from its own counter."""
        ports, network = camille.ports, network_of(HERE)
        for number in range(50):
            guesses(ports, f"person{number}@elsewhere.test", 1)
        tried = [limit_tries(ports, camille.person.email, HERE) for _ in range(PAIR.most)]
        for each in (*tried, *reversed(tried)):
            succeeded(ports, each)
        assert ports.limits.take(ADDRESS, network, ports.now()) == 51

    def test_tries_that_are_refused_unexamined_do_not_use_up_the_account(self, camille: PersonSteps) -> None:
        """Nor do those beyond the account's own limit use up the address."""
        ports, email, network = camille.ports, camille.person.email, network_of(HERE)
        for number in range(ADDRESS.most):
            guesses(ports, f"person{number}@elsewhere.test", 1)
        for _ in range(2 * PAIR.most):
            assert isinstance(refused(ports, email, "wrong"), TooManyAttempts)
        assert ports.limits.take(ACCOUNT, account_key(email), ports.now()) == 1
        assert ports.limits.take(ADDRESS, network, ports.now()) == ADDRESS.most + PAIR.most + 1

    def test_address_gets_as_many_guesses_a_day_as_a_hundred_in_a_quarter_of_an_hour(self) -> None:
        assert ADDRESS.most * timedelta(days=1) / ADDRESS.window == 9_600

    def test_nobody_behind_the_same_address_keeps_out_a_browser_that_was_let_in(
        self, camille: PersonSteps
    ) -> None:
        ports, email = camille.ports, camille.person.email
        begin_session(ports, email, PASSWORD, HERE, "her browser")
        guesses(ports, email, PAIR.most)
        for number in range(ADDRESS.most):
            guesses(ports, f"person{number}@elsewhere.test", 1)
        assert isinstance(refused(ports, email, PASSWORD), TooManyAttempts)
        with pytest.raises(TooManyAttempts):
            begin_session(ports, email, PASSWORD, HERE, "another browser")
        assert begin_session(ports, email, PASSWORD, HERE, "her browser")

    def test_browser_that_was_let_in_guesses_no_more_than_others(self, camille: PersonSteps) -> None:
        ports, email = camille.ports, camille.person.email
        begin_session(ports, email, PASSWORD, HERE, "stolen browser")
        for _ in range(PAIR.most):
            with pytest.raises(InvalidCredentials):
                begin_session(ports, email, "guess", HERE, "stolen browser")
        with pytest.raises(TooManyAttempts):
            begin_session(ports, email, PASSWORD, HERE, "stolen browser")

    def test_household_in_ipv6_counts_as_one(self, camille: PersonSteps) -> None:
        for number in range(PAIR.most):
            guesses(camille.ports, camille.person.email, 1, f"2001:db8:1:2::{number:x}")
        other = refused(camille.ports, camille.person.email, PASSWORD, "2001:db8:1:2:ffff::1")
        assert isinstance(other, TooManyAttempts)
        assert camille.logs_in("2001:db8:1:3::1")

    def test_whoever_comes_from_nowhere_counts_as_one(self, camille: PersonSteps) -> None:
        for nowhere in ("", "unknown", "not an address"):
            guesses(camille.ports, camille.person.email, 3, nowhere)
        guesses(camille.ports, camille.person.email, 1, "")
        assert isinstance(refused(camille.ports, camille.person.email, PASSWORD, ""), TooManyAttempts)

    def test_log_in_that_succeeds_counts_for_nothing(self, camille: PersonSteps) -> None:
        for _ in range(PAIR.most + 5):
            camille.logs_in()
        guesses(camille.ports, camille.person.email, PAIR.most)

    def test_closed_account_does_not_say_so_by_its_limits(
        self, camille: PersonSteps, administrator: PersonSteps
    ) -> None:
        close_account(
            camille.ports, camille.person.id, is_active=False, reason="parti", by=administrator.person
        )
        for _ in range(PAIR.most):
            refused(camille.ports, camille.person.email, PASSWORD)
        assert isinstance(refused(camille.ports, camille.person.email, PASSWORD), TooManyAttempts)

    def test_asking_for_too_many_links_sends_none_and_says_nothing(self, camille: PersonSteps) -> None:
        ports = camille.ports
        for _ in range(LINK.most + 3):
            request_link(ports, camille.person.email, Topic.PASSWORD_RESET, HERE)
        assert len(ports.memory.entries) == LINK.most
        for number in range(LINK_ADDRESS.most):
            request_link(ports, f"person{number}@elsewhere.test", Topic.PASSWORD_RESET, ELSEWHERE)
        request_link(ports, UNKNOWN, Topic.PASSWORD_RESET, ELSEWHERE)
        assert len(ports.memory.entries) == LINK.most + LINK_ADDRESS.most


class TestNobodyLocksAnotherOut:
    def test_owner_comes_in_from_where_they_came_in_before(self, camille: PersonSteps) -> None:
        camille.logs_in(HERE)
        strangers_guess(camille.ports, camille.person.email)
        refusal = refused(camille.ports, camille.person.email, PASSWORD, ELSEWHERE)
        assert isinstance(refusal, TooManyAttempts), "the account itself is guarded"
        assert camille.logs_in(HERE)

    def test_mailed_link_lets_the_owner_in_from_anywhere(self, camille: PersonSteps) -> None:
        strangers_guess(camille.ports, camille.person.email)
        guesses(camille.ports, UNKNOWN, PAIR.most, ELSEWHERE)
        assert isinstance(refused(camille.ports, camille.person.email, PASSWORD, ELSEWHERE), TooManyAttempts)
        camille.sets(camille.gets_a_link(ELSEWHERE), address=ELSEWHERE)
        assert camille.logs_in(ELSEWHERE)

    def test_neighbour_at_the_same_address_is_passed_by_the_link(self, camille: PersonSteps) -> None:
        guesses(camille.ports, camille.person.email, PAIR.most, HERE)
        camille.sets(camille.gets_a_link(HERE), address=HERE)
        assert camille.logs_in(HERE)

    def test_stranger_who_asks_for_every_link_leaves_a_good_one_in_the_mailbox(
        self, camille: PersonSteps
    ) -> None:
        """While no further link is sent, one sent in the same window is still good."""
        assert LINK.window <= LINK_LIFETIME
        tokens = [camille.gets_a_link(ELSEWHERE) for _ in range(LINK.most)]
        window = int(LINK.window.total_seconds())
        left = window - int(camille.ports.at.timestamp()) % window
        camille.ports.move(seconds=left - 1)
        camille.sets(tokens[-1])
        camille.ports.move(seconds=1)
        assert camille.gets_a_link(HERE)
