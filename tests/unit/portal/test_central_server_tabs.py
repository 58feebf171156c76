"""Log-ins by the central server in several tabs of one browser, and links that are followed again."""

from urllib.parse import quote

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.identities import Identity
from chalicelib.domain.people import Role
from chalicelib.pages.frame.journeys import LONGEST_ONWARD, MOST
from tests.unit.portal.conftest import Browser, colleague
from tests.unit.portal.sign_in_steps import EMAIL, STUDENT

CALLBACK = "/api/v1/auth/cas/callback"


@pytest.fixture
def linked(browser: Browser) -> Browser:
    browser.ports.store.commit(Changes((Identity("cas", "chris", STUDENT, browser.ports.now()),)))
    return browser


def begins(tab: Browser, onward: str = "/account") -> str:
    """Leave for CAS in one more tab; return the word of its journey."""
    tab.http.get(f"/api/v1/auth/cas?next={quote(onward)}")
    provider = tab.ports.identity_provider
    assert provider is not None
    return provider.journeys[-1]


def callback(browser: Browser, word: str, subject: str = "chris") -> str:
    """CAS issues a ticket; return the address that it sends the browser to."""
    provider = browser.ports.identity_provider
    assert provider is not None
    ticket = f"ST-{browser.ports.new_id()}"
    provider.tickets[ticket] = (subject, True)
    return f"{CALLBACK}?journey={word}&ticket={ticket}"


def journeys_of(browser: Browser) -> list[str]:
    return [name for name in browser.http.cookies if name.startswith("quittance-cas")]


def test_each_of_two_tabs_ends_where_it_was_begun(linked: Browser) -> None:
    first, second = begins(linked, "/account"), begins(linked, "/security")
    assert linked.get(callback(linked, first)).url.path == "/account"
    assert linked.get(callback(linked, second)).url.path == "/security"
    assert journeys_of(linked) == []


def test_link_followed_again_leads_home_who_is_logged_in_and_opens_nothing(linked: Browser) -> None:
    address = callback(linked, begins(linked))
    linked.get(address)
    assert linked.ports.identity_provider is not None
    sessions, asked = dict(linked.ports.memory.sessions), list(linked.ports.identity_provider.asked)
    again = linked.get(address)
    assert (again.status_code, again.url.path) == (200, "/")
    assert linked.ports.memory.sessions == sessions
    assert linked.ports.identity_provider.asked == asked
    linked.http.cookies.clear()
    assert linked.get(address).status_code == 401


def test_link_followed_again_before_the_second_factor_leads_home_too(strict: Browser) -> None:
    accountant = colleague(strict.ports, Role.ACCOUNTANT)
    strict.ports.store.commit(Changes((Identity("cas", "desk", accountant.id, strict.ports.now()),)))
    address = callback(strict, begins(strict), "desk")
    enrolment = strict.get(address).url
    again = strict.get(address)
    assert (again.history[0].headers["location"], again.status_code) == ("/", 200)
    assert enrolment == again.url


@pytest.mark.parametrize("query", ["ticket=ST-1", "ticket=ST-1&journey=", "ticket=ST-1&journey=theirs"])
def test_forged_link_touches_no_journey(linked: Browser, query: str) -> None:
    word = begins(linked)
    before = journeys_of(linked)
    forged = linked.http.get(f"{CALLBACK}?{query}")
    assert (forged.status_code, "quittance-cas" in str(forged.headers)) == (401, False)
    assert journeys_of(linked) == before
    assert linked.get(callback(linked, word)).url.path == "/account"


def test_cookie_of_one_journey_is_good_for_no_other_word(linked: Browser) -> None:
    """A cookie set under another journey's name by whoever knows its word opens nothing."""
    first, second = begins(linked), begins(linked)
    kept, other = (linked.http.cookies[name] for name in journeys_of(linked))
    for name, value in zip(journeys_of(linked), (other, kept), strict=True):
        linked.http.cookies.set(name, value, domain="portal.test", path="/")
    for word in (first, second):
        assert linked.get(callback(linked, word)).status_code == 401
    assert linked.ports.memory.sessions == {}


def test_oldest_of_too_many_is_forgotten(linked: Browser) -> None:
    words = [begins(linked) for _ in range(MOST + 2)]
    assert len(journeys_of(linked)) == MOST
    answers = [linked.get(callback(linked, word)) for word in (words[1], words[2], words[-1])]
    assert [answer.status_code for answer in answers] == [401, 200, 200]


def test_address_too_long_for_a_cookie_leads_home(linked: Browser) -> None:
    longest = f"/{'a' * (LONGEST_ONWARD - 1)}"
    for onward, leads_to in ((longest, longest), (f"{longest}a", "/")):
        answer = linked.http.get(callback(linked, begins(linked, onward)))
        assert (answer.status_code, answer.headers["location"]) == (302, leads_to)


def test_own_log_in_meanwhile_ends_no_journey(linked: Browser) -> None:
    word = begins(linked)
    linked.log_in(EMAIL)
    answer = linked.get(callback(linked, word))
    assert answer.url.path == "/account"
