"""Debits that were refused or left without a clear answer; the gateway's own books are the judge."""

import pytest

from tests.journeys.conftest import (
    ACCEPTED,
    CHALLENGED,
    Operator,
    Student,
    accountant,
    seen_by_staff,
    started,
)

SOFT, HARD = "1111222233330151", "1111222233330143"
NEEDS_AUTHENTICATION, EXPIRED = "1111222233330101", "1111222233330154"
JULY = "2022-07-10T00:30:00+02:00"
AUGUST = "2022-08-12T09:00:00+02:00"
DEBIT = {"TYPE": "00053"}


class TestUnclearDebit:
    def test_charged_but_unheard_is_pending_then_booked_once(
        self, isima: Student, operator: Operator
    ) -> None:
        started(isima)
        operator.breaks({"match": DEBIT, "effect": "apply_then_drop", "times": 1})
        operator.debits_on(JULY)
        isima.logs_in_again()
        assert isima.instalment_states() == ["paid", "pending", "due"]
        assert isima.starts(rank=2).json()["code"] == "payment_unclear"
        assert operator.captures() == [20031, 20031]
        operator.debits_on("2022-07-10T00:40:00+02:00")
        operator.runs("reconcile_payments")
        assert isima.instalment_states() == ["paid", "paid", "due"]
        assert operator.captures() == [20031, 20031]
        assert len(isima.get("/account")["payments"]) == 2

    def test_answer_to_another_question_is_not_believed(self, isima: Student, operator: Operator) -> None:
        started(isima)
        operator.breaks({"match": DEBIT, "effect": "wrong_echo", "times": 1})
        operator.debits_on(JULY)
        isima.logs_in_again()
        assert isima.instalment_states()[1] == "pending"
        operator.moves_the_clock_to("2022-07-10T00:40:00+02:00")
        operator.runs("reconcile_payments")
        assert isima.instalment_states()[1] == "paid"
        assert operator.captures() == [20031, 20031]

    def test_never_received_is_asked_twice_and_sent_again_the_same_day(
        self, isima: Student, operator: Operator
    ) -> None:
        started(isima)
        operator.breaks({"match": DEBIT, "effect": "drop", "times": 1})
        operator.debits_on(JULY)
        for minute in (40, 50):
            operator.moves_the_clock_to(f"2022-07-10T00:{minute}:00+02:00")
            operator.runs("reconcile_payments")
        assert operator.captures() == [20031, 20031]
        isima.logs_in_again()
        assert isima.instalment_states()[1] == "paid"

    def test_on_another_day_only_a_named_person_releases_it(self, isima: Student, operator: Operator) -> None:
        started(isima)
        operator.breaks({"match": DEBIT, "effect": "drop", "times": 1})
        operator.debits_on(JULY)
        for minute in (10, 20, 30):
            operator.debits_on(f"2022-07-11T00:{minute}:00+02:00")
            operator.runs("reconcile_payments")
        isima.logs_in_again()
        assert isima.instalment_states()[1] == "pending"
        assert seen_by_staff(isima)[1]["state"] == "conflict"
        assert operator.captures() == [20031]
        desk = accountant(isima.stack)
        assert [each["rank"] for each in desk.get("/staff/conflicts").json()["items"]] == [2]
        release = f"/staff/instalments/{isima.registration['id']}/2/release"
        assert desk.post(release).json()["state"] == "due"
        assert desk.post(release).json()["code"] == "release_not_possible"
        operator.runs("plan_debits")
        assert operator.captures() == [20031, 20031]


class TestRefusedDebit:
    def test_soft_refusal_climbs_the_ladder_into_arrears_and_is_healed_by_hand(
        self, isima: Student, operator: Operator
    ) -> None:
        started(isima, card=SOFT)
        for day, state in (("10", "due"), ("13", "due"), ("20", "arrears"), ("21", "arrears")):
            operator.debits_on(f"2022-07-{day}T07:00:00+02:00")
            isima.logs_in_again()
            assert isima.instalment_states()[1] == state
        late = isima.instalments()["items"][1]
        assert late["payable"] is True
        assert "151" not in str(late)
        (tried,) = (each for each in seen_by_staff(isima) if each["rank"] == 2)
        assert [each["code"] for each in tried["debits"]] == ["00151"] * 3
        account = isima.get("/account")
        assert (account["unpaid_cents"], account["totals"]["position_cents"]) == (20031, 20031)
        told = [each for each in operator.subjects() if "200,31" in each]
        assert len([each for each in told if "n'a pas pu être prélevée" in each]) == 2
        assert "Votre échéance de 200,31 € est impayée" in told
        assert isima.state_of(isima.pays(ACCEPTED, rank=2)) == "paid"
        assert isima.get("/account")["unpaid_cents"] == 0
        operator.debits_on(AUGUST)
        assert operator.captures() == [20031, 20031, 20038]

    def test_paying_by_hand_before_the_retry_calls_it_off(self, isima: Student, operator: Operator) -> None:
        started(isima, card=SOFT)
        operator.debits_on(JULY)
        isima.logs_in_again()
        assert isima.instalments()["items"][1]["next_try_on"] == "2022-07-13"
        isima.pays(ACCEPTED, rank=2)
        operator.debits_on("2022-07-13T07:00:00+02:00")
        assert operator.captures() == [20031, 20031]

    @pytest.mark.parametrize("card", [HARD, NEEDS_AUTHENTICATION, EXPIRED])
    def test_useless_card_asks_for_the_payer_and_another_card_goes_on(
        self, isima: Student, operator: Operator, card: str
    ) -> None:
        started(isima, card=card)
        for day in ("10", "13", "20"):
            operator.debits_on(f"2022-07-{day}T07:00:00+02:00")
        assert operator.subjects().count("Votre échéance de 200,31 € attend votre paiement") == 1
        isima.logs_in_again()
        assert isima.instalment_states() == ["paid", "needs_payer", "due"]
        assert len(seen_by_staff(isima)[1]["debits"]) == 1
        assert isima.state_of(isima.pays(CHALLENGED, rank=2)) == "paid"
        operator.debits_on(AUGUST)
        assert operator.captures() == [20031, 20031, 20038]
        isima.logs_in_again()
        assert isima.get("/account")["totals"]["balance_cents"] == 0

    def test_token_the_gateway_no_longer_knows_asks_for_the_payer(
        self, isima: Student, operator: Operator
    ) -> None:
        started(isima)
        operator.breaks({"match": DEBIT, "effect": "refuse", "code": "00017"})
        operator.debits_on(JULY)
        isima.logs_in_again()
        assert isima.instalment_states()[1] == "needs_payer"
        assert operator.captures() == [20031]
