"""Menus 2b and 3 over HTTP, against the running product; the gateway's own books are the judge."""

import pytest

from tests.journeys.conftest import (
    ACCEPTED,
    Operator,
    Student,
    accountant,
    decides,
    log_in,
    started,
)

E_CARD = "1111222233330021"
JULY = "2022-07-10T00:30:00+02:00"  # the 9th by UTC
AUGUST = "2022-08-12T09:00:00+02:00"  # two days late, while the campaign is closed


def test_601_euros_in_three_are_debited_on_the_10th_and_never_twice(
    isima: Student, operator: Operator
) -> None:
    started(isima)
    assert operator.captures() == [20031]
    (invoice,) = isima.get("/invoices")["items"]
    assert (invoice["total_cents"], invoice["paid_cents"], invoice["settled_on"]) == (60100, 20031, None)
    operator.debits_on("2022-07-09T23:30:00+02:00")
    assert operator.captures() == [20031]
    for _ in range(2):
        operator.debits_on(JULY)
    assert operator.captures() == [20031, 20031]
    for _ in range(2):
        operator.debits_on(AUGUST)
    operator.runs("reconcile_payments")
    assert operator.captures() == [20031, 20031, 20038]
    isima.logs_in_again()
    account = isima.get("/account")
    assert account["totals"] == {
        "debit_cents": 60100,
        "credit_cents": 60100,
        "balance_cents": 0,
        "position_cents": 0,
    }
    (invoice,) = isima.get("/invoices")["items"]
    assert (invoice["paid_cents"], invoice["settled_on"]) == (60100, "2022-08-12")
    assert account["orders"][0]["settled_on"] == "2022-08-12"
    assert isima.menu()["pay_plan"] == "done"


def test_3770_euros_in_six(isima: Student, operator: Operator) -> None:
    started(isima, situation="05", plan="paybox-6")
    for day in ("2022-07-10", "2022-08-10", "2022-09-10", "2022-10-10", "2022-11-10"):
        for hour in ("01:30", "07:00"):
            operator.debits_on(f"{day}T{hour}:00+02:00")
    assert operator.captures() == [62835, *[62833] * 5]
    isima.logs_in_again()
    assert isima.get("/account")["totals"]["balance_cents"] == 0
    assert len(isima.get("/invoices")["items"]) == 1
    assert set(isima.instalment_states()) == {"paid"}


class TestAsking:
    def test_dates_and_cents_are_shown_before(self, isima: Student) -> None:
        isima.declares("01")
        path = f"/registrations/{isima.registration['id']}/plans"
        three, six = isima.get(f"{path}?first_on=2022-06-24")["items"]
        assert [(each["due_on"], each["amount_cents"]) for each in three["instalments"]] == [
            ("2022-06-24", 20031),
            ("2022-07-10", 20031),
            ("2022-08-10", 20038),
        ]
        assert (three["allowed"], three["reason"]) == (True, "")
        assert six["allowed"] is False
        assert "1 000,00" in six["reason"].replace("\N{NARROW NO-BREAK SPACE}", " ")
        later = isima.get(f"{path}?first_on=2022-07-10")["items"][0]
        assert [each["due_on"] for each in later["instalments"][1:]] == ["2022-08-10", "2022-09-10"]
        assert later["schedule_hash"] == three["schedule_hash"]

    def test_request_is_replaced_taken_back_and_asked_again(self, isima: Student) -> None:
        isima.declares("05")
        offers = isima.get(f"/registrations/{isima.registration['id']}/plans")["items"]
        for offer in reversed(offers):
            told = {name: offer[name] for name in ("plan", "schedule_hash")}
            asked = isima.asks_for(offer["plan"]).json()["plan_request"]
            assert len(asked.pop("seen_hash")) == 16
            assert asked == told | {"state": "requested", "reason": ""}
        assert isima.menu()["pay_once"] == "closed"
        (entry,) = accountant(isima.stack).get("/staff/plan-requests").json()["items"]
        assert (entry["holder"], entry["plan"], entry["total_cents"]) == ("TESTCD Chris", "paybox-3", 377000)
        back = isima.takes_back_the_request().json()
        assert back["plan_request"]["state"] == "withdrawn"
        assert accountant(isima.stack).get("/staff/plan-requests").json()["items"] == []
        assert isima.menu()["pay_once"] == "open"

    def test_menu_2a_says_why_it_is_closed(self, isima: Student) -> None:
        isima.declares("01")
        isima.asks_for("paybox-3")
        for _ in ("requested", "approved"):
            closed = next(item for item in isima.get("/menu")["items"] if item["key"] == "pay_once")
            assert closed["state"] == "closed"
            assert "2b" in closed["reason"]
            decides(isima, "approve")
        assert isima.menu()["pay_plan"] == "open"

    def test_approval_and_refusal_are_mailed(self, isima: Student, operator: Operator) -> None:
        isima.declares("01")
        isima.asks_for("paybox-3")
        refused = decides(isima, "refuse", "Impayé de l'an dernier.").json()
        assert refused["state"] == "refused"
        assert isima.registration["plan_request"]["reason"] == "Impayé de l'an dernier."
        assert isima.menu()["pay_once"] == "open"
        operator.runs("publish_outbox")
        isima.asks_for("paybox-3")
        assert decides(isima, "approve").json()["state"] == "approved"
        assert decides(isima, "approve").status_code == 200
        operator.runs("publish_outbox")
        (no, yes) = operator.mails()
        assert "Impayé de l'an dernier." in no["text"]
        assert "/pay-plan" in yes["text"]

    def test_started_plan_is_final(self, isima: Student) -> None:
        started(isima)
        for answer in (isima.asks_for("paybox-6"), isima.takes_back_the_request()):
            assert (answer.status_code, answer.json()["code"]) == (409, "plan_locked")
        assert isima.starts().json()["code"] == "plan_locked"
        assert isima.starts(rank=1).json()["code"] == "instalment_not_payable"
        assert isima.starts(rank=2).status_code == 201
        assert isima.starts(rank=3).json()["code"] == "instalment_not_payable"

    def test_request_after_a_payment_is_refused(self, isima: Student) -> None:
        isima.declares("01")
        isima.pays(ACCEPTED)
        answer = isima.asks_for("paybox-3")
        assert (answer.status_code, answer.json()["code"]) == (409, "already_paid")


class TestFirstInstalment:
    def test_starts_the_plan_with_one_invoice_and_a_mail(self, isima: Student, operator: Operator) -> None:
        started(isima)
        shown = isima.instalments()
        assert [(each["rank"], each["state"], each["remaining_cents"]) for each in shown["items"]] == [
            (1, "paid", 0),
            (2, "due", 20031),
            (3, "due", 20038),
        ]
        assert shown["automatic_total_cents"] == 40069
        facts = {(e["invoice_number"], e["invoice_date"], e["invoice_total_cents"]) for e in shown["items"]}
        assert facts == {(9196, "2022-06-24", 60100)}
        totals = isima.get("/account")["totals"]
        assert (totals["balance_cents"], totals["position_cents"]) == (40069, 0)
        operator.runs("publish_outbox")
        assert "1re échéance sur 3" in operator.mails()[-1]["text"]

    def test_same_key_finds_the_same_page_and_pays_no_other_part(self, isima: Student) -> None:
        isima.declares("01")
        isima.asks_for("paybox-3")
        decides(isima, "approve")
        first, again = (isima.starts(rank=1, key="one") for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["id"] == again.json()["id"]
        assert first.json()["amount_cents"] == 20031
        assert isima.starts(rank=2, key="one").json()["code"] == "idempotency_key_reused"
        assert isima.starts(rank=2).json()["code"] == "instalment_not_payable"

    @pytest.mark.parametrize(("card", "expires"), [(E_CARD, "12/28"), (ACCEPTED, "07/22")])
    def test_card_that_would_end_too_early_starts_nothing(
        self, isima: Student, operator: Operator, card: str, expires: str
    ) -> None:
        isima.declares("01")
        isima.asks_for("paybox-3")
        decides(isima, "approve")
        attempt = isima.pays(card, rank=1, expires=expires)
        assert isima.state_of(attempt) == "refused"
        assert operator.captures() == []
        assert isima.instalments()["items"] == []
        assert isima.state_of(isima.pays(ACCEPTED, rank=1)) == "paid"


def test_debits_are_announced_taken_and_reported(isima: Student, operator: Operator) -> None:
    started(isima)
    operator.moves_the_clock_to("2022-07-03T09:00:00+02:00")
    operator.runs("publish_outbox")
    (notice,) = (mail for mail in operator.mails() if "Prélèvement" in mail["subject"])
    assert "10/07/2022 sur votre carte bancaire se terminant par 12." in " ".join(notice["text"].split())
    operator.debits_on(JULY)
    assert "Votre échéance de 200,31 € est réglée" in operator.subjects()
    for email in ("accountant@demo.test", "auditor@demo.test"):
        run = log_in(isima.stack, email).get("/staff/debit-runs/2022-07-10").json()
        assert (run["due"], run["paid"], run["refused"], run["unknown"]) == (1, 1, 0, 0)
        assert (run["due_cents"], run["paid_cents"]) == (20031, 20031)


def test_after_an_outage_one_is_taken_and_the_other_is_moved_announced_and_reported(
    isima: Student, operator: Operator
) -> None:
    started(isima)
    operator.debits_on("2022-08-19T09:00:00+02:00")
    operator.runs("check_debits")
    operator.debits_on("2022-08-20T09:00:00+02:00")
    assert operator.captures() == [20031, 20031]
    isima.logs_in_again()
    assert [each["due_on"] for each in isima.instalments()["items"]][2] == "2022-09-10"
    run = log_in(isima.stack, "accountant@demo.test").get("/staff/debit-runs/2022-08-19").json()
    (moved,) = run["moved"]
    assert (moved["amount_cents"], moved["from_day"], moved["to_day"]) == (20038, "2022-08-10", "2022-09-10")
    operator.moves_the_clock_to("2022-09-03T09:00:00+02:00")
    operator.runs("publish_outbox")
    notices = [mail for mail in operator.mails() if "Prélèvement" in mail["subject"]]
    assert ["10/09/2022" in mail["subject"] for mail in notices] == [True]
    operator.debits_on("2022-09-10T09:00:00+02:00")
    assert operator.captures() == [20031, 20031, 20038]
