"""A kept page proposes and approves roles over those that it tells, and opens no account closed since."""

from typing import Any

import httpx
import pytest

from chalicelib.domain.people import Role
from tests.unit.portal.conftest import Browser, Page, colleague, hire, serve
from tests.unit.portal.test_people_stories import page_of, read

REASON = "Remplacement."
LIST = "/staff/people"
MOVED = "ne sont plus ceux que vous avez lus"
OLDER = "Ces rôles ont été proposés quand cette personne en avait d'autres"
SWITCHED = "Ce compte a été fermé ou rouvert depuis votre lecture"


@pytest.fixture
def administrator(browser: Browser) -> Browser:
    browser.log_in("administrator@demo.test")
    return browser


@pytest.fixture
def auditor(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Browser:
    other = serve(browser.ports, monkeypatch)
    other.log_in("auditor@demo.test")
    return other


@pytest.fixture
def path(administrator: Browser) -> str:
    return page_of(administrator, Role.REGISTRAR)


def roles(browser: Browser, path: str) -> set[str]:
    return set(browser.ports.people.person(path.rpartition("/")[2]).roles)


def asks(browser: Browser, method: str, path: str, **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {browser.http.cookies['quittance']}"}
    return browser.http.request(method, f"/api/v1{path}", json=body or None, headers=headers)


def proposes(administrator: Browser, path: str, *wanted: str) -> str:
    """Propose roles by the API; return the path of the decision."""
    change = asks(administrator, "POST", f"{path}/role-changes", roles=list(wanted), reason=REASON).json()
    return f"{LIST}/role-changes/{change['id']}/decision"


def changed(administrator: Browser, auditor: Browser, path: str, *wanted: str) -> None:
    """Let two people give the person these roles."""
    decision = proposes(administrator, path, *wanted).replace("/people", "")
    assert asks(auditor, "POST", decision, decision="approve").status_code == 200


class TestRoles:
    def test_kept_page_approves_nothing_over_roles_that_are_no_more(
        self, administrator: Browser, auditor: Browser, path: str
    ) -> None:
        decision = proposes(administrator, path, "registrar", "auditor")
        kept = auditor.get(path)
        changed(administrator, auditor, path, "student")
        moved = auditor.send(kept, decision, decision="approve")
        assert (moved.status_code, OLDER in read(moved)) == (409, True)
        assert "<dt>Rôles</dt><dd>Étudiant</dd>" in read(moved)
        assert roles(auditor, path) == {"student"}
        for page in (moved, desk := auditor.get(LIST)):
            assert "la proposition ne peut plus être acceptée" in read(page)
            assert 'value="approve"' not in page.text
        assert "<dt>Rôles actuels</dt><dd>Étudiant</dd>" in read(desk)
        assert "rien n'a changé" in read(auditor.send(desk, decision, decision="refuse"))

    def test_desk_tells_the_roles_that_a_proposal_is_over(
        self, administrator: Browser, auditor: Browser, path: str
    ) -> None:
        decision = proposes(administrator, path, "registrar", "auditor")
        desk = auditor.get(LIST)
        assert "<dt>Rôles actuels</dt><dd>Scolarité</dd>" in read(desk)
        assert "ne peut plus être acceptée" not in read(desk)
        assert "il vaut dès maintenant" in read(auditor.send(desk, decision, decision="approve"))
        assert "déjà reçu une décision" in read(auditor.send(desk, decision, decision="approve"))
        assert roles(auditor, path) == {"registrar", "auditor"}

    def test_kept_form_proposes_nothing_over_roles_that_are_no_more(
        self, administrator: Browser, auditor: Browser, path: str
    ) -> None:
        kept = administrator.get(path)
        changed(administrator, auditor, path, "student")
        moved = administrator.send(kept, f"{path}/roles", role=["registrar", "auditor"], reason=REASON)
        assert (moved.status_code, MOVED in read(moved)) == (409, True)
        assert 'value="student" checked' in moved.text
        assert f">{REASON}</textarea>" in moved.text
        assert auditor.ports.role_changes.waiting() == ()
        told = administrator.send(moved, f"{path}/roles", role=["student", "auditor"], reason=REASON)
        assert "il attend l'accord d'une seconde personne" in read(told)

    def test_form_that_tells_no_roles_proposes_nothing(self, administrator: Browser, path: str) -> None:
        page = administrator.get(path)
        assert (
            administrator.send(page, f"{path}/roles", role="auditor", reason="x", seen="").status_code == 409
        )
        assert administrator.ports.role_changes.waiting() == ()

    def test_person_of_several_roles_is_read_and_sent_back(
        self, administrator: Browser, auditor: Browser
    ) -> None:
        person = hire(administrator.ports, 91, Role.AUDITOR)
        path = f"{LIST}/{person.id}"
        changed(administrator, auditor, path, "registrar", "auditor", "student")
        page = administrator.get(path)
        assert Page(page).form(f"{path}/roles").fields["seen"] == "auditor registrar student"
        told = administrator.send(page, f"{path}/roles", role="registrar", reason=REASON)
        assert "il attend l'accord d'une seconde personne" in read(told)

    def test_program_tells_the_roles_that_it_read(
        self, administrator: Browser, auditor: Browser, path: str
    ) -> None:
        seen = asks(administrator, "GET", path).json()["roles"]
        changed(administrator, auditor, path, "student")
        asked = {"roles": ["auditor"], "reason": REASON}
        refused = asks(administrator, "POST", f"{path}/role-changes", **asked, seen_roles=seen)
        assert (refused.status_code, refused.json()["code"]) == (409, "roles_moved")
        older = asks(administrator, "POST", f"{path}/role-changes", **asked, seen_roles=["student"]).json()
        assert older["over"] == ["student"]
        changed(administrator, auditor, path, "registrar")
        refused = asks(auditor, "POST", f"/staff/role-changes/{older['id']}/decision", decision="approve")
        assert (refused.status_code, refused.json()["code"]) == (409, "roles_moved")
        assert OLDER in refused.json()["detail"]


class TestAccess:
    def test_kept_page_opens_no_account_that_was_closed_again(
        self, administrator: Browser, path: str
    ) -> None:
        access = f"{path}/access"
        asks(administrator, "PUT", access, is_active=False, reason="Congé.")
        kept = administrator.get(path)
        for is_active, reason in ((True, "Retour."), (False, "Compromis.")):
            asks(administrator, "PUT", access, is_active=is_active, reason=reason)
        moved = administrator.send(kept, access, access="open", reason="Retour de congé.")
        assert (moved.status_code, SWITCHED in read(moved)) == (409, True)
        assert ">Retour de congé.</textarea>" in moved.text
        assert not colleague(administrator.ports, Role.REGISTRAR).is_active
        assert "de nouveau ouvert" in read(administrator.send(moved, access, access="open", reason="x"))

    def test_form_that_tells_nothing_closes_nothing(self, administrator: Browser, path: str) -> None:
        page, access = administrator.get(path), f"{path}/access"
        for seen in ("", "x", "²", "9" * 5_000):
            answer = administrator.send(page, access, access="close", reason="x", seen=seen)
            assert answer.status_code == 409
        assert colleague(administrator.ports, Role.REGISTRAR).is_active

    def test_second_click_is_harmless(self, administrator: Browser, path: str) -> None:
        page, access = administrator.get(path), f"{path}/access"
        for _ in range(2):
            assert "Le compte est fermé" in read(
                administrator.send(page, access, access="close", reason="Congé.")
            )

    def test_program_tells_the_access_that_it_read(self, administrator: Browser, path: str) -> None:
        access, seen = f"{path}/access", asks(administrator, "GET", path).json()["access_version"]
        closed = asks(administrator, "PUT", access, is_active=False, reason="Congé.", access_version=seen)
        assert closed.json()["access_version"] == seen + 1
        refused = asks(administrator, "PUT", access, is_active=True, reason="Retour.", access_version=seen)
        assert (refused.status_code, refused.json()["code"]) == (409, "access_moved")
