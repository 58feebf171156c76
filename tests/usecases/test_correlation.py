"""What a request caused keeps its correlation id, whichever run does it: by a queue or a schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.correlation import correlated, correlation_id
from chalicelib.domain.changes import Changes
from chalicelib.domain.events.event import EventType
from chalicelib.domain.outbox import Topic
from chalicelib.usecases.passwords.request_link import request_link
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.start_card_payment import resume_card_payment
from chalicelib.usecases.webhooks.fan_out import fan_out
from chalicelib.usecases.webhooks.replay_event import replay_event
from tests.usecases.conftest import CARD, Student
from tests.usecases.refund_steps import approves, pays_twice, prepares, reconciles
from tests.usecases.test_webhooks import ADMIN, OTHER, School

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.ports import FakePorts

POST, WEBHOOK, RUN = "request-1", "request-2", "run-3"


def mails(ports: FakePorts, topic: Topic) -> set[str]:
    """The correlation ids of the mails about a topic."""
    return {each.correlation_id for each in ports.memory.entries.values() if each.topic is topic}


def heard(port: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list that fills with the correlation id of each call of a port."""
    ids: list[str] = []
    act: Callable[..., Any] = getattr(port, name)

    def noted(*given: Any, **named: Any) -> Any:
        ids.append(correlation_id())
        return act(*given, **named)

    monkeypatch.setattr(port, name, noted)
    return ids


def test_mail_about_a_payment_is_correlated_with_the_request_for_its_page(chris: Student) -> None:
    chris.declares("01")
    with correlated(POST):
        attempt = chris.opens_the_page()
    with correlated(WEBHOOK):
        chris.pays(chris.attempt(attempt.id))
    assert mails(chris.ports, Topic.PAYMENT_BOOKED) == {POST}
    events = chris.ports.memory.events.values()
    assert {each.correlation_id for each in events if each.type is EventType.PAYMENT_BOOKED} == {POST}


def test_resumed_page_stays_correlated_with_the_first_request(
    chris: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    chris.declares("01")
    with correlated(POST):
        attempt = chris.opens_the_page()
    commits = heard(chris.ports.store, "commit", monkeypatch)
    with correlated("request-4"):
        assert resume_card_payment(chris.ports, chris.person.id, attempt.id)
    assert commits == [POST]
    assert chris.attempt(attempt.id).correlation_id == POST


def test_schedule_asks_about_each_page_under_the_request_that_opened_it(
    chris: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    chris.declares("01")
    with correlated(POST):
        chris.opens_the_page()
    questions = heard(chris.ports.gateway, "inquire", monkeypatch)
    chris.ports.move(hours=1)
    with correlated(RUN):
        reconcile_payments(chris.ports)
        assert correlation_id() == RUN
    assert questions == [POST]


def test_start_asks_about_a_page_closed_before_it_under_the_request_that_opened_that_one(
    chris: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    chris.declares("01")
    with correlated(POST):
        chris.keeps_a_page()
    questions = heard(chris.ports.gateway, "inquire", monkeypatch)
    chris.ports.move(minutes=1)
    with correlated("request-4"):
        chris.opens_the_page()
    assert questions == [POST]


def test_debits_of_a_plan_are_correlated_with_the_request_that_began_it(
    chris: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    chris.declares("01")
    chris.asks_for()
    chris.is_approved()
    with correlated(POST):
        attempt = chris.opens_the_page_of(1)
    with correlated(WEBHOOK):
        chris.pays(chris.attempt(attempt.id), **CARD)
    questions = heard(chris.ports.gateway, "debit", monkeypatch)
    with correlated(RUN):
        chris.debits_run("2022-07-10 08:00")
    assert chris.instalment(2).correlation_id == POST
    assert questions == [POST]
    assert mails(chris.ports, Topic.DEBIT_TAKEN) == {POST}


@pytest.mark.parametrize("is_clear", [True, False], ids=["by the approval", "by the schedule"])
def test_refund_is_sent_under_the_request_that_prepared_it(
    chris: Student, monkeypatch: pytest.MonkeyPatch, *, is_clear: bool
) -> None:
    paid = pays_twice(chris)
    with correlated(POST):
        refund = prepares(chris, paid)
    questions = heard(chris.ports.gateway, "refund", monkeypatch)
    chris.ports.gateway.is_clear = is_clear
    with correlated("request-4"):
        approves(chris, refund)
    chris.ports.gateway.is_clear = True
    with correlated(RUN):
        reconciles(chris, minutes=6)
    assert questions == [POST]
    assert mails(chris.ports, Topic.REFUND_SENT) == {POST}


def test_deliveries_of_an_event_are_correlated_with_its_cause(ports: FakePorts) -> None:
    ports.store.commit(Changes((ADMIN, OTHER)))
    school = School(ports)
    endpoint = school.adds()
    with correlated(POST):
        school.happens()
    with correlated(RUN):
        fan_out(school.ports)
    assert school.delivery(endpoint).correlation_id == POST
    (event,) = school.ports.memory.events.values()
    later = school.adds("https://autre.ecole.test/evenements")
    with correlated("request-4"):
        assert replay_event(school.ports, later.id, event.id, ADMIN).correlation_id == POST


def test_link_that_is_asked_for_is_mailed_under_the_request(chris: Student) -> None:
    with correlated(POST):
        request_link(chris.ports, chris.person.email, Topic.PASSWORD_RESET, "192.0.2.1")
    assert {each.correlation_id for each in chris.ports.memory.entries.values()} == {POST}


def test_row_older_than_the_field_is_correlated_with_the_run_that_writes_it(chris: Student) -> None:
    chris.declares("01")
    attempt = chris.opens_the_page()
    assert chris.attempt(attempt.id).correlation_id == ""
    with correlated(WEBHOOK):
        chris.pays(attempt)
    assert chris.attempt(attempt.id).correlation_id == WEBHOOK
    assert mails(chris.ports, Topic.PAYMENT_BOOKED) == {WEBHOOK}
