"""The registrar's corrections over HTTP: the simulator's ledger is the judge of what moved."""

from typing import Any

import httpx

from tests.journeys.conftest import ACCEPTED, Operator, Student, log_in, started
from tests.journeys.test_money_out_over_http import decides, moves

REASON = "Bourse notifiée en octobre."


def corrects(desk: httpx.Client, student: Student, act: str, key: str, **body: Any) -> httpx.Response:
    address = f"/staff/registrations/{student.registration['id']}/{act}"
    return desk.post(address, json=body, headers={"Idempotency-Key": key})


def approves_all(operator: Operator) -> None:
    desk = log_in(operator.stack, "accountant2@demo.test")
    for refund in desk.get("/staff/refunds?state=prepared").json()["items"]:
        answer = decides(desk, refund)
        assert answer.status_code == 200, answer.text
    operator.runs("reconcile_payments")


def test_grant_in_mid_plan_gives_all_back_and_debits_nothing_more(isima: Student, operator: Operator) -> None:
    started(isima)
    operator.debits_on("2022-07-10T09:00:00+02:00")
    assert operator.captures() == [20_031, 20_031]
    isima.logs_in_again()
    desk, body = log_in(operator.stack, "registrar@demo.test"), {"code": "02", "reason": REASON}
    seen = corrects(desk, isima, "fee-situation?preview=true", "grant-0", **body)
    assert seen.status_code == 200, seen.text
    assert [each["after_cents"] for each in seen.json()["debits"]] == [0]
    assert isima_owes(operator, isima) == 20_038

    wrong = corrects(desk, isima, "fee-situation", "grant-1", **body, seen_hash="0" * 64)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "correction_moved")
    done = corrects(desk, isima, "fee-situation", "grant-2", **body, seen_hash=seen.json()["seen_hash"])
    assert done.status_code == 200, done.text
    assert corrects(
        desk, isima, "fee-situation", "grant-2", **body, seen_hash=seen.json()["seen_hash"]
    ).json() == (done.json())
    assert (done.json()["credit_note_cents"], done.json()["to_give_back_cents"]) == (60_100, 40_062)
    assert len(done.json()["refunds"]) == 2
    assert [kind for kind, _ in moves(operator)] == ["capture", "capture"]

    approves_all(operator)
    back = moves(operator)[2:]  # one that was not remitted yet is voided
    assert [cents for _, cents in back] == [20_031, 20_031]
    assert {kind for kind, _ in back} <= {"refund", "cancel"}
    assert isima_owes(operator, isima) == 0
    operator.debits_on("2022-08-10T09:00:00+02:00")
    assert operator.captures() == [20_031, 20_031]
    isima.logs_in_again()
    account = isima.get("/account")
    assert len(account["credit_notes"]) == 1
    assert [each["amount_cents"] for each in account["refunds"]] == [20_031, 20_031]


def isima_owes(operator: Operator, isima: Student) -> int:
    isima.logs_in_again()
    balance: int = isima.get("/account")["totals"]["balance_cents"]
    return balance


def test_withdrawal_before_the_year_leaves_the_fee(isima: Student, operator: Operator) -> None:
    isima.declares("01")
    isima.pays(ACCEPTED)
    desk, day = log_in(operator.stack, "registrar@demo.test"), operator.time().date().isoformat()
    asked = {"asked_on": day, "reason": "Part étudier ailleurs."}
    refused = corrects(desk, isima, "withdrawal", "gone-0", **asked, kept_cents=60_100)
    assert (refused.status_code, refused.json()["code"]) == (422, "kept_not_possible")
    done = corrects(desk, isima, "withdrawal", "gone-1", **asked)
    assert done.status_code == 200, done.text
    assert (done.json()["kept_cents"], done.json()["to_give_back_cents"]) == (2_300, 57_800)
    approves_all(operator)
    assert moves(operator)[-1][1] == 57_800
    assert isima.get("/account")["totals"]["balance_cents"] == 0
    assert isima.menu()["pay_once"] == "closed"
    assert "Votre désistement est noté" in operator.subjects()
