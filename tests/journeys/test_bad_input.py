"""Every refusal has its code, its status and a sentence that says what to do; nothing is written."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.conftest import Stack
from tests.journeys.conftest import Operator, Student, log_in

Request = Callable[[Student], httpx.Response]
SITUATION = "/registrations/{}/fee-situation"


def declared(student: Student, content: Any, **headers: str) -> httpx.Response:
    path = SITUATION.format(student.registration["id"])
    return student.api.put(path, content=content, headers={"Content-Type": "application/json", **headers})


REFUSALS: list[tuple[str, Request, int, str]] = [
    ("unknown situation", lambda s: s.declares("99"), 422, "fee_situation_not_allowed"),
    ("situation of others", lambda s: s.declares("42"), 422, "fee_situation_not_allowed"),
    ("not JSON", lambda s: declared(s, b"{"), 400, "body_not_json"),
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
    (
        "unknown address",
        lambda s: s.declares("05") and s.starts({"mode": "saved", "id": "x"}),
        422,
        "address_unknown",
    ),
    ("staff desk", lambda s: s.api.get("/staff/registrations"), 403, "forbidden"),
    ("wrong method", lambda s: s.api.delete("/me"), 405, "method_not_allowed"),
    ("no session", lambda s: httpx.get(f"{s.stack.portal}/api/v1/me"), 401, "session_missing"),
]


@pytest.mark.parametrize(
    ("request_of", "status", "code"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_refusal_names_its_code_and_what_to_do(
    isima: Student, request_of: Request, status: int, code: str
) -> None:
    answer = request_of(isima)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].endswith(".")
    assert isima.get("/account")["orders"] == []


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
        assert (early.status_code, early.json()["code"]) == (409, "decision_not_possible")
        isima.declares("02")
        silent = registrar.post(path, json={"decision": "refuse", "reason": ""})
        assert silent.json()["code"] == "decision_not_possible"
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
