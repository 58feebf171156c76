"""Faults made on a deployed school by people, gateway and machine, each by the alarm that hears it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import boto3

from chalicelib.domain.outbox import LADDER, OutboxEntry, Topic
from chalicelib.domain.webhooks.endpoint import Endpoint
from tests.infra.deployed import EVENT, is_booked, until
from tests.infra.faulty import (
    ANY_CALL,
    DEBIT,
    PLANS,
    REFUNDED,
    REFUSED_SETUP,
    SILENT,
    TWICE,
    TWICE_AGAIN,
    UNCLEAR,
    UNKNOWN_ORDER,
    Faulty,
)
from tests.infra.school_steps import NOA
from tests.journeys.conftest import ACCEPTED, Payer
from tests.journeys.test_given_back_over_http import BackOffice, pays_in_silence


def key_near_its_end(it: Faulty) -> None:
    """It was deployed with an end within thirty days."""
    it.runs("ApplyRetention")


def gateway_is_silent(it: Faulty) -> None:
    pays_in_silence(it.student(SILENT), it.school.operator)


def given_back_before_it_was_booked(it: Faulty) -> None:
    paid = pays_in_silence(it.student(REFUNDED), it.school.operator)
    BackOffice(it.school.operator).refunds(paid["reference"], 60100, 60100)
    it.later(minutes=21)
    it.runs("ReconcilePayments")


def no_answer_for_an_hour(it: Faulty) -> None:
    it.student(UNCLEAR).starts().raise_for_status()
    it.breaks({"match": ANY_CALL, "effect": "http_500"})
    it.later(minutes=61)
    it.runs("ReconcilePayments")
    it.breaks()


def payment_of_no_order(it: Faulty) -> None:
    student = it.student(UNKNOWN_ORDER)
    form = student.starts().json()
    key = {"pk": f"PERSON#{it.person(UNKNOWN_ORDER)}", "sk": f"ATTEMPT#{form['id']}"}
    assert it.table.delete_item(Key=key, ReturnValues="ALL_OLD")["Attributes"]
    payer = Payer()
    payer.pays(payer.opens(form["form"]), ACCEPTED)
    until(lambda: it.watch.counted("AnomalyAlarm")[0], "the notification of no order")


def pays_twice(it: Faulty, email: str) -> None:
    pages = [it.student(email).keeps_a_page() for _ in range(2)]
    for page in pages:
        payer = Payer()
        payer.pays(payer.opens(page["form"]), ACCEPTED)
        is_booked(it.student(email), page["id"])


def decides(it: Faulty, email: str, decision: str) -> None:
    """Let accounting decide on the refund that is prepared for a student."""
    noa, person = it.school.logs_in(NOA), it.person(email)
    listed = noa.get("/staff/refunds", params={"state": "prepared"}).json()["items"]
    (refund,) = (each for each in listed if each["id"].startswith(person))
    body = {"decision": decision, "reason": "essai", "sheet_hash": refund["sheet_hash"]}
    noa.post(f"/staff/refunds/{refund['id']}/approval", json=body).raise_for_status()


def paid_twice(it: Faulty) -> None:
    pays_twice(it, TWICE)


def refund_without_an_answer(it: Faulty) -> None:
    pays_twice(it, TWICE_AGAIN)
    it.runs("ReconcileDebits")
    it.breaks({"match": ANY_CALL, "effect": "http_500"})
    decides(it, TWICE_AGAIN, "approve")
    it.later(hours=25)
    it.runs("ReconcileDebits")
    it.breaks()


def days_differ(it: Faulty) -> None:
    """Money came for no order, and some was given back before it was booked."""
    it.at("2022-06-27T09:00:00+02:00")
    it.runs("NumberJournal", "ReconcileDays")


def credit_waits_for_a_week(it: Faulty) -> None:
    """Accounting refuses the refund that the system proposed, and prepares no other."""
    decides(it, TWICE, "refuse")
    it.at("2022-07-06T09:00:00+02:00")
    it.runs("ApplyRetention")


def nobody_plans_the_debits(it: Faulty) -> None:
    it.at("2022-07-10T09:00:00+02:00")
    it.runs("CheckDebits")


def row_that_cannot_be_read(it: Faulty) -> None:
    undo = it.rewrites("INSTALMENT", it.person(PLANS[0]), lambda _facts: {})
    it.runs("CheckDebits")
    undo()


def page_over_a_row_that_cannot_be_read(it: Faulty) -> None:
    student = it.student(UNCLEAR)
    undo = it.rewrites("ATTEMPT", it.person(UNCLEAR), lambda _facts: {})
    it.watch.answered_5xx += student.api.get("/account").status_code >= 500
    undo()


def instalment_is_not_what_was_approved(it: Faulty) -> None:
    """Nothing else is debited either: the gateway refuses the setup meanwhile."""

    def raised(facts: dict[str, Any]) -> dict[str, Any]:
        return facts | {"amount_cents": facts["amount_cents"] + 1}

    undo = it.rewrites("INSTALMENT", it.person(PLANS[0]), raised)
    it.breaks(REFUSED_SETUP)
    it.runs("PlanDebits")
    until(lambda: it.watch.counted("MismatchAlarm")[0], "an instalment that is not debited")
    until(lambda: it.watch.counted("RefusedSetupAlarm")[0], "the debit of the other plan")
    undo()


def gateway_refuses_the_setup(it: Faulty) -> None:
    (before,) = it.watch.counted("RefusedSetupAlarm")
    it.breaks(REFUSED_SETUP)
    it.runs("PlanDebits")
    until(lambda: it.watch.counted("RefusedSetupAlarm")[0] > before, "debits refused for the setup")


def nobody_knows_what_became_of_a_debit(it: Faulty) -> None:
    """What was refused is tried again three days later and gets lost; the gateway is asked the day after."""
    it.breaks()
    it.at("2022-07-12T09:00:00+02:00")
    it.runs("ReconcileDebits")
    it.breaks({"match": DEBIT, "effect": "drop"})
    it.at("2022-07-15T09:00:00+02:00")
    it.runs("PlanDebits")
    student = it.student(PLANS[0])
    until(lambda: student.instalment_states()[1] == "pending", "a debit that is on its way")
    it.breaks()
    for moment in ("2022-07-16T00:30:00+02:00", "2022-07-16T00:40:00+02:00"):
        it.at(moment)
        it.runs("ReconcileDebits")


def mail_that_fails_for_two_days(it: Faulty) -> None:
    """The last try of a mail to nobody."""
    now = it.school.operator.time()
    entry = OutboxEntry("fault", Topic.PAYMENT_BOOKED, "f" * 16, f"{'f' * 16}-1", now - timedelta(days=2))
    it.writes(replace(entry, tries=len(LADDER), last_failure="NotFound"))
    it.runs("PublishOutbox")
    until(lambda: it.watch.counted("GivenUpAlarm")[0], "an entry that is given up")


def owner_of_an_endpoint_has_left(it: Faulty) -> None:
    it.writes(
        Endpoint("f" * 16, "Autre", "https://example.org/", "e" * 16, it.school.operator.time(), "sealed")
    )
    it.runs("PublishOutbox")


def run_nearly_lasts_too_long(it: Faulty) -> None:
    """With a time-out of four seconds each run ends with less than five left."""
    functions, name = boto3.client("lambda"), it.school.functions["NumberJournal"]
    functions.update_function_configuration(FunctionName=name, Timeout=4)
    functions.get_waiter("function_updated").wait(FunctionName=name)
    functions.invoke(FunctionName=name, Payload=json.dumps(EVENT).encode())


def function_fails(it: Faulty) -> None:
    for each in it.school.functions:
        assert it.calls(each) == "Unhandled", each


def poisons(queue: str, alarm: str) -> Callable[[Faulty], None]:
    """Return the fault of a message that no run of its function can read, tried five times at once."""

    def poison(it: Faulty) -> None:
        sqs, url = boto3.client("sqs"), it.watch.ids[queue]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0"})
        sqs.send_message(QueueUrl=url, MessageBody="{}")
        until(lambda: it.watch.counted(alarm)[0], f"the dead letter of {queue}")

    return poison


FAULTS: dict[str, Callable[[Faulty], None]] = {
    "KeyEndAlarm": key_near_its_end,
    "RefundedAlarm": given_back_before_it_was_booked,
    "UnansweredAlarm": no_answer_for_an_hour,
    "AnomalyAlarm": payment_of_no_order,
    "OverpaymentAlarm": paid_twice,
    "UnclearRefundAlarm": refund_without_an_answer,
    "DifferenceAlarm": days_differ,
    "OldCreditAlarm": credit_waits_for_a_week,
    "MissedDebitAlarm": nobody_plans_the_debits,
    "FailureAlarm": row_that_cannot_be_read,
    "FaultAlarm": page_over_a_row_that_cannot_be_read,
    "ServerErrorAlarm": page_over_a_row_that_cannot_be_read,
    "MismatchAlarm": instalment_is_not_what_was_approved,
    "RefusedSetupAlarm": gateway_refuses_the_setup,
    "ConflictAlarm": nobody_knows_what_became_of_a_debit,
    "GivenUpAlarm": mail_that_fails_for_two_days,
    "EndpointOffAlarm": owner_of_an_endpoint_has_left,
    "LongRunAlarm": run_nearly_lasts_too_long,
    "ErrorAlarm": function_fails,
    "UndeliveredAlarm": poisons("Outbox", "UndeliveredAlarm"),
    "UndebitedAlarm": poisons("Debits", "UndebitedAlarm"),
    "UnsentEventAlarm": poisons("Deliveries", "UnsentEventAlarm"),
}
"""Each alarm that rings when something is counted, in the order of the story."""


@dataclass(frozen=True)
class Silence:
    """An alarm that rings when nothing is counted: a fault by which a run counts nothing, and a sound run."""

    fails: Callable[[Faulty], Any]
    ends: Callable[[Faulty], Any]


def days_stay_open(it: Faulty) -> None:
    it.breaks({"match": ANY_CALL, "effect": "http_500"})
    it.later(days=1)
    it.runs("ReconcileDays")
    it.breaks()


SILENCES = {
    "DayNotClosedAlarm": Silence(days_stay_open, lambda it: it.runs("ReconcileDays")),
    "NoDebitCheckAlarm": Silence(lambda it: it.calls("CheckDebits"), lambda it: it.runs("CheckDebits")),
    "NoRunAlarm": Silence(lambda _it: None, lambda it: it.runs("PlanDebits")),
}

NOT_MADE = {
    "CertificateAlarm": "ACM counts the days; the local AWS has no certificates",
    "ConcurrencyAlarm": "of the account, counted by Lambda; the local AWS has no quota",
    "LateMessageAlarm": "SQS tells the age of a message to CloudWatch alone",
    "MailReputationAlarm": "SES counts bounces and complaints of real mailboxes",
    "SilentScheduleAlarm": "two hours without a run; the doctor sees that each rule begins its function",
    "TableThrottleAlarm": "the local table refuses nothing",
    "ThrottleAlarm": "the local AWS refuses no run",
}
"""Faults that only AWS makes; tests/infra/test_alarms_of_aws.py reads what these alarms watch."""
