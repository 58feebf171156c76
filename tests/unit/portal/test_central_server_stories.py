"""The school's central server on the pages: who links it, who is let in by it, who is not."""

import html

import httpx

from chalicelib.domain.changes import Changes
from chalicelib.domain.identities import Identity
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Role
from chalicelib.domain.sessions import NEVER
from tests.unit.portal.conftest import Browser, colleague
from tests.unit.portal.sign_in_steps import EMAIL, STUDENT, delivered, read


def arrives(browser: Browser, subject: str = "chris", *, is_fresh: bool = True) -> httpx.Response:
    """CAS sends the browser back with a ticket for that subject."""
    provider = browser.ports.identity_provider
    assert provider is not None
    ticket = f"ST-{browser.ports.new_id()}"
    provider.tickets[ticket] = (subject, is_fresh)
    word = provider.journeys[-1] if provider.journeys else "none"
    return browser.get(f"/api/v1/auth/cas/callback?journey={word}&ticket={ticket}")


def leaves(browser: Browser, query: str = "") -> None:
    browser.http.get(f"/api/v1/auth/cas{query}")


class TestCentralServer:
    def test_link_is_made_from_the_security_page_and_lets_in_from_then_on(self, student: Browser) -> None:
        page = student.send(student.get("/security"), "/security/identity")
        assert 'href="https://cas.test/login?renew=True"' in page.text
        linked = arrives(student)
        assert linked.url.path == "/security"
        assert "Votre identité centrale est reliée à ce compte." in read(linked)
        assert (EMAIL, Topic.IDENTITY_LINKED) in delivered(student.ports)
        student.send(linked, "/logout")
        assert "/api/v1/auth/cas?next=/account" in student.get("/account").text
        leaves(student, "?next=/account")
        assert arrives(student).url.path == "/account"

    def test_unlinked_identity_opens_nothing(self, student: Browser) -> None:
        student.ports.store.commit(Changes((Identity("cas", "chris", STUDENT, student.ports.now()),)))
        gone = student.send(student.get("/security"), "/security/identity-removal")
        assert "n'est plus reliée" in html.unescape(read(gone))
        student.send(gone, "/logout")
        leaves(student)
        answer = arrives(student)
        assert answer.status_code == 403
        assert "Aucun compte n'est relié à cette identité." in html.unescape(read(answer))

    def test_ticket_that_a_stranger_brings_opens_nothing(self, browser: Browser) -> None:
        browser.ports.store.commit(Changes((Identity("cas", "chris", STUDENT, browser.ports.now()),)))
        assert arrives(browser).status_code == 401
        assert browser.ports.memory.sessions == {}

    def test_ticket_of_another_browsers_journey_opens_nothing(self, browser: Browser) -> None:
        """Another site sends the browser on its way back with the ticket of its own account."""
        browser.ports.store.commit(Changes((Identity("cas", "chris", STUDENT, browser.ports.now()),)))
        provider = browser.ports.identity_provider
        assert provider is not None
        for query in ("ticket=ST-1", "ticket=ST-1&journey=", "ticket=ST-1&journey=theirs"):
            leaves(browser)
            provider.tickets["ST-1"] = ("chris", True)
            assert browser.get(f"/api/v1/auth/cas/callback?{query}").status_code == 401
        assert (provider.asked, browser.ports.memory.sessions) == ([], {})

    def test_journey_that_failed_is_over(self, browser: Browser) -> None:
        leaves(browser)
        provider = browser.ports.identity_provider
        assert provider is not None
        callback = f"/api/v1/auth/cas/callback?journey={provider.journeys[-1]}&ticket=ST-invented"
        assert browser.get(callback).status_code == 401
        browser.ports.store.commit(Changes((Identity("cas", "chris", STUDENT, browser.ports.now()),)))
        assert arrives(browser).status_code == 401
        assert browser.ports.memory.sessions == {}

    def test_link_begun_in_one_session_is_not_ended_in_another(self, student: Browser) -> None:
        student.send(student.get("/security"), "/security/identity")
        student.log_in(EMAIL)
        assert arrives(student).status_code == 401
        assert student.ports.memory.identities == {}

    def test_single_sign_on_alone_is_no_proof_for_an_act_of_importance(self, browser: Browser) -> None:
        browser.ports.store.commit(Changes((Identity("cas", "chris", STUDENT, browser.ports.now()),)))
        leaves(browser)
        arrives(browser, is_fresh=False)
        (session,) = browser.ports.memory.sessions.values()
        assert session.authenticated_at == NEVER
        asked = browser.send(browser.get("/security"), "/security/identity-removal")
        assert asked.url.path == "/login"
        assert "&amp;renew=1" in asked.text
        leaves(browser, "?next=/security&renew=1")
        security = arrives(browser)
        assert security.url.path == "/security"
        assert "n'est plus reliée" in html.unescape(
            read(browser.send(security, "/security/identity-removal"))
        )

    def test_staff_who_came_by_single_sign_on_proves_who_they_are_before_the_first_second_factor(
        self, strict: Browser
    ) -> None:
        accountant = colleague(strict.ports, Role.ACCOUNTANT)
        strict.ports.store.commit(Changes((Identity("cas", "desk", accountant.id, strict.ports.now()),)))
        leaves(strict)
        asked = arrives(strict, "desk", is_fresh=False)
        assert str(asked.url).endswith("/login?again=1&next=/second-factor/enrolment")
        assert "&amp;renew=1" in asked.text

    def test_portal_without_one_offers_none(self, student: Browser) -> None:
        student.ports.identity_provider = None
        assert "Identité centrale" not in student.get("/security").text
        student.send(student.get("/"), "/logout")
        assert "/auth/cas" not in student.get("/login").text
        assert student.get("/api/v1/auth/cas").status_code == 404

    def test_server_that_is_down_is_said_with_another_way_in(self, browser: Browser) -> None:
        assert browser.ports.identity_provider is not None
        browser.ports.identity_provider.is_down = True
        leaves(browser)
        answer = arrives(browser)
        assert answer.status_code == 503
        assert "Connectez-vous avec votre adresse mail" in html.unescape(read(answer))
        assert 'href="/login"' in answer.text
        assert "Paiement" not in answer.text
