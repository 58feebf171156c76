"""Credit notes, refunds and cheques over HTTP: the simulator's ledger is the judge of what moved."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.journeys.conftest import ACCEPTED, Operator, Student, accountant, log_in

REASON = "Bourse obtenue en octobre."


def asks_back(desk: httpx.Client, payment: str, cents: int, seen_cents: int, key: str) -> httpx.Response:
    body = {"amount_cents": cents, "refundable_seen_cents": seen_cents, "method": "card", "reason": REASON}
    address = f"/staff/payments/{payment}/refunds"
    return desk.post(address, json=body, headers={"Idempotency-Key": key})


def decides(desk: httpx.Client, refund: dict[str, Any]) -> httpx.Response:
    body = {"decision": "approve", "reason": "", "sheet_hash": refund["sheet_hash"]}
    return desk.post(f"/staff/refunds/{refund['id']}/approval", json=body)


def moves(operator: Operator) -> list[tuple[str, int]]:
    operations = httpx.get(f"{operator.stack.paybox}/_ledger").json()["operations"]
    told = ("capture", "refund", "cancel")
    return [(each["type"], each["amount_cents"]) for each in operations if each["type"] in told]


def test_refund_is_prepared_by_one_approved_by_another_and_given_back_once(
    isima: Student, operator: Operator
) -> None:
    first, second = accountant(operator.stack), log_in(operator.stack, "accountant2@demo.test")
    isima.declares("01")
    isima.pays(ACCEPTED)
    number = isima.get("/invoices")["items"][0]["number"]
    noted = first.post(
        f"/staff/invoices/{number}/credit-notes",
        json={"amount_cents": 10_000, "reason": REASON, "registration": isima.registration["id"]},
        headers={"Idempotency-Key": "note-1"},
    )
    assert noted.status_code == 201, noted.text
    held = first.get("/staff/credits").json()
    assert held["total_cents"] == 10_000
    payment = held["items"][0]["payments"][0]["id"]

    prepared = asks_back(first, payment, 10_000, 60_100, "refund-1")
    assert prepared.status_code == 201, prepared.text
    stale = asks_back(second, payment, 10_000, 60_100, "refund-2")
    assert (stale.status_code, stale.json()["code"]) == (409, "refundable_changed")
    assert decides(first, prepared.json()).status_code in {403, 409}
    assert moves(operator) == [("capture", 60_100)]

    approved = decides(second, prepared.json())
    assert approved.status_code == 200, approved.text
    assert decides(second, prepared.json()).status_code != 500
    operator.runs("reconcile_payments")
    assert moves(operator) == [("capture", 60_100), ("refund", 10_000)]
    account = isima.get("/account")
    assert account["totals"]["balance_cents"] == 0
    assert [each["amount_cents"] for each in account["refunds"]] == [10_000]
    assert len(account["credit_notes"]) == 1
    assert first.get("/staff/credits").json()["total_cents"] == 0


def test_eight_requests_of_two_accountants_at_once_give_back_once(isima: Student, operator: Operator) -> None:
    """Four tabs each; whoever comes late reads how much is left and of what, or who was faster."""
    people = [accountant(operator.stack), log_in(operator.stack, "accountant2@demo.test")]
    isima.declares("01")
    isima.pays(ACCEPTED)
    (payment,) = isima.get("/account")["payments"]
    desks = people * 4

    def prepares(number: int) -> httpx.Response:
        return asks_back(desks[number], payment["id"], 60_000, 60_100, f"tab-{number}")

    with ThreadPoolExecutor(len(desks)) as pool:
        answers = list(pool.map(prepares, range(len(desks))))
        (made,) = [each.json() for each in answers if each.status_code == 201]
        late = [each.json() for each in answers if each.status_code != 201]
        assert {(each["status"], each["code"]) for each in late} == {(409, "refundable_changed")}
        assert all("1,00\xa0€" in each["detail"] and "600,00\xa0€" in each["detail"] for each in late)
        decided = list(pool.map(lambda desk: decides(desk, made), desks))
    assert {each.status_code for each in decided} <= {200, 403, 409}
    operator.runs("reconcile_payments")
    assert moves(operator) == [("capture", 60_100), ("refund", 60_000)]
    assert isima.get("/account")["totals"]["balance_cents"] == 60_000


def test_cheque_pays_the_invoice_and_bounces(isima: Student, operator: Operator) -> None:
    desk = accountant(operator.stack)
    isima.declares("01")
    address = f"/staff/registrations/{isima.registration['id']}/payments"
    body = {
        "method": "cheque",
        "amount_cents": 60_100,
        "reference": "0004711",
        "received_on": operator.time().date().isoformat(),
    }
    entered = desk.post(address, json=body, headers={"Idempotency-Key": "cheque-1"})
    assert entered.status_code == 201, entered.text
    again = desk.post(address, json=body, headers={"Idempotency-Key": "cheque-1"})
    assert again.json()["id"] == entered.json()["id"]
    assert isima.get("/account")["totals"]["balance_cents"] == 0

    bounce = f"/staff/payments/{entered.json()['id']}/bounce"
    returned = desk.post(bounce, json={"amount_cents": 60_100, "reason": "Sans provision."})
    assert returned.status_code == 200, returned.text
    assert desk.post(bounce, json={"amount_cents": 60_100, "reason": "Encore."}).status_code == 409
    assert isima.get("/account")["totals"]["balance_cents"] == 60_100
    assert moves(operator) == []
