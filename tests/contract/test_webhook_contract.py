"""Endpoints and deliveries in memory and in DynamoDB."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.events.event import EventMark, EventType, numbered
from chalicelib.domain.webhooks.attempt import AttemptResult, DeliveryAttempt
from chalicelib.domain.webhooks.delivery import Delivery, asked_again, begun, delivery_of, ended, leased
from chalicelib.domain.webhooks.endpoint import Endpoint, EndpointCursor, EndpointHealth, with_test
from chalicelib.storage.events.events import DynamoEvents
from chalicelib.storage.table import Table
from chalicelib.storage.webhooks.webhooks import DynamoWebhooks
from tests.contract.conftest import Store, _emptied, audit
from tests.contract.test_journal_contract import entry
from tests.fakes.ports import MANUAL_DAY

LATER = MANUAL_DAY + timedelta(days=9)
FIRST = Endpoint("e1", "SI", "https://si.ecole.test/", "b2", MANUAL_DAY, "sealed")
SECOND = replace(FIRST, id="e2", created_at=LATER, types=(EventType.PLAN_STOPPED,))


def delivery(number: int, endpoint_id: str = "e1") -> Delivery:
    return delivery_of(endpoint_id, EventMark(number, f"evt-{number}", EventType.PLAN_STOPPED), MANUAL_DAY)


def test_endpoint_is_found_with_cursor_and_health_until_it_ends(store: Store) -> None:
    cursor, health = EndpointCursor("e1", 4), EndpointHealth("e1")
    store.commit(Changes((SECOND, FIRST, cursor, health)))
    assert list(store.webhooks.endpoints()) == [FIRST, SECOND]
    assert (store.webhooks.endpoint("e1"), store.webhooks.cursor("e1")) == (FIRST, cursor)
    store.commit(Changes(audit=audit(), ended=(FIRST, cursor, health)))
    assert list(store.webhooks.endpoints()) == [SECOND]
    assert (store.webhooks.endpoint("e1"), store.webhooks.cursor("e1")) == (None, None)


def test_health_is_written_over_none_and_over_the_version_before(store: Store) -> None:
    none = store.webhooks.health("e1")
    assert none == EndpointHealth("e1", version=0)
    told = with_test(none, DeliveryAttempt(MANUAL_DAY, AttemptResult.REFUSED, 500, 12))
    store.commit(Changes((told,)))
    assert store.webhooks.health("e1") == told
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((told,)))


def test_delivery_is_written_once(store: Store) -> None:
    store.commit(Changes((delivery(1), EndpointCursor("e1", 1))))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((delivery(2), delivery(1))))
    assert dict(store.webhooks.written("e1", [1, 2])) == {1: delivery(1)}
    assert store.webhooks.written("e1", []) == {}
    assert store.webhooks.delivery("e1", 1) == delivery(1)
    assert store.webhooks.delivery("e1", 2) is None


def test_deliveries_wait_by_endpoint_oldest_first_up_to_a_moment(store: Store) -> None:
    later = replace(delivery(1), next_try_at=LATER)
    away = replace(leased(delivery(4), MANUAL_DAY), version=1)
    store.commit(Changes((later, delivery(3), delivery(2), away, delivery(5, "e2"))))
    assert [each.number for each in store.webhooks.due("e1", MANUAL_DAY, 9)] == [2, 3]
    assert [each.number for each in store.webhooks.due("e1", MANUAL_DAY, 1)] == [2]
    assert [each.number for each in store.webhooks.due("e1", LATER, 9)] == [2, 3, 4, 1]
    tried = begun(delivery(3), MANUAL_DAY)
    store.commit(Changes((tried,)))
    store.commit(Changes((ended(tried, DeliveryAttempt(MANUAL_DAY, AttemptResult.ACCEPTED), MANUAL_DAY),)))
    assert [each.number for each in store.webhooks.due("e1", MANUAL_DAY, 9)] == [2]


def test_first_that_was_given_up_is_found_until_it_is_asked_for_again(store: Store) -> None:
    failure = DeliveryAttempt(MANUAL_DAY, AttemptResult.TIMED_OUT)
    over = [ended(replace(delivery(number), tries=10, version=0), failure, MANUAL_DAY) for number in (3, 12)]
    store.commit(Changes((delivery(1), *over)))
    assert store.webhooks.first_given_up("e1") == 3
    assert store.webhooks.first_given_up("e2") is None
    store.commit(Changes((asked_again(over[0], LATER),)))
    assert store.webhooks.first_given_up("e1") == 12


def test_deliveries_are_listed_newest_first_before_a_number(store: Store) -> None:
    rows = [delivery(number) for number in (2, 10, 9)]
    store.commit(Changes((FIRST, EndpointCursor("e1", 1), *rows, delivery(7, "e2"))))
    assert [each.number for each in store.webhooks.deliveries("e1", None, 9)] == [10, 9, 2]
    assert [each.number for each in store.webhooks.deliveries("e1", 10, 1)] == [9]
    assert list(store.webhooks.deliveries("e1", 2, 9)) == []


def test_marks_of_events_and_an_event_by_its_id(store: Store) -> None:
    store.commit(Changes((entry(1), entry(2))))
    drawn, events = numbered(store.events.sequence(), store.events.waiting(LATER, 9))
    store.commit(Changes((drawn, *events)))
    first, second = events
    marks = [EventMark(each.number, each.id, each.type, each.at) for each in events]
    assert [mark.id for mark in store.events.marks(0, 9)] == [first.id, second.id]
    assert [(mark.number, mark.type) for mark in store.events.marks(1, 9)] == [(2, marks[1].type)]
    assert store.events.find(second.id) == second
    assert store.events.find("evt-unknown") is None


def test_unreadable_event_and_delivery_are_told_by_their_keys(shared_table: tuple[object, str]) -> None:
    """A row of a later release is passed over by nobody, and hides no other."""
    reported: list[str] = []
    table = Table(_emptied(*shared_table), "eu-west-3", lambda what, _: reported.append(what))
    rows = (
        table.new("EVENT#evt-7", "EVENT", {"of": "tomorrow"}, queue_pk="EVENTS", queue_sk=f"{7:012}"),
        table.new("ENDPOINT#e1", f"DELIVERY#{7:012}", {"of": "tomorrow"}),
    )
    for row in rows:
        table.put(row)
    assert DynamoEvents(table).marks(0, 9) == (EventMark(7, "evt-7"),)
    assert DynamoWebhooks(table).written("e1", [7, 8]) == {7: None}
    assert reported == ["row unreadable"] * 2
