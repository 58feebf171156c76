"""Pages and API that were kept: no plan is resumed, debit released or request withdrawn that was not read."""

from datetime import date
from typing import Any

import httpx
import pytest

from chalicelib.domain.people import Person, Role
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.plan.plan_requests import PlanDecision, PlanRequest, PlanRequestState
from chalicelib.usecases.debits.reconcile_debits import reconcile_debits
from chalicelib.usecases.debits.release_instalment import release_instalment
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request
from chalicelib.usecases.plans.request_plan import request_plan, withdraw_plan_request
from chalicelib.usecases.plans.resume_plan import resume_plan
from chalicelib.usecases.plans.stop_plan import stop_plan
from tests.fakes.gateway import Behaviour
from tests.unit.portal.conftest import PASSWORD, Browser, Page, colleague, without_spaces

FILE = "0000000000000001-1"
STUDENT = FILE.removesuffix("-1")
DESK = f"/staff/instalments/{FILE}"
RELEASE = f"{DESK}/2/release"
WITHDRAW = "/choose-plan/withdraw"
MOVED = "Cet échéancier a été suspendu, repris ou changé depuis votre lecture"
OTHER_DEBIT = "Un autre prélèvement que celui que vous avez lu attend maintenant votre décision"
OTHER_REQUEST = "Votre demande n'est plus celle que vous avez lue"
APPROVED = "ont accepté votre demande depuis votre lecture"


def read(answer: httpx.Response) -> str:
    return without_spaces(answer.text)


def stands(browser: Browser) -> PlanRequest:
    return browser.ports.memory.plan_requests[FILE]


def sends(browser: Browser, role: str, method: str, path: str, **more: Any) -> tuple[int, dict[str, Any]]:
    known = {"email": f"{role}@demo.test", "password": PASSWORD}
    token = browser.http.post("/api/v1/auth/sessions", json=known).json()["token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    answer = browser.http.request(method, f"/api/v1{path}", headers=headers, **more)
    return answer.status_code, answer.json()


@pytest.fixture
def desk(student: Browser) -> Browser:
    student.starts_the_plan()
    student.acts_as("accountant")
    return student


@pytest.fixture
def accountant(desk: Browser) -> Person:
    return colleague(desk.ports, Role.ACCOUNTANT)


class TestStopsAndResumptions:
    def is_stopped(self, desk: Browser, reason: str, by: Person) -> None:
        stop_plan(desk.ports, FILE, reason, by)

    def is_stopped_again(self, desk: Browser, by: Person) -> None:
        resume_plan(desk.ports, FILE, "payé", by)
        self.is_stopped(desk, "surendettement", by)

    def test_kept_resumption_of_another_stop_shows_that_one_and_keeps_the_reason(
        self, desk: Browser, accountant: Person
    ) -> None:
        self.is_stopped(desk, "litige", accountant)
        kept = desk.get(DESK)
        self.is_stopped_again(desk, accountant)
        again = desk.send(kept, f"{DESK}/resume", reason="litige réglé")
        assert (again.status_code, MOVED in read(again)) == (409, True)
        assert "Motif : surendettement" in read(again)
        assert 'name="reason" maxlength="500" required>litige réglé</textarea>' in again.text
        assert stands(desk).is_stopped
        assert "L'échéancier est repris" in read(desk.send(again, f"{DESK}/resume", reason="relu"))

    def test_kept_stop_of_what_was_stopped_and_resumed_is_shown_again(
        self, desk: Browser, accountant: Person
    ) -> None:
        kept = desk.get(DESK)
        self.is_stopped(desk, "litige", accountant)
        resume_plan(desk.ports, FILE, "payé", accountant)
        again = desk.send(kept, f"{DESK}/stop", reason="ancien motif")
        assert (again.status_code, MOVED in read(again)) == (409, True)
        assert 'name="reason" maxlength="500" required>ancien motif</textarea>' in again.text
        assert not stands(desk).is_stopped

    def test_form_that_tells_no_plan_is_shown_again(self, desk: Browser) -> None:
        token = Page(desk.get(DESK)).form(f"{DESK}/stop").fields["form_token"]
        again = desk.http.post(f"{DESK}/stop", data={"form_token": token, "reason": "x"})
        assert (again.status_code, MOVED in read(again)) == (409, True)

    def test_second_click_is_told_that_it_is_done(self, desk: Browser) -> None:
        page = desk.get(DESK)
        desk.send(page, f"{DESK}/stop", reason="x")
        assert "déjà suspendu" in read(desk.send(page, f"{DESK}/stop", reason="x"))
        page = desk.get(DESK)
        desk.send(page, f"{DESK}/resume", reason="x")
        assert "n'est pas suspendu" in read(desk.send(page, f"{DESK}/resume", reason="x"))

    @pytest.mark.parametrize("is_told", [False, True])
    @pytest.mark.parametrize("act", ["stop", "resume"])
    def test_program_may_tell_it(self, desk: Browser, accountant: Person, act: str, *, is_told: bool) -> None:
        if act == "resume":
            self.is_stopped(desk, "litige", accountant)
        _, seen = sends(desk, "accountant", "GET", f"/staff/registrations/{FILE}/instalments")
        if act == "stop":
            self.is_stopped(desk, "litige", accountant)
            resume_plan(desk.ports, FILE, "payé", accountant)
        else:
            self.is_stopped_again(desk, accountant)
        told = {"seen_hash": seen["seen_hash"]} if is_told else {}
        body = {"reason": "x"} | told
        status, answer = sends(desk, "accountant", "POST", f"/staff/plans/{FILE}/{act}", json=body)
        assert (status, answer.get("code")) == ((409, "plan_act_moved") if is_told else (200, None))
        assert is_told or answer["seen_hash"] == stands(desk).seen_hash


class TestRelease:
    @pytest.fixture
    def conflict(self, desk: Browser) -> Browser:
        self.falls_into_conflict(desk, 10)
        return desk

    def falls_into_conflict(self, desk: Browser, day: int) -> None:
        desk.is_debited(date(2022, 7, day), Behaviour.DROP)
        desk.ports.move(days=1)
        for _ in range(2):
            reconcile_debits(desk.ports)
        assert self.state(desk) is InstalmentState.CONFLICT
        desk.log_in("accountant@demo.test")

    def state(self, desk: Browser) -> InstalmentState:
        return desk.ports.memory.instalments[f"{FILE}-i2"].state

    def falls_into_another(self, desk: Browser, by: Person) -> None:
        release_instalment(desk.ports, FILE, 2, by)
        self.falls_into_conflict(desk, 12)

    def test_kept_question_of_another_debit_is_asked_again_of_that_one(
        self, conflict: Browser, accountant: Person
    ) -> None:
        kept = conflict.send(conflict.get(DESK), RELEASE)
        first, second = f"{FILE}-i2-1", f"{FILE}-i2-2"
        assert conflict.ports.memory.debits[first].reference in kept.text
        self.falls_into_another(conflict, accountant)
        again = conflict.send(self.of_today(conflict, kept), RELEASE)
        assert (again.status_code, OTHER_DEBIT in read(again)) == (409, True)
        assert conflict.ports.memory.debits[second].reference in again.text
        assert self.state(conflict) is InstalmentState.CONFLICT
        assert "L'échéance est libérée" in read(conflict.send(again, RELEASE))

    def test_kept_page_says_so_before_it_asks(self, conflict: Browser, accountant: Person) -> None:
        kept = conflict.get(DESK)
        self.falls_into_another(conflict, accountant)
        asked = conflict.send(self.of_today(conflict, kept), RELEASE)
        assert (asked.status_code, OTHER_DEBIT in read(asked)) == (409, True)

    def of_today(self, desk: Browser, kept: httpx.Response) -> httpx.Response:
        """The kept page with the form token of today's session."""
        old, new = (Page(each).form(RELEASE).fields["form_token"] for each in (kept, desk.get(DESK)))
        return httpx.Response(200, text=kept.text.replace(old, new), request=kept.request)

    def test_second_click_is_told_that_nothing_waits(self, conflict: Browser) -> None:
        question = conflict.send(conflict.get(DESK), RELEASE)
        conflict.send(question, RELEASE)
        told = conflict.send(question, RELEASE)
        assert (told.status_code, "n'attend la décision de personne" in read(told)) == (409, True)

    @pytest.mark.parametrize("is_told", [False, True])
    def test_program_may_tell_it(self, conflict: Browser, accountant: Person, *, is_told: bool) -> None:
        _, seen = sends(conflict, "accountant", "GET", f"/staff/registrations/{FILE}/instalments")
        (debit,) = seen["items"][1]["debits"]
        self.falls_into_another(conflict, accountant)
        told = {"debit": debit["id"]} if is_told else {}
        status, answer = sends(conflict, "accountant", "POST", RELEASE, params=told)
        assert (status, answer.get("code")) == ((409, "release_not_possible") if is_told else (200, None))


class TestWithdrawal:
    @pytest.fixture
    def kept(self, student: Browser) -> httpx.Response:
        student.declares("05")
        return student.asks_for("paybox-3")

    def asks_for_another(self, student: Browser) -> None:
        withdraw_plan_request(student.ports, STUDENT, FILE)
        request_plan(student.ports, STUDENT, FILE, "paybox-6")

    def is_approved(self, student: Browser) -> None:
        accountant = colleague(student.ports, Role.ACCOUNTANT)
        decide_plan_request(student.ports, FILE, PlanDecision.APPROVE, "", accountant)

    def test_kept_page_of_another_request_shows_that_one(
        self, student: Browser, kept: httpx.Response
    ) -> None:
        self.asks_for_another(student)
        again = student.send(kept, WITHDRAW)
        assert (again.status_code, OTHER_REQUEST in read(again)) == (409, True)
        assert "Paybox : 6 échéances" in read(again).partition("Retirer ma demande")[0]
        assert stands(student).state is PlanRequestState.REQUESTED
        assert "Retirée" in student.send(again, WITHDRAW).text

    def test_kept_page_of_what_was_accepted_says_so(self, student: Browser, kept: httpx.Response) -> None:
        self.is_approved(student)
        again = student.send(kept, WITHDRAW)
        assert (again.status_code, APPROVED in read(again)) == (409, True)
        assert "payez maintenant votre première échéance" in read(again)
        assert stands(student).is_payable
        assert "Retirée" in student.send(again, WITHDRAW).text

    def test_second_click_shows_that_it_is_withdrawn(self, student: Browser, kept: httpx.Response) -> None:
        for _ in range(2):
            shown = student.send(kept, WITHDRAW)
            assert (shown.status_code, "Retirée" in shown.text) == (200, True)

    @pytest.mark.parametrize("is_told", [False, True])
    @pytest.mark.parametrize("is_decided", [False, True])
    def test_program_may_tell_it(
        self, student: Browser, kept: httpx.Response, *, is_told: bool, is_decided: bool
    ) -> None:
        _, listed = sends(student, "student", "GET", "/registrations")
        seen = listed["items"][0]["plan_request"]["seen_hash"]
        (self.is_approved if is_decided else self.asks_for_another)(student)
        told = {"seen_hash": seen} if is_told else {}
        path = f"/registrations/{FILE}/plan-request"
        status, answer = sends(student, "student", "DELETE", path, params=told)
        assert (status, answer.get("code")) == ((409, "plan_locked") if is_told else (200, None))
        assert stands(student).is_binding is is_told
