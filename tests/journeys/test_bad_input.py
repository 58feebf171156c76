"""Every refusal has its code, its status and a sentence that says what to do; nothing is written."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.conftest import Stack
from tests.journeys.conftest import Operator, Student, log_in, started

Request = Callable[[Student], httpx.Response]
SITUATION = "/registrations/{}/fee-situation"


def declared(student: Student, content: Any, **headers: str) -> httpx.Response:
    path = SITUATION.format(student.registration["id"])
    return student.api.put(path, content=content, headers={"Content-Type": "application/json", **headers})


def of(student: Student, what: str) -> str:
    return f"/registrations/{student.registration['id']}/{what}"


def planned(student: Student) -> Student:
    student.declares("01")
    student.asks_for("paybox-3").raise_for_status()
    return student


def home(**changes: str) -> dict[str, Any]:
    address = {"line1": "1 rue A", "zip_code": "63000", "city": "Clermont", "country": "FR"}
    return {"mode": "new", **address, "phone_country_code": "+33", "phone": "0600000000", **changes}


OF_ANYBODY: list[tuple[str, Request, int, str]] = [
    ("unknown situation", lambda s: s.declares("99"), 422, "fee_situation_not_allowed"),
    ("situation of others", lambda s: s.declares("42"), 422, "fee_situation_not_allowed"),
    ("not JSON", lambda s: declared(s, b"{"), 400, "body_not_json"),
    ("no UTF-8", lambda s: declared(s, '{"code": "05\xe9"}'.encode("latin-1")), 400, "body_not_json"),
    ("a byte lost before", lambda s: declared(s, '{"code": "05\ufffd"}'), 400, "body_not_json"),
    ("the same, escaped", lambda s: declared(s, rb'{"code": "05\uFFFD"}'), 400, "body_not_json"),
    ("a name given twice", lambda s: declared(s, b'{"code": "05", "code": "01"}'), 400, "body_not_json"),
    ("too deep", lambda s: declared(s, b"[" * 16000), 400, "body_not_json"),
    ("too large", lambda s: declared(s, b'"' + b"x" * 17000 + b'"'), 413, "body_too_large"),
    ("wrong type", lambda s: declared(s, b'{"code": 5}'), 422, "validation_failed"),
    ("unknown field", lambda s: declared(s, b'{"code": "05", "x": 1}'), 422, "validation_failed"),
    (
        "other media type",
        lambda s: declared(s, b"x", **{"Content-Type": "text/xml"}),
        415,
        "unsupported_media_type",
    ),
    ("another's id", lambda s: s.api.get("/registrations/ffffffffffffffff-1"), 404, "not_found"),
    ("another's payment", lambda s: s.api.get("/card-payments/ffffffffffffffff-1-x"), 404, "not_found"),
    ("no such invoice", lambda s: s.api.get("/invoices/1/pdf"), 404, "not_found"),
    ("not a number", lambda s: s.api.post("/invoices/one/pdf"), 404, "not_found"),
    ("no situation yet", lambda s: s.starts(), 409, "fee_situation_missing"),
    ("endless address", lambda s: s.starts(home(line1="x" * 10_000)), 422, "validation_failed"),
    ("emoji for an address", lambda s: s.starts(home(line1="🏠🏡")), 422, "validation_failed"),
    ("control characters", lambda s: s.starts(home(city="Cler\x07mont")), 422, "validation_failed"),
    ("no telephone", lambda s: s.starts(home(phone="0000000000")), 422, "validation_failed"),
    ("plan, no situation", lambda s: s.asks_for("paybox-3"), 409, "fee_situation_missing"),
    ("offers, no situation", lambda s: s.api.get(of(s, "plans")), 409, "fee_situation_missing"),
    ("not a day", lambda s: s.api.get(of(s, "plans?first_on=demain")), 422, "validation_failed"),
    ("a day of no time", lambda s: s.api.get(of(s, "plans?first_on=9999-12-31")), 422, "validation_failed"),
    (
        "a day given twice",
        lambda s: s.api.get(of(s, "plans?first_on=2022-07-10&first_on=2022-08-10")),
        422,
        "validation_failed",
    ),
    ("nothing to take back", lambda s: s.takes_back_the_request(), 404, "not_found"),
    ("part 0", lambda s: s.starts(rank=0), 422, "validation_failed"),
    ("another's plan", lambda s: s.api.get("/registrations/ffffffffffffffff-1/plans"), 404, "not_found"),
    ("another's parts", lambda s: s.api.get("/registrations/f-1/instalments"), 404, "not_found"),
    ("another's request", lambda s: s.api.delete("/registrations/f-1/plan-request"), 404, "not_found"),
    ("conflicts", lambda s: s.api.get("/staff/conflicts"), 403, "forbidden"),
    ("plan desk", lambda s: s.api.get("/staff/plan-requests"), 403, "forbidden"),
    ("debits' desk", lambda s: s.api.get("/staff/debit-runs/2022-07-10"), 403, "forbidden"),
    ("codes", lambda s: s.api.get(f"/staff{of(s, 'instalments')}"), 403, "forbidden"),
    ("staff desk", lambda s: s.api.get("/staff/registrations"), 403, "forbidden"),
    ("wrong method", lambda s: s.api.delete("/me"), 405, "method_not_allowed"),
    ("no session", lambda s: httpx.get(f"{s.stack.portal}/api/v1/me"), 401, "session_missing"),
]
"""What a student is refused who has done nothing yet."""
OF_WHO_HAS_BEGUN: list[tuple[str, Request, int, str]] = [
    (
        "unknown address",
        lambda s: s.declares("05") and s.starts({"mode": "saved", "id": "x"}),
        422,
        "address_unknown",
    ),
    ("6 parts under 1000 €", lambda s: s.declares("01") and s.asks_for("paybox-6"), 422, "plan_not_allowed"),
    ("plan of others", lambda s: s.declares("01") and s.asks_for("paybox-12"), 422, "plan_not_allowed"),
    ("plan of 0 €", lambda s: s.declares("02") and s.asks_for("paybox-3"), 409, "nothing_to_pay"),
    ("at once, plan requested", lambda s: planned(s).starts(), 409, "plan_binding"),
    ("other situation, plan requested", lambda s: planned(s).declares("05"), 409, "plan_binding"),
    ("part, not approved", lambda s: planned(s).starts(rank=1), 409, "plan_not_approved"),
    ("part of no plan", lambda s: s.declares("01") and s.starts(rank=2), 409, "plan_not_approved"),
]


def told_of(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of a refusal that has the form of all."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].endswith(".")
    return answer.status_code, answer.json()["code"]


def test_refusals_of_anybody_name_their_code_and_what_to_do(isima: Student) -> None:
    told = {name: told_of(request_of(isima)) for name, request_of, *_ in OF_ANYBODY}
    assert told == {name: (status, code) for name, _, status, code in OF_ANYBODY}
    assert isima.get("/account")["orders"] == []


@pytest.mark.parametrize(
    ("request_of", "status", "code"),
    [row[1:] for row in OF_WHO_HAS_BEGUN],
    ids=[row[0] for row in OF_WHO_HAS_BEGUN],
)
def test_refusal_of_who_has_begun_names_its_code_and_what_to_do(
    isima: Student, request_of: Request, status: int, code: str
) -> None:
    assert told_of(request_of(isima)) == (status, code)
    assert isima.get("/account")["orders"] == []


@pytest.mark.parametrize("rank", [1, 3, 9], ids=["paid", "not next", "none such"])
def test_part_that_is_not_to_be_paid_by_hand_is_not_started(isima: Student, rank: int) -> None:
    started(isima)
    answer = isima.starts(rank=rank)
    assert (answer.status_code, answer.json()["code"]) == (409, "instalment_not_payable")


def test_head_answers_as_get_does_without_its_body(isima: Student) -> None:
    asked, looked = isima.api.get("/me"), isima.api.head("/me")
    assert (looked.status_code, looked.content) == (200, b"")
    assert looked.headers["content-type"] == asked.headers["content-type"]
    assert isima.api.head("/no-such-address").status_code == 404


def test_expired_token_says_to_log_in_again(isima: Student, operator: Operator) -> None:
    operator.moves_the_clock_to("2022-06-24T19:00:00+02:00")
    answer = isima.api.get("/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "session_missing")


def test_closed_session_is_gone_at_the_next_request(isima: Student) -> None:
    assert isima.api.delete("/auth/sessions/current").status_code == 204
    assert isima.api.get("/me").status_code == 401


def test_wrong_password_and_unknown_address_answer_alike(stack: Stack) -> None:
    answers = [
        httpx.post(f"{stack.portal}/api/v1/auth/sessions", json={"email": email, "password": "wrong"})
        for email in ("student@demo.test", "nobody@demo.test")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert answers[0].json() == answers[1].json()


class TestDesk:
    def test_refusal_needs_a_reason_and_a_declared_situation(
        self, isima: Student, registrar: httpx.Client
    ) -> None:
        path = f"/staff/registrations/{isima.registration['id']}/decision"
        early = registrar.post(path, json={"decision": "validate", "reason": ""})
        assert (early.status_code, early.json()["code"]) == (409, "not_declared")
        isima.declares("02")
        silent = registrar.post(path, json={"decision": "refuse", "reason": ""})
        assert silent.json()["code"] == "reason_missing"
        refused = registrar.post(path, json={"decision": "refuse", "reason": "pièce manquante"})
        assert refused.json()["status"] == "refused"
        assert isima.registration["reason"] == "pièce manquante"

    def test_accountant_reads_the_queue_but_does_not_decide(self, isima: Student) -> None:
        accountant = log_in(isima.stack, "accountant@demo.test")
        holders = [each["holder"] for each in accountant.get("/staff/registrations").json()["items"]]
        assert "TESTCD Chris" in holders
        path = f"/staff/registrations/{isima.registration['id']}/decision"
        assert accountant.post(path, json={"decision": "validate", "reason": ""}).status_code == 403

    def test_ticked_steps_are_seen(self, isima: Student, registrar: httpx.Client) -> None:
        path = f"/staff/registrations/{isima.registration['id']}/seen-steps"
        assert registrar.put(path, json={"seen_steps": ["cvec"]}).status_code in {200, 404}
        unknown = registrar.put(path, json={"seen_steps": ["nothing"]})
        assert unknown.status_code == 404


class TestPlanDesk:
    @pytest.fixture
    def accountant(self, stack: Stack) -> httpx.Client:
        return log_in(stack, "accountant@demo.test")

    def test_refusal_needs_a_reason_and_a_request(self, isima: Student, accountant: httpx.Client) -> None:
        path = f"/staff/plan-requests/{isima.registration['id']}/decision"
        early = accountant.post(path, json={"decision": "approve"})
        assert (early.status_code, early.json()["code"]) == (404, "not_found")
        planned(isima)
        silent = accountant.post(path, json={"decision": "refuse", "reason": " "})
        assert (silent.status_code, silent.json()["code"]) == (422, "reason_missing")
        unknown = accountant.post(path, json={"decision": "maybe"})
        assert (unknown.status_code, unknown.json()["code"]) == (422, "validation_failed")
        assert isima.registration["plan_request"]["state"] == "requested"

    def test_request_taken_back_cannot_be_decided(self, isima: Student, accountant: httpx.Client) -> None:
        planned(isima).takes_back_the_request()
        path = f"/staff/plan-requests/{isima.registration['id']}/decision"
        late = accountant.post(path, json={"decision": "approve"})
        assert (late.status_code, late.json()["code"]) == (409, "already_decided")

    def test_what_is_not_a_day_names_no_run(self, accountant: httpx.Client) -> None:
        days = ("demain", "2022-7-1", "20220710", "2022-02-30")
        told = {day: accountant.get(f"/staff/debit-runs/{day}").json()["code"] for day in days}
        assert told == dict.fromkeys(days, "not_found")

    def test_instalment_that_does_not_exist_cannot_be_released(
        self, isima: Student, accountant: httpx.Client
    ) -> None:
        path, ranks = f"/staff/instalments/{isima.registration['id']}", ("0", "1", "99", "999", "-1", "one")
        told = {rank: accountant.post(f"{path}/{rank}/release").json()["code"] for rank in ranks}
        assert told == dict.fromkeys(ranks, "not_found")

    def test_registrar_may_do_nothing_of_it(self, isima: Student, registrar: httpx.Client) -> None:
        registration_id = planned(isima).registration["id"]
        answers = [
            registrar.get("/staff/plan-requests"),
            registrar.post(f"/staff/plan-requests/{registration_id}/decision", json={"decision": "approve"}),
            registrar.get("/staff/debit-runs/2022-07-10"),
            registrar.get(f"/staff/registrations/{registration_id}/instalments"),
            registrar.post(f"/staff/instalments/{registration_id}/2/release"),
        ]
        assert [each.status_code for each in answers] == [403] * 5
