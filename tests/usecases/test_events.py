"""Events come with their change, in one order that hides none from whoever reads on."""

from dataclasses import replace

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.events.event import Event, EventType
from chalicelib.domain.registration import Decision
from chalicelib.usecases.events.number_events import number_events
from chalicelib.usecases.events.read_events import read_events
from chalicelib.usecases.plans.stop_plan import stop_plan
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import ACCOUNTANT, REGISTRAR, Student


def told(ports: FakePorts, after: int = 0) -> list[Event]:
    ports.move(minutes=1)
    number_events(ports)
    return list(read_events(ports, after))


def types(events: list[Event]) -> list[EventType]:
    return [event.type for event in events]


def test_file_paid_then_validated_is_complete(chris: Student) -> None:
    chris.declares("01")
    chris.pays(chris.opens_the_page())
    decide_registration(chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR)
    found = told(chris.ports)
    assert types(found) == [
        EventType.SITUATION_CHANGED,
        EventType.INVOICE_ISSUED,
        EventType.PAYMENT_BOOKED,
        EventType.REGISTRATION_VALIDATED,
        EventType.REGISTRATION_COMPLETE,
    ]
    assert [event.number for event in found] == [1, 2, 3, 4, 5]
    assert {event.registration_id for event in found} == {chris.registration_id}


def test_books_of_a_reader_are_ours(chris: Student) -> None:
    chris.starts_the_plan()
    chris.debits_run("2022-07-10T09:00")
    found = told(chris.ports)
    ours = [posting for entry in chris.ports.memory.journal.values() for posting in entry.postings]
    theirs = [posting for event in found for posting in event.postings]
    assert sorted(map(repr, theirs)) == sorted(map(repr, ours))


def test_stopped_plan_is_told(chris: Student) -> None:
    chris.starts_the_plan()
    last = told(chris.ports)[-1].number
    stop_plan(chris.ports, chris.registration_id, "carte perdue", ACCOUNTANT)
    assert types(told(chris.ports, last)) == [EventType.PLAN_STOPPED]


def test_refused_commit_leaves_no_event(chris: Student) -> None:
    chris.declares("01")
    before = dict(chris.ports.memory.events)
    page = chris.opens_the_page()
    with pytest.raises(ConcurrentUpdate):
        chris.ports.store.commit(Changes((replace(page, version=9),), audit=chris.trace))
    assert chris.ports.memory.events == before


class TestOrder:
    def test_event_that_is_found_late_gets_a_later_number(
        self, chris: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chris.declares("01")
        (hidden,) = chris.ports.memory.events.values()
        waiting = chris.ports.events.waiting
        monkeypatch.setattr(chris.ports.events, "waiting", lambda *given: waiting(*given)[1:])
        chris.pays(chris.opens_the_page())
        first = told(chris.ports)
        monkeypatch.undo()
        assert hidden.id not in {event.id for event in first}
        assert [event.id for event in told(chris.ports, first[-1].number)] == [hidden.id]

    def test_number_that_is_not_found_yet_ends_the_answer(
        self, chris: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        everything = told(chris.ports)
        seen = [event for event in everything if event.number != 2]
        monkeypatch.setattr(chris.ports.events, "numbered", lambda *_: seen)
        assert read_events(chris.ports, 0) == tuple(everything[:1])

    def test_fresh_events_wait_until_all_of_their_moment_are_found(self, chris: Student) -> None:
        chris.declares("01")
        assert number_events(chris.ports).numbered == 0
        chris.ports.move(seconds=6)
        assert number_events(chris.ports).numbered == 1
        assert number_events(chris.ports).numbered == 0

    def test_refused_batch_is_numbered_one_by_one(
        self, chris: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        chris.ports.move(minutes=1)
        stale = chris.ports.events.waiting(chris.ports.now(), 9)[0]
        number_events(chris.ports)
        monkeypatch.setattr(chris.ports.events, "waiting", lambda *_: (stale, fresh(stale)))
        chris.ports.memory.events["evt-fresh"] = fresh(stale)
        report = number_events(chris.ports)
        assert (report.numbered, report.lost) == (1, 1)
        assert [event.number for event in read_events(chris.ports, 0)] == [1, 2, 3, 4]


def fresh(event: Event) -> Event:
    return replace(event, id="evt-fresh")
