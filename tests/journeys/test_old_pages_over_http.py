"""Pages kept from before: over HTTP, judged by the simulator's own ledger."""

import httpx

from tests.journeys.conftest import (
    ACCEPTED,
    CHALLENGED,
    Operator,
    Payer,
    Student,
    accountant,
    decides,
)


def test_page_kept_from_before_the_validation_pays_a_part_and_changes_nothing_else(
    isima: Student, operator: Operator, registrar: httpx.Client
) -> None:
    isima.declares("01").raise_for_status()
    old = isima.keeps_a_page()
    isima.declares("05").raise_for_status()
    path = f"/staff/registrations/{isima.registration['id']}/decision"
    registrar.post(path, json={"decision": "validate"}).raise_for_status()

    payer = Payer()
    payer.pays(payer.opens(old["form"]), ACCEPTED)

    after = isima.registration
    assert (after["status"], after["fee_situation"]["code"]) == ("validated", "05")
    assert not after["complete"]
    assert isima.get("/account")["totals"]["balance_cents"] == 316900
    assert isima.menu()["pay_once"] == "open"
    assert operator.captures() == [60100]

    isima.pays(ACCEPTED)

    assert operator.captures() == [60100, 316900]
    assert isima.get("/account")["totals"]["balance_cents"] == 0
    assert isima.registration["complete"]
    assert len(isima.get("/account")["invoices"]) == 1


def test_page_paid_after_the_plan_began_ends_its_debits(isima: Student, operator: Operator) -> None:
    isima.declares("01").raise_for_status()
    old = isima.keeps_a_page()
    isima.asks_for("paybox-3").raise_for_status()
    decides(isima, "approve").raise_for_status()
    isima.pays(CHALLENGED, rank=1)
    payer = Payer()
    payer.pays(payer.opens(old["form"]), ACCEPTED)

    for day in ("2022-07-10", "2022-08-10", "2022-08-11"):
        operator.debits_on(f"{day}T09:00:00+02:00")

    assert operator.captures() == [20031, 60100]


def test_refusal_without_a_reason_is_a_fault_of_the_request(isima: Student, registrar: httpx.Client) -> None:
    isima.declares("01").raise_for_status()
    path = f"/staff/registrations/{isima.registration['id']}/decision"
    answer = registrar.post(path, json={"decision": "refuse"})
    assert (answer.status_code, answer.json()["code"]) == (422, "reason_missing")


def test_blocked_plan_is_not_debited_until_the_block_is_lifted(isima: Student, operator: Operator) -> None:
    isima.declares("01").raise_for_status()
    isima.asks_for("paybox-3").raise_for_status()
    decides(isima, "approve").raise_for_status()
    isima.pays(CHALLENGED, rank=1)
    path = f"/staff/registrations/{isima.registration['id']}/block"
    desk = accountant(isima.stack)
    desk.put(path, json={"blocked": True, "reason": "litige"}).raise_for_status()
    operator.debits_on("2022-07-10T09:00:00+02:00")
    assert operator.captures() == [20031]
    desk = accountant(isima.stack)
    desk.put(path, json={"blocked": False}).raise_for_status()
    operator.debits_on("2022-07-11T09:00:00+02:00")
    assert operator.captures() == [20031, 20031]
