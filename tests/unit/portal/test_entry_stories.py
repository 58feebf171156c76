"""How people come in on the pages: by a link in a mail, a password, and a second factor."""

import html
from typing import Any

import pytest

from chalicelib.domain.outbox import Topic
from chalicelib.domain.sessions import Credentials
from tests.fakes.ports import SealerDown
from tests.unit.portal.conftest import PASSWORD, Browser, Page
from tests.unit.portal.sign_in_steps import (
    CHOSEN,
    EMAIL,
    STUDENT,
    another,
    asks_for_a_link,
    chooses,
    code_of,
    codes_on,
    delivered,
    enrols,
    link_of,
    read,
    secret_on,
)

WAYS = [("/first-connection", Topic.FIRST_CONNECTION), ("/password-reset", Topic.PASSWORD_RESET)]


class TestLinkByMail:
    @pytest.mark.parametrize(("way", "topic"), WAYS)
    def test_first_password_comes_by_a_link_in_a_mail(self, browser: Browser, way: str, topic: Topic) -> None:
        browser.ports.memory.logins[EMAIL] = Credentials(STUDENT, None)
        assert "Si cette adresse est connue" in read(asks_for_a_link(browser, EMAIL, way))
        assert delivered(browser.ports) == [(EMAIL, topic)]
        page = browser.get(f"/password?token={browser.ports.mailer.tokens[0]}")
        assert "De 8 à 128 caractères" in read(page)
        told = browser.send(page, "/password", password=CHOSEN)
        assert told.url.path == "/login"
        assert "Votre mot de passe est enregistré." in read(told)
        home = browser.send(told, "/login", email=EMAIL, password=CHOSEN)
        assert "Bonjour Chris TESTCD" in home.text
        assert (EMAIL, Topic.PASSWORD_SET) in delivered(browser.ports)

    def test_stranger_reads_the_same_and_no_mail_leaves(self, browser: Browser) -> None:
        known = read(asks_for_a_link(browser))
        assert read(asks_for_a_link(browser, "nobody@demo.test")) == known
        assert delivered(browser.ports) == [(EMAIL, Topic.PASSWORD_RESET)]

    @pytest.mark.parametrize("email", ["", "  ", "nobody", "x" * 250 + "@demo.test"])
    def test_what_is_no_mail_address_is_said_at_the_field(self, browser: Browser, email: str) -> None:
        answer = asks_for_a_link(browser, email)
        assert answer.status_code == 422
        assert "Indiquez une adresse mail" in read(answer)

    def test_link_that_was_used_leads_to_a_new_one(self, browser: Browser) -> None:
        link = link_of(browser)
        shown = browser.get(link)
        chooses(browser, link)
        for answer in (browser.get(link), browser.send(shown, "/password", password="another long one")):
            assert answer.status_code == 410
            assert "Ce lien a déjà servi ou a expiré." in read(answer)
            assert 'href="/password-reset"' in answer.text
        assert "Bonjour" in browser.log_in(EMAIL, CHOSEN).text

    def test_looking_at_a_link_spends_nothing(self, browser: Browser) -> None:
        link = link_of(browser)
        for _ in range(3):
            assert browser.get(link).status_code == 200
        assert chooses(browser, link).url.path == "/login"

    def test_link_is_over_after_half_an_hour(self, browser: Browser) -> None:
        link = link_of(browser)
        browser.ports.move(minutes=30)
        assert browser.get(link).status_code == 410

    @pytest.mark.parametrize("token", ["", "x", "é" * 50, "x" * 4000, "a&token=b"])
    def test_link_that_nobody_sent_is_not_valid(self, browser: Browser, token: str) -> None:
        assert browser.get(f"/password?token={token}").status_code == 410

    @pytest.mark.parametrize(
        ("password", "said"),
        [
            ("court", "trop court"),
            ("x" * 129, "trop long"),
            ("azertyuiop", "l'un des plus répandus"),
            ("Student2031", "se devine d'après votre nom"),
        ],
    )
    def test_weak_password_is_refused_at_its_field_and_the_link_stays_good(
        self, browser: Browser, password: str, said: str
    ) -> None:
        answer = chooses(browser, link := link_of(browser), password)
        assert answer.status_code == 422
        assert said in html.unescape(read(answer))
        assert 'aria-invalid="true"' in answer.text
        assert f'value="{password}' not in answer.text, "never written back"
        assert chooses(browser, link).url.path == "/login"

    def test_password_is_taken_to_the_letter(self, browser: Browser) -> None:
        spaced = "  des espaces autour  "
        chooses(browser, link_of(browser), spaced)
        assert browser.log_in(EMAIL, spaced.strip()).status_code == 401
        assert "Bonjour" in browser.log_in(EMAIL, spaced).text

    @pytest.mark.parametrize(("ticked", "onward"), [({}, "/login"), ({"end_sessions": ""}, "/")])
    def test_new_password_ends_the_other_sessions_unless_it_shall_not(
        self, student: Browser, monkeypatch: pytest.MonkeyPatch, ticked: dict[str, str], onward: str
    ) -> None:
        chooses(another(student, monkeypatch), link_of(student), **ticked)
        assert student.get("/").url.path == onward


class TestLoggingOut:
    """A kept page may log out again; what is open ends by a form of its own alone."""

    def test_second_click_leads_to_the_log_in_as_logged_out(self, student: Browser) -> None:
        kept = student.get("/")
        student.send(kept, "/logout")
        for _ in range(2):
            told = student.send(kept, "/logout")
            assert (told.url.path, told.status_code) == ("/login", 200)
            assert "Vous êtes déconnecté." in read(told)

    @pytest.mark.parametrize("visits", [0, 1])
    def test_page_of_somebody_without_a_cookie_leads_there_and_sets_none(
        self, student: Browser, visits: int
    ) -> None:
        """A form of another site arrives without the cookie: the answer must not end the session there."""
        fields = Page(student.get("/")).form("/logout").fields
        student.http.cookies.clear()
        for _ in range(visits):
            student.get("/login")
        answer = student.http.post("/logout", data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?done=logout")
        assert "set-cookie" not in answer.headers
        assert len(student.ports.memory.sessions) == 1

    def test_open_session_is_not_ended_by_a_page_of_an_earlier_one(self, student: Browser) -> None:
        kept = student.get("/")
        student.send(kept, "/logout")
        student.log_in(EMAIL)
        assert student.send(kept, "/logout").status_code == 403
        assert student.get("/").url.path == "/"

    def test_nor_is_one_that_waits_for_its_second_factor(self, strict: Browser) -> None:
        enrols(strict)
        kept = strict.get("/")
        strict.send(kept, "/logout")
        strict.ports.move(seconds=60)
        strict.log_in("accountant@demo.test")
        assert strict.send(kept, "/logout").status_code == 403
        assert len(strict.ports.memory.sessions) == 1


class TestTries:
    def test_too_many_wrong_passwords_are_refused_with_what_to_do(self, browser: Browser) -> None:
        for _ in range(10):
            assert browser.log_in(EMAIL, "wrong").status_code == 401
        answer = browser.log_in(EMAIL)
        assert answer.status_code == 429
        assert "Réessayez dans" in read(answer)
        assert "demandez un lien par mail" in read(answer)
        assert 'href="/password-reset"' in answer.text

    def test_link_by_mail_opens_what_too_many_tries_shut(self, browser: Browser) -> None:
        for _ in range(11):
            browser.log_in(EMAIL, "wrong")
        chooses(browser, link_of(browser))
        assert "Bonjour" in browser.log_in(EMAIL, CHOSEN).text

    def test_codes_are_limited_too(self, strict: Browser) -> None:
        secret, _ = enrols(strict)
        page = strict.log_in("accountant@demo.test")
        answers = [strict.send(page, "/second-factor", code="000000") for _ in range(6)]
        assert [each.status_code for each in answers] == [422] * 5 + [429]
        assert strict.send(page, "/second-factor", code=code_of(strict, secret)).status_code == 429


class TestSecondFactor:
    def test_staff_sets_one_up_at_the_first_log_in_and_is_asked_for_it_from_then_on(
        self, strict: Browser
    ) -> None:
        page = strict.log_in("accountant@demo.test")
        assert page.url.path == "/second-factor/enrolment"
        assert "<svg" in page.text
        secret = secret_on(page)
        shown = strict.send(page, "/second-factor/enrolment", code=code_of(strict, secret))
        assert len(codes_on(shown)) == 10
        assert "ils ne seront plus montrés" in read(shown)
        assert strict.get("/").url.path == "/staff/desk"
        strict.send(strict.get("/"), "/logout")
        strict.ports.move(seconds=60)
        asked = strict.log_in("accountant@demo.test")
        assert asked.url.path == "/second-factor"
        opened = strict.send(asked, "/second-factor", code=code_of(strict, secret))
        assert opened.url.path == "/staff/desk"

    def test_page_asked_for_comes_after_the_code(self, strict: Browser) -> None:
        secret, _ = enrols(strict)
        strict.http.cookies.clear()
        log_in = strict.get("/staff/registrations")
        asked = strict.send(log_in, "/login", email="accountant@demo.test", password=PASSWORD)
        opened = strict.send(asked, "/second-factor", code=code_of(strict, secret))
        assert opened.url.path == "/staff/registrations"

    def test_password_alone_opens_nothing(self, strict: Browser) -> None:
        enrols(strict)
        strict.log_in("accountant@demo.test")
        for path in ("/", "/staff/plan-requests", "/security", "/account"):
            assert strict.get(path).url.path == "/second-factor"
        assert strict.get("/second-factor/enrolment").url.path == "/second-factor"

    def test_the_token_changes_with_the_stage(self, strict: Browser) -> None:
        secret, _ = enrols(strict)
        page = strict.log_in("accountant@demo.test")
        before = strict.http.cookies["quittance"]
        strict.send(page, "/second-factor", code=code_of(strict, secret))
        assert strict.http.cookies["quittance"] != before
        answer = strict.http.get("/", headers={"Cookie": f"quittance={before}"})
        assert answer.headers["location"] == "/login?done=ended&next=/"

    def test_wrong_first_code_shows_the_same_secret_again(self, strict: Browser) -> None:
        page = strict.log_in("accountant@demo.test")
        answer = strict.send(page, "/second-factor/enrolment", code="000000")
        assert answer.status_code == 422
        assert secret_on(answer) == secret_on(page)

    def test_code_is_good_once(self, strict: Browser) -> None:
        secret, _ = enrols(strict)
        code = code_of(strict, secret)
        page = strict.log_in("accountant@demo.test")
        strict.send(page, "/second-factor", code=code)
        answer = strict.send(strict.log_in("accountant@demo.test"), "/second-factor", code=code)
        assert answer.status_code == 422

    def test_recovery_code_replaces_the_telephone_once(self, strict: Browser) -> None:
        _, codes = enrols(strict)
        page = strict.log_in("accountant@demo.test")
        opened = strict.send(page, "/second-factor", code=codes[0].lower())
        assert opened.url.path == "/staff/desk"
        assert "Codes de secours restants : 9." in read(strict.get("/security"))
        page = strict.log_in("accountant@demo.test")
        assert strict.send(page, "/second-factor", code=codes[0]).status_code == 422
        assert strict.send(page, "/second-factor", code=codes[1]).status_code == 200

    def test_recovery_code_opens_while_codes_cannot_be_verified(self, strict: Browser) -> None:
        secret, codes = enrols(strict)
        page = strict.log_in("accountant@demo.test")
        strict.ports.sealer = SealerDown()
        told = strict.send(page, "/second-factor", code=code_of(strict, secret))
        assert told.status_code == 503
        assert "Saisissez un code de secours, ou revenez dans quelques minutes." in read(told)
        assert strict.send(told, "/second-factor", code=codes[0]).url.path == "/staff/desk"

    def test_enrolment_that_cannot_begin_or_end_now_says_so(self, strict: Browser) -> None:
        page = strict.log_in("accountant@demo.test")
        strict.ports.sealer = SealerDown()
        ended = strict.send(page, "/second-factor/enrolment", code=code_of(strict, secret_on(page)))
        for told in (ended, strict.get("/second-factor/enrolment")):
            assert told.status_code == 503
            assert "Le second facteur ne peut être ni vérifié ni installé" in read(told)

    def test_two_windows_of_one_log_in_end_well(self, strict: Browser) -> None:
        page = strict.log_in("accountant@demo.test")
        token = strict.http.cookies["quittance"]
        strict.send(page, "/second-factor/enrolment", code=code_of(strict, secret_on(page)))
        assert strict.get("/second-factor").url.path == "/staff/desk"
        assert strict.get("/second-factor/enrolment").status_code == 409
        old = strict.http.get("/second-factor", headers={"Cookie": f"quittance={token}"})
        assert old.headers["location"] == "/login?done=ended&next=/second-factor"

    def test_second_window_is_asked_for_the_code_that_the_first_one_set_up(
        self, strict: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        second = another(strict, monkeypatch)
        second.log_in("accountant@demo.test")
        secret, _ = enrols(strict)
        asked = second.get("/")
        assert asked.url.path == "/second-factor"
        opened = second.send(asked, "/second-factor", code=code_of(second, secret))
        assert opened.url.path == "/staff/desk"

    def test_open_session_proves_nothing_by_a_code(self, strict: Browser) -> None:
        secret, _ = enrols(strict)
        page = strict.log_in("accountant@demo.test")
        strict.send(page, "/second-factor", code=code_of(strict, secret))
        strict.ports.move(minutes=16)
        token = Page(strict.get("/")).form("/logout").fields["form_token"]
        strict.http.post("/second-factor", data={"form_token": token, "code": code_of(strict, secret)})
        (session,) = strict.ports.memory.sessions.values()
        assert not session.is_recent(strict.ports.now())

    def test_student_may_have_one_and_take_it_away(self, student: Browser) -> None:
        page = student.get("/second-factor/enrolment?next=/security")
        shown = student.send(page, "/second-factor/enrolment", code=code_of(student, secret_on(page)))
        assert 'href="/security"' in shown.text
        student.ports.move(seconds=60)
        assert student.log_in(EMAIL).url.path == "/second-factor"
        code = code_of(student, secret_on(page))
        security = student.send(student.get("/second-factor?next=/security"), "/second-factor", code=code)
        gone = student.send(security, "/security/second-factor-removal")
        assert "Votre second facteur est retiré." in read(gone)
        told = {topic for _, topic in delivered(student.ports)}
        assert {Topic.SECOND_FACTOR_SET, Topic.SECOND_FACTOR_REMOVED} <= told
        assert student.log_in(EMAIL).url.path == "/"

    def test_staff_keeps_the_one_that_the_school_requires(self, strict: Browser) -> None:
        enrols(strict)
        page = strict.get("/security")
        assert "second-factor-removal" not in page.text
        token = Page(page).form("/logout").fields["form_token"]
        answer = strict.http.post("/security/second-factor-removal", data={"form_token": token})
        assert answer.status_code == 409
        assert strict.ports.memory.second_factors


def wants(browser: Browser, path: str) -> Any:
    return browser.http.get(path).headers.get("location")


def test_second_factor_pages_need_a_log_in_first(browser: Browser) -> None:
    for path in ("/second-factor", "/second-factor/enrolment"):
        assert wants(browser, path) == f"/login?next={path}"
