"""Events in memory and in DynamoDB: written with their change, found while they wait and by number."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.events.event import EventSequence, numbered
from tests.contract.conftest import Store
from tests.contract.test_journal_contract import entry
from tests.fakes.ports import MANUAL_DAY

LATER = MANUAL_DAY + timedelta(days=1)


def test_event_is_written_with_its_change_or_not_at_all(store: Store) -> None:
    store.commit(Changes((entry(1),)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((entry(2), entry(1))))
    assert [event.journal_entry for event in store.events.waiting(LATER, 9)] == [entry(1).id]


def test_events_wait_oldest_first_up_to_a_moment(store: Store) -> None:
    store.commit(Changes((entry(2), entry(1), entry(3))))
    found = [event.journal_entry for event in store.events.waiting(LATER, 2)]
    assert found == [entry(1).id, entry(2).id]
    assert store.events.waiting(MANUAL_DAY, 9) == ()


def test_numbered_events_are_read_in_order_behind_a_number(store: Store) -> None:
    store.commit(Changes((entry(1), entry(2), entry(3))))
    assert store.events.sequence() == EventSequence()
    drawn, events = numbered(store.events.sequence(), store.events.waiting(LATER, 9))
    store.commit(Changes((drawn, *events)))
    assert store.events.sequence() == EventSequence(3, 1)
    assert list(store.events.numbered(0, 2)) == list(events[:2])
    assert list(store.events.numbered(2, 9)) == [events[2]]
    assert list(store.events.waiting(LATER, 9)) == []


def test_number_is_drawn_once(store: Store) -> None:
    store.commit(Changes((entry(1),)))
    drawn, events = numbered(store.events.sequence(), store.events.waiting(LATER, 9))
    store.commit(Changes((drawn, *events)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((drawn, replace(events[0], number=2))))
