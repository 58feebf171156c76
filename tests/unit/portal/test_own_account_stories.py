"""« Sécurité de mon compte »: what people do about their own password and sessions."""

import html

import pytest

from chalicelib.domain.people import Role
from chalicelib.usecases.people.close_account import close_account
from tests.unit.portal.conftest import PASSWORD, Browser, Page, colleague
from tests.unit.portal.sign_in_steps import CHOSEN, EMAIL, STUDENT, another, asks_for_a_link, delivered, read


class TestOwnAccount:
    def test_password_is_changed_and_only_this_browser_stays(
        self, student: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        elsewhere = another(student, monkeypatch)
        elsewhere.log_in(EMAIL)
        before = student.http.cookies["quittance"]
        page = student.get("/security")
        told = student.send(page, "/security/password", current=PASSWORD, password=CHOSEN)
        assert "Votre mot de passe est changé." in read(told)
        assert student.http.cookies["quittance"] != before
        assert student.get("/account").url.path == "/account"
        assert elsewhere.get("/account").url.path == "/login"
        assert "Bonjour" in elsewhere.log_in(EMAIL, CHOSEN).text

    @pytest.mark.parametrize(
        ("current", "password", "said"),
        [
            ("wrong", CHOSEN, "Le mot de passe actuel n'est pas le bon."),
            (PASSWORD, "court", "trop court"),
        ],
    )
    def test_change_that_is_refused_says_why_at_its_field(
        self, student: Browser, current: str, password: str, said: str
    ) -> None:
        page = student.get("/security")
        answer = student.send(page, "/security/password", current=current, password=password)
        assert answer.status_code == 422
        assert said in html.unescape(read(answer))
        assert student.ports.memory.logins[EMAIL].password_hash == PASSWORD

    def test_guessing_the_current_password_is_limited(self, student: Browser) -> None:
        page = student.get("/security")
        answers = [
            student.send(page, "/security/password", current="wrong", password=CHOSEN) for _ in range(11)
        ]
        assert [each.status_code for each in answers] == [422] * 10 + [429]

    def test_sessions_are_listed_and_all_others_closed_at_once(
        self, student: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        elsewhere = another(student, monkeypatch)
        elsewhere.log_in(EMAIL)
        page = student.get("/security")
        assert read(page).count("par mot de passe") == 2
        assert read(page).count("Cette session") == 1
        told = student.send(page, "/security/sessions")
        assert "Toutes vos autres sessions sont fermées." in read(told)
        assert read(told).count("par mot de passe") == 1
        assert elsewhere.get("/").url.path == "/login"

    def test_closing_the_others_makes_this_session_no_younger(self, student: Browser) -> None:
        (before,) = student.ports.memory.sessions.values()
        student.ports.move(minutes=20)
        page = student.get("/security")
        token = Page(page).form("/logout").fields["form_token"]
        student.http.post("/security/sessions", data={"form_token": token})
        (after,) = student.ports.memory.sessions.values()
        assert after.token_hash != before.token_hash
        assert (after.expires_at, after.authenticated_at) == (before.expires_at, before.authenticated_at)

    def test_closed_account_is_out_at_the_next_request(self, student: Browser) -> None:
        administrator = colleague(student.ports, Role.ADMINISTRATOR)
        close_account(student.ports, STUDENT, False, "Fraude.", administrator)  # noqa: FBT003 - what it becomes
        assert student.get("/account").url.path == "/login"
        assert student.log_in(EMAIL).status_code == 401
        link = asks_for_a_link(student)
        assert "Si cette adresse est connue" in read(link)
        assert delivered(student.ports) == []

    def test_own_data_is_downloaded_as_a_file(self, student: Browser) -> None:
        link = 'href="/security/export"'
        assert link in student.get("/security").text
        answer = student.get("/security/export")
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.json()["person_id"] == STUDENT

    def test_link_to_it_stands_beside_the_name(self, student: Browser) -> None:
        assert 'href="/security"' in student.get("/").text
