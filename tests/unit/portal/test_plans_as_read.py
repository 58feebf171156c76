"""Pages and API of a plan that another took the place of: nothing is decided or paid that was not read."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from chalicelib.domain.people import Role
from chalicelib.domain.plan.plan_requests import PlanDecision, PlanRequest, PlanRequestState
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request
from chalicelib.usecases.plans.request_plan import request_plan, withdraw_plan_request
from tests.unit.portal.conftest import PASSWORD, Browser, Page, colleague, enrol, ticked, without_spaces

FILE = "0000000000000001-1"
STUDENT = FILE.removesuffix("-1")
QUEUE = "/staff/plan-requests"
DECISION = f"{QUEUE}/{FILE}/decision"
MOVED = "n'est plus ce que vous avez lu"


def read(answer: httpx.Response) -> str:
    return without_spaces(answer.text)


def stands(browser: Browser) -> PlanRequest:
    return browser.ports.memory.plan_requests[FILE]


def situation(browser: Browser, registration_id: str, code: str) -> None:
    files = browser.ports.memory.registrations_by_id
    files[registration_id] = replace(files[registration_id], fee_situation_code=code)


def asks_for_another(browser: Browser) -> None:
    """The student asks, on another screen, for 6 instalments of 3 770 € instead of 3 of 601 €."""
    withdraw_plan_request(browser.ports, STUDENT, FILE)
    situation(browser, FILE, "05")
    request_plan(browser.ports, STUDENT, FILE, "paybox-6")


def is_blocked(browser: Browser) -> None:
    files = browser.ports.memory.registrations_by_id
    files[FILE] = replace(files[FILE], blocked=True, block_reason="Litige")


def approves(browser: Browser) -> None:
    accountant = colleague(browser.ports, Role.ACCOUNTANT)
    decide_plan_request(browser.ports, FILE, PlanDecision.APPROVE, "", accountant)


@pytest.fixture
def asked(student: Browser) -> Browser:
    situation(student, FILE, "01")
    request_plan(student.ports, STUDENT, FILE, "paybox-3")
    return student


class TestDecision:
    @pytest.fixture
    def desk(self, asked: Browser) -> Browser:
        asked.acts_as("accountant")
        return asked

    @pytest.mark.parametrize("decision", ["approve", "refuse"])
    def test_kept_confirmation_is_shown_again_of_what_is_asked_now(
        self, desk: Browser, decision: str
    ) -> None:
        kept = desk.send(desk.get(QUEUE), DECISION, decision=decision, reason="motif")
        assert "601,00 €" in read(kept)
        asks_for_another(desk)
        again = desk.send(kept, DECISION)
        assert (again.status_code, MOVED in read(again)) == (409, True)
        assert "3 770,00 €" in read(again)
        assert stands(desk).state is PlanRequestState.REQUESTED
        done = desk.send(again, DECISION)
        assert (done.status_code, stands(desk).state is PlanRequestState.REQUESTED) == (200, False)

    @pytest.mark.parametrize("keeps", ["queue", "confirmation"])
    def test_kept_page_is_shown_again_with_what_is_not_fulfilled_now(self, desk: Browser, keeps: str) -> None:
        page = desk.get(QUEUE)
        if keeps == "confirmation":
            page = desk.send(page, DECISION, decision="approve")
            assert "<dd>! la scolarité n'a pas encore validé la situation</dd>" in read(page)
            assert "bloqué" not in read(page)
        is_blocked(desk)
        again = desk.send(page, DECISION, decision="approve")
        assert (again.status_code, MOVED in read(again)) == (409, True)
        assert "<dd>! le dossier est refusé, retiré ou bloqué</dd>" in read(again)
        assert stands(desk).state is PlanRequestState.REQUESTED
        assert desk.send(again, DECISION).status_code == 200
        assert stands(desk).is_payable

    def test_kept_question_of_many_decides_none_whose_checks_are_others(self, desk: Browser) -> None:
        queue = desk.get(QUEUE)
        question = desk.send(queue, f"{QUEUE}/decisions", id=ticked(queue), decision="approve")
        assert "! la scolarité n'a pas encore validé la situation" in read(question)
        is_blocked(desk)
        done = desk.send(question, f"{QUEUE}/decisions", id=ticked(question), decision="approve")
        assert ("0 sur 1" in read(done), MOVED in read(done)) == (True, True)
        assert stands(desk).state is PlanRequestState.REQUESTED

    def test_of_another_price_tells_accounting_what_the_student_has_to_do(self, desk: Browser) -> None:
        situation(desk, FILE, "05")
        question = desk.send(desk.get(QUEUE), DECISION, decision="approve")
        assert "<dd>! le montant n'est plus ce qui est dû</dd>" in read(question)
        refused = desk.send(question, DECISION)
        assert refused.status_code == 409
        assert "l'étudiant en fera une autre" in read(refused)
        assert ("menu 2b" in refused.text, 'href="/choose-plan"' in refused.text) == (False, False)

    def test_kept_queue_says_so_before_it_asks(self, desk: Browser) -> None:
        queue = desk.get(QUEUE)
        asks_for_another(desk)
        asked = desk.send(queue, DECISION, decision="approve")
        assert (asked.status_code, MOVED in read(asked)) == (409, True)

    def test_form_that_tells_no_schedule_is_read_again(self, desk: Browser) -> None:
        token = Page(desk.get(QUEUE)).form(DECISION).fields["form_token"]
        old = {"form_token": token, "sure": "1", "decision": "approve"}
        again = desk.http.post(DECISION, data=old)
        assert (again.status_code, MOVED in read(again)) == (409, True)
        assert stands(desk).state is PlanRequestState.REQUESTED

    def test_kept_confirmation_of_what_is_decided_already_is_refused(self, desk: Browser) -> None:
        kept = desk.send(desk.get(QUEUE), DECISION, decision="approve")
        asks_for_another(desk)
        approves(desk)
        refused = desk.send(kept, DECISION)
        assert (refused.status_code, MOVED in read(refused)) == (409, True)
        assert 'href="/choose-plan"' not in refused.text

    @pytest.mark.parametrize("keeps", ["queue", "confirmation"])
    def test_of_those_ticked_only_the_other_one_is_refused(self, desk: Browser, keeps: str) -> None:
        other = f"{enrol(desk.ports, 7, 'other@demo.test', 'I2223_Y1_1A', last_name='TESTGC').id}-1"
        situation(desk, other, "01")
        request_plan(desk.ports, other.removesuffix("-1"), other, "paybox-3")
        queue = desk.get(QUEUE)
        if keeps == "queue":
            asks_for_another(desk)
        question = desk.send(queue, f"{QUEUE}/decisions", id=ticked(queue), decision="approve")
        if keeps == "confirmation":
            asks_for_another(desk)
        done = desk.send(question, f"{QUEUE}/decisions", id=ticked(question), decision="approve")
        assert "1 sur 2 : c'est fait" in read(done)
        assert MOVED in read(done)
        assert stands(desk).state is PlanRequestState.REQUESTED
        assert desk.ports.memory.plan_requests[other].is_payable

    def test_box_that_tells_no_schedule_is_refused(self, desk: Browser) -> None:
        queue = desk.get(QUEUE)
        sent = {"id": FILE, "decision": "approve", "confirmed": "1"}
        assert MOVED in read(desk.send(queue, f"{QUEUE}/decisions", **sent))
        assert stands(desk).state is PlanRequestState.REQUESTED


class TestFirstPayment:
    @pytest.fixture
    def kept(self, asked: Browser) -> httpx.Response:
        approves(asked)
        return asked.get("/pay-plan")

    @pytest.mark.parametrize("address", [{"mode": "none"}, {"mode": "new", "line1": "1 rue de l'Essai"}])
    def test_kept_page_of_another_plan_shows_the_one_of_today(
        self, asked: Browser, kept: httpx.Response, address: dict[str, str]
    ) -> None:
        asks_for_another(asked)
        approves(asked)
        again = asked.send(kept, "/pay-plan/1", **address)
        assert (again.status_code, MOVED in read(again), "628,35 €" in read(again)) == (409, True, True)
        assert not asked.ports.memory.attempts
        assert asked.leaves(asked.send(again, "/pay-plan/1", mode="none"))
        assert [each.amount_cents for each in asked.ports.memory.attempts.values()] == [62835]

    def test_form_that_tells_no_schedule_is_shown_again(self, asked: Browser, kept: httpx.Response) -> None:
        token = Page(kept).form("/pay-plan/1").fields["form_token"]
        again = asked.http.post("/pay-plan/1", data={"form_token": token, "mode": "none"})
        assert (again.status_code, MOVED in read(again)) == (409, True)
        assert not asked.ports.memory.attempts

    def test_kept_page_of_a_plan_that_waits_leads_to_the_request(
        self, asked: Browser, kept: httpx.Response
    ) -> None:
        asks_for_another(asked)
        refused = asked.send(kept, "/pay-plan/1", mode="none")
        assert (refused.status_code, 'href="/choose-plan"' in refused.text) == (409, True)


class TestApi:
    def sends(self, browser: Browser, role: str, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        known = {"email": f"{role}@demo.test", "password": PASSWORD}
        token = browser.http.post("/api/v1/auth/sessions", json=known).json()["token"]
        answer = browser.http.post(f"/api/v1{path}", json=body, headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, answer.json()

    @pytest.mark.parametrize("is_told", [False, True])
    def test_decision_may_tell_what_was_read(self, asked: Browser, *, is_told: bool) -> None:
        told = {"schedule_hash": stands(asked).schedule_hash} if is_told else {}
        asks_for_another(asked)
        status, answer = self.sends(asked, "accountant", DECISION, decision="approve", **told)
        assert (status, answer.get("code")) == ((409, "plan_not_approved") if is_told else (200, None))
        assert stands(asked).is_payable is not is_told

    @pytest.mark.parametrize("is_told", [False, True])
    def test_decisions_may_tell_it_of_each(self, asked: Browser, *, is_told: bool) -> None:
        told = {"schedule_hashes": {FILE: stands(asked).schedule_hash}} if is_told else {}
        asks_for_another(asked)
        body = {"ids": [FILE], "decision": "approve"} | told
        status, answer = self.sends(asked, "accountant", f"{QUEUE}/decisions", **body)
        assert (status, answer["items"][0]["done"]) == (200, not is_told)
        assert answer["items"][0]["code"] == ("plan_not_approved" if is_told else None)

    @pytest.mark.parametrize("is_many", [False, True])
    def test_decision_may_tell_the_checks_that_were_read(self, asked: Browser, *, is_many: bool) -> None:
        seen = self.waits(asked)["checks_hash"]
        is_blocked(asked)
        path, body = (DECISION, {"checks_hash": seen})
        if is_many:
            path, body = (f"{QUEUE}/decisions", {"ids": [FILE], "checks_hashes": {FILE: seen}})
        status, answer = self.sends(asked, "accountant", path, decision="approve", **body)
        code = answer["items"][0]["code"] if is_many else answer["code"]
        assert (status, code) == (200 if is_many else 409, "plan_not_approved")
        assert stands(asked).state is PlanRequestState.REQUESTED
        told = {
            "checks_hash": self.waits(asked)["checks_hash"],
            "schedule_hash": "is not looked at beside it",
        }
        status, answer = self.sends(asked, "accountant", DECISION, decision="approve", **told)
        assert (status, answer["checks_hash"]) == (200, None)

    def waits(self, browser: Browser) -> dict[str, Any]:
        known = {"email": "accountant@demo.test", "password": PASSWORD}
        token = browser.http.post("/api/v1/auth/sessions", json=known).json()["token"]
        answer = browser.http.get(f"/api/v1{QUEUE}", headers={"Authorization": f"Bearer {token}"})
        (waiting,) = answer.json()["items"]
        return dict(waiting)

    @pytest.mark.parametrize("is_told", [False, True])
    def test_payment_may_tell_it(self, asked: Browser, *, is_told: bool) -> None:
        told = {"schedule_hash": stands(asked).schedule_hash} if is_told else {}
        asks_for_another(asked)
        approves(asked)
        body = {"address": {"mode": "none"}, "instalment_rank": 1} | told
        status, answer = self.sends(asked, "student", f"/registrations/{FILE}/card-payments", **body)
        assert (status, answer.get("code")) == ((409, "plan_not_approved") if is_told else (201, None))
        assert bool(asked.ports.memory.attempts) is not is_told

    def test_registration_tells_the_schedule_of_its_request(self, asked: Browser) -> None:
        known = {"email": "student@demo.test", "password": PASSWORD}
        token = asked.http.post("/api/v1/auth/sessions", json=known).json()["token"]
        told = asked.http.get("/api/v1/registrations", headers={"Authorization": f"Bearer {token}"}).json()
        assert told["items"][0]["plan_request"]["schedule_hash"] == stands(asked).schedule_hash
