"""Accounting stops, resumes and cuts a plan over HTTP; the gateway's own books are the judge."""

from typing import Any

import httpx

from tests.journeys.conftest import ACCEPTED, Operator, Payer, Student, accountant, log_in, started

REASON = {"reason": "Litige avec la banque."}


def acts(student: Student, act: str, **sent: Any) -> httpx.Response:
    """An accountant who has just logged in acts."""
    path = f"/staff/plans/{student.registration['id']}/{act}"
    return accountant(student.stack).post(path, json=REASON | sent)


def to_come(changed: httpx.Response) -> list[tuple[str, int]]:
    changed.raise_for_status()
    due = (each for each in changed.json()["instalments"] if each["state"] == "due")
    return [(each["next_try_on"], each["amount_cents"]) for each in due]


def debits_each_day_of(operator: Operator, *days: str) -> None:
    for day in days:
        for hour in ("01:30", "09:00"):
            operator.debits_on(f"{day}T{hour}:00+02:00")


def test_stop_resume_and_recut_take_what_they_say_and_no_more(isima: Student, operator: Operator) -> None:
    started(isima, situation="05", plan="paybox-6")
    assert operator.captures() == [62835]

    operator.moves_the_clock_to("2022-07-01T09:00:00+02:00")
    isima.logs_in_again()
    stopped = acts(isima, "stop")
    assert stopped.json()["stop_reason"] == REASON["reason"]
    assert acts(isima, "stop").json()["code"] == "plan_already_stopped"
    debits_each_day_of(operator, "2022-07-10", "2022-07-11", "2022-08-10")
    assert operator.captures() == [62835]
    assert "Vos prélèvements sont suspendus" in operator.subjects()
    assert not any("Prélèvement de" in subject for subject in operator.subjects())

    operator.moves_the_clock_to("2022-08-20T09:00:00+02:00")
    isima.logs_in_again()
    shown = isima.instalments()
    assert shown["automatic_total_cents"] == 0
    assert {each["next_try_on"] for each in shown["items"]} == {None}
    resumed = acts(isima, "resume")
    months = ("2022-09-10", "2022-10-10", "2022-11-10", "2022-12-10", "2023-01-10")
    assert to_come(resumed) == [(day, 62833) for day in months]
    debits_each_day_of(operator, "2022-08-21", "2022-09-09", "2022-09-10", "2022-09-11")
    assert operator.captures() == [62835, 62833]

    operator.moves_the_clock_to("2022-09-12T09:00:00+02:00")
    isima.logs_in_again()
    preview = acts(isima, "recut/preview", parts=2).json()
    cut = acts(isima, "recut", parts=2, seen=preview["new"])
    assert to_come(cut) == [("2022-10-10", 125666), ("2022-11-10", 125666)]
    assert "Vos échéances ont changé" in operator.subjects()
    debits_each_day_of(operator, "2022-10-10", "2022-11-10", "2022-12-10", "2023-01-10")
    assert operator.captures() == [62835, 62833, 125666, 125666]
    assert sum(operator.captures()) == 377000
    isima.logs_in_again()
    assert isima.get("/account")["totals"]["balance_cents"] == 0


def test_refusals_have_codes(isima: Student) -> None:
    isima.declares("01")
    for act, code in (
        ("stop", "nothing_to_stop"),
        ("resume", "plan_not_stopped"),
        ("recut", "nothing_to_recut"),
    ):
        answer = acts(isima, act)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    started(isima)
    for act in ("stop", "recut"):
        answer = acts(isima, act, reason="")
        assert (answer.status_code, answer.json()["code"]) == (422, "reason_missing")
    for amounts in ({"amount_cents": 90000}, {"rank": 1, "amount_cents": 30000}):
        assert acts(isima, "recut", **amounts).json()["code"] == "validation_failed"
    assert acts(isima, "recut", parts=25).json()["code"] == "validation_failed"


def test_second_page_that_was_paid_is_listed_as_a_credit(isima: Student, operator: Operator) -> None:
    isima.declares("01")
    pages = [isima.keeps_a_page(), isima.keeps_a_page()]
    for page in pages:
        payer = Payer()
        payer.pays(payer.opens(page["form"]), ACCEPTED)
    assert operator.captures() == [60100, 60100]
    for email in ("accountant@demo.test", "auditor@demo.test"):
        listed = log_in(isima.stack, email).get("/staff/credits").json()
        (credit,) = listed["items"]
        assert (credit["registration"], credit["holder"]) == (isima.registration["id"], "TESTCD Chris")
        assert (credit["amount_cents"], credit["cause"]) == (60100, "nothing_owed")
        assert [each["refundable_cents"] for each in credit["payments"]] == [60100]
        assert (listed["total_cents"], listed["next"]) == (60100, None)
