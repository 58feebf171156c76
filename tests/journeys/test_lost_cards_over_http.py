"""The card of a plan whose notification is lost, over HTTP: the simulator's ledger is the judge."""

import httpx
import pytest

from tests.journeys.conftest import ACCEPTED, CHALLENGED, Operator, Payer, Student, accountant, decides

JULY, AUGUST = "2022-07-10T00:30:00+02:00", "2022-08-12T09:00:00+02:00"
LOST = {"match": {"notification": True}, "effect": "drop"}


def pays_the_first_part(student: Student, operator: Operator) -> httpx.Response:
    """Pay it while the notification is dropped; return the gateway's answer that leads the browser back."""
    student.declares("01").raise_for_status()
    student.asks_for("paybox-3").raise_for_status()
    decides(student, "approve").raise_for_status()
    operator.breaks(LOST)
    started = student.starts(rank=1).json()
    payer = Payer()
    back = payer.pays(payer.opens(started["form"]), CHALLENGED)
    operator.breaks()
    return back


def test_signed_return_keeps_the_card_that_the_lost_notification_would_have_told(
    isima: Student, operator: Operator
) -> None:
    back = pays_the_first_part(isima, operator)
    assert "Abo=" in back.headers["location"]
    answer = Payer().browser.get(back.headers["location"])
    assert "SLDLrcsLMPC" not in answer.text
    assert isima.instalment_states() == ["paid", "due", "due"]
    assert isima.instalments()["card_lack"] is None
    for day in (JULY, AUGUST):
        operator.debits_on(day)
    assert operator.captures() == [20031, 20031, 20038]
    assert not any("carte" in subject for subject in operator.subjects())


def attempt_of(back: httpx.Response) -> str:
    reference = httpx.URL(back.headers["location"]).params["Ref"]
    return reference.split("-32-")[1]


def changed(address: str, name: str, value: str) -> str:
    url = httpx.URL(address)
    return str(url.copy_set_param(name, value))


@pytest.mark.parametrize(("name", "value"), [("Abo", "STOLEN  2812  ---"), ("Mt", "20032"), ("Sign", "AAAA")])
def test_changed_return_keeps_no_card_and_the_page_gives_one(
    isima: Student, operator: Operator, name: str, value: str
) -> None:
    back = pays_the_first_part(isima, operator)
    Payer().browser.get(changed(back.headers["location"], name, value))
    isima.get(f"/card-payments/{attempt_of(back)}")  # the return was noted: the gateway is asked
    shown = isima.instalments()
    assert (shown["card_lack"], shown["automatic_total_cents"]) == ("no_token", 0)
    assert [each["payable"] for each in shown["items"]] == [False, True, False]
    assert [each["next_try_on"] for each in shown["items"]] == [None, None, None]
    assert (
        "Votre paiement est enregistré, mais votre carte n'a pas pu être conservée" not in operator.subjects()
    )
    operator.moves_the_clock_to("2022-06-24T10:20:00+02:00")
    told = operator.subjects()
    assert told.count("Votre paiement est enregistré, mais votre carte n'a pas pu être conservée") == 1
    assert "Votre carte bancaire expire avant votre dernière échéance" not in told
    (request,) = accountant(isima.stack).get("/staff/plan-requests?state=approved").json()["items"]
    assert request["card_lack"] == "no_token"
    assert isima.starts(rank=3).json()["code"] == "instalment_not_payable"

    assert isima.state_of(isima.pays(ACCEPTED, rank=2)) == "paid"
    assert isima.instalments()["card_lack"] is None
    for day in (JULY, AUGUST):
        operator.debits_on(day)
    assert operator.captures() == [20031, 20031, 20038]
    isima.logs_in_again()
    assert isima.get("/account")["totals"]["balance_cents"] == 0


def test_without_a_card_on_the_10th_the_student_pays_and_august_is_debited_from_that_card(
    isima: Student, operator: Operator
) -> None:
    pays_the_first_part(isima, operator)
    operator.moves_the_clock_to("2022-06-24T10:40:00+02:00")
    operator.runs("reconcile_payments")
    operator.debits_on(JULY)
    isima.logs_in_again()
    assert isima.instalment_states() == ["paid", "needs_payer", "due"]
    assert operator.captures() == [20031]
    operator.runs("publish_outbox")
    (mail,) = (each for each in operator.mails() if "attend votre paiement" in each["subject"])
    assert "votre carte n'avait pas pu être conservée" in " ".join(mail["text"].split())
    assert isima.state_of(isima.pays(ACCEPTED, rank=2)) == "paid"
    operator.debits_on(AUGUST)
    assert operator.captures() == [20031, 20031, 20038]
