"""Events sent to endpoints: at least once, whatever dies; an endpoint that is down delays no other."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound, SecondFactorUnavailable
from chalicelib.domain.events.event import EventMark, EventType
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Person, Role, activated
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.webhooks.attempt import AttemptResult, Reply
from chalicelib.domain.webhooks.delivery import LADDER, Delivery, DeliveryState
from chalicelib.domain.webhooks.endpoint import Endpoint, OffReason
from chalicelib.domain.webhooks.refusals import EndpointUrlNotValid, ReplayToCome, TooManyEndpoints
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.events.number_events import number_events
from chalicelib.usecases.webhooks.add_endpoint import (
    MOST_ENDPOINTS,
    EndpointAsked,
    add_endpoint,
    change_endpoint,
    list_endpoints,
    remove_endpoint,
    rotate_secret,
)
from chalicelib.usecases.webhooks.deliver_event import deliver_event
from chalicelib.usecases.webhooks.fan_out import fan_out
from chalicelib.usecases.webhooks.list_deliveries import list_deliveries
from chalicelib.usecases.webhooks.publish_to_bus import publish_to_bus
from chalicelib.usecases.webhooks.replay_event import replay_event, replay_since
from chalicelib.usecases.webhooks.send_deliveries import RUN_WHILE_FAILING, send_deliveries
from chalicelib.usecases.webhooks.send_test import send_test
from chalicelib.usecases.webhooks.switch_on import switch_off, switch_on
from chalicelib.usecases.webhooks.watch_endpoints import watch_endpoints
from tests.contract.test_journal_contract import entry
from tests.fakes.ports import FakePorts, SealerDown
from tests.fakes.webhooks import OK, RecordedBus, Sent
from tests.usecases.test_pages_beside_each_other import meanwhile

ADMIN = Person("00000000000000b2", "admin@demo.test", "A", "TESTAD", frozenset({Role.ADMINISTRATOR}))
OTHER = replace(ADMIN, id="00000000000000b3", email="admin2@demo.test")
ASKED = EndpointAsked("SI scolarité", "https://si.ecole.test/evenements")
DOWN = Reply(AttemptResult.TIMED_OUT)
BUSY = Reply(AttemptResult.REFUSED, 503, timedelta(minutes=10))
GONE = Reply(AttemptResult.GONE, 410)


class Died(BaseException):
    """A process that ends here."""


@dataclass
class School:
    """A school with events, and the minute's run and the worker of the queue."""

    ports: FakePorts
    events: int = 0

    def happens(self, events: int = 1) -> None:
        """Let things happen, each an event with a number."""
        for _ in range(events):
            self.events += 1
            booked = replace(entry(self.events), booked_at=self.ports.at)
            self.ports.store.commit(Changes((booked,)))
        self.ports.move(seconds=10)
        number_events(self.ports)

    def adds(self, url: str = ASKED.url, types: tuple[EventType, ...] = ()) -> Endpoint:
        endpoint, _, _ = add_endpoint(self.ports, replace(ASKED, url=url, types=types), ADMIN)
        self.ports.receivers.sent.clear()
        return endpoint

    def minute(self) -> None:
        """The minute's run, and the queue emptied: a delayed message is not due yet."""
        fan_out(self.ports)
        send_deliveries(self.ports)
        watch_endpoints(self.ports)
        self.works()

    def works(self) -> None:
        messages, self.ports.delivery_queue.messages = self.ports.delivery_queue.messages, []
        for endpoint_id, number, _ in messages:
            deliver_event(self.ports, endpoint_id, number)

    def waits(self, **time: float) -> None:
        self.ports.move(**time)
        self.minute()

    @property
    def arrived(self) -> list[str]:
        return [sent.message_id for sent in self.ports.receivers.sent]

    def delivery(self, endpoint: Endpoint, number: int = 1) -> Delivery:
        found = self.ports.webhooks.delivery(endpoint.id, number)
        assert found is not None
        return found

    def endpoint(self, endpoint: Endpoint) -> Endpoint:
        found = self.ports.webhooks.endpoint(endpoint.id)
        assert found is not None
        return found

    def mails(self) -> list[Topic]:
        return [each.topic for each in self.ports.memory.entries.values()]

    def acts(self) -> list[Act]:
        return [each.act for each in self.ports.memory.audit_waiting.values()]


@pytest.fixture
def school(ports: FakePorts) -> School:
    ports.store.commit(Changes((ADMIN, OTHER)))
    return School(ports)


def results(delivery: Delivery) -> list[AttemptResult]:
    return [each.result for each in delivery.attempts]


class TestAdding:
    def test_secret_is_shown_once_and_a_test_event_is_signed_by_it(self, school: School) -> None:
        endpoint, secret, attempt = add_endpoint(school.ports, ASKED, ADMIN)
        (sent,) = school.ports.receivers.sent
        assert (attempt.result, attempt.status) == (AttemptResult.ACCEPTED, 204)
        assert (sent.url, sent.secrets) == (ASKED.url, (secret,))
        assert json.loads(sent.body) == {
            "id": sent.message_id,
            "type": "endpoint.test",
            "timestamp": "2022-06-24T08:00:00Z",
            "sequence": 0,
            "version": 1,
            "data": {"endpoint_id": endpoint.id},
        }
        assert secret.startswith("whsec_")
        assert secret not in repr(vars(school.ports.memory))
        assert secret not in str(endpoint)
        ((listed, health),) = list_endpoints(school.ports)
        assert (listed, health.last_test) == (endpoint, attempt)
        assert school.acts() == [Act.ENDPOINT_ADDED]

    def test_failed_test_is_told_and_the_endpoint_saved(self, school: School) -> None:
        school.ports.receivers.answer = lambda _: DOWN
        endpoint, _, attempt = add_endpoint(school.ports, ASKED, ADMIN)
        assert attempt.result is AttemptResult.TIMED_OUT
        assert endpoint.is_on
        assert school.ports.webhooks.health(endpoint.id).failing_since is None

    def test_address_of_this_machine_is_for_a_local_stack_alone(self, school: School) -> None:
        local = replace(ASKED, url="http://127.0.0.1:8080/")
        with pytest.raises(EndpointUrlNotValid):
            add_endpoint(school.ports, local, ADMIN)
        school.ports.receivers.allows_loopback = True
        assert add_endpoint(school.ports, local, ADMIN)[0].url == local.url

    def test_there_are_twenty_at_most(self, school: School) -> None:
        for _ in range(MOST_ENDPOINTS):
            school.adds()
        with pytest.raises(TooManyEndpoints):
            school.adds()

    def test_new_endpoint_gets_what_happens_from_then_on(self, school: School) -> None:
        school.happens(2)
        endpoint = school.adds()
        school.happens()
        school.minute()
        assert school.ports.webhooks.delivery(endpoint.id, 2) is None
        assert school.delivery(endpoint, 3).state is DeliveryState.DELIVERED

    def test_changed_address_is_tested_another_name_is_not(self, school: School) -> None:
        endpoint = school.adds()
        assert change_endpoint(school.ports, endpoint.id, replace(ASKED, name="SI"), ADMIN)[1] is None
        elsewhere = replace(ASKED, url="https://si2.ecole.test/")
        after, attempt = change_endpoint(school.ports, endpoint.id, elsewhere, ADMIN)
        assert attempt is not None
        assert (after.url, after.version) == (elsewhere.url, 3)
        with pytest.raises(EndpointUrlNotValid):
            change_endpoint(school.ports, endpoint.id, replace(ASKED, url="http://si.ecole.test"), ADMIN)

    def test_two_secrets_sign_for_seven_days_after_a_rotation(self, school: School) -> None:
        endpoint, old, _ = add_endpoint(school.ports, ASKED, ADMIN)
        _, new = rotate_secret(school.ports, endpoint.id, ADMIN)
        for days, secrets in ((6, (new, old)), (2, (new,))):
            school.ports.move(days=days)
            school.happens()
            school.minute()
            assert school.ports.receivers.sent[-1].secrets == secrets

    def test_unknown_endpoint_is_not_found(self, school: School) -> None:
        for act in (rotate_secret, switch_on, switch_off, remove_endpoint):
            with pytest.raises(NotFound):
                act(school.ports, "0" * 16, ADMIN)

    def test_result_of_a_test_is_told_though_another_writer_came_first(
        self, school: School, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = school.adds()

        def lost(_: Changes) -> None:
            raise ConcurrentUpdate

        monkeypatch.setattr(school.ports.store, "commit", lost)
        assert send_test(school.ports, endpoint).is_accepted


class TestDelivering:
    def test_event_arrives_as_it_is_in_the_feed_once(self, school: School) -> None:
        endpoint = school.adds()
        school.happens(2)
        school.minute()
        school.waits(minutes=1)
        bodies = [json.loads(sent.body) for sent in school.ports.receivers.sent]
        assert [(body["sequence"], body["type"]) for body in bodies] == [
            (1, "payment.booked"),
            (2, "payment.booked"),
        ]
        assert [body["id"] for body in bodies] == school.arrived
        assert school.ports.webhooks.health(endpoint.id).last_success_at == school.ports.at - timedelta(
            minutes=1
        )
        assert results(school.delivery(endpoint)) == [AttemptResult.ACCEPTED]

    def test_types_that_it_does_not_want_are_left_out(self, school: School) -> None:
        endpoint = school.adds(types=(EventType.PLAN_STOPPED,))
        school.happens()
        school.minute()
        assert school.arrived == []
        assert school.ports.webhooks.cursor(endpoint.id).last == 1

    def test_type_unwanted_since_it_was_written_is_not_sent(self, school: School) -> None:
        endpoint = school.adds()
        school.happens()
        fan_out(school.ports)
        change_endpoint(school.ports, endpoint.id, replace(ASKED, types=(EventType.PLAN_STOPPED,)), ADMIN)
        school.minute()
        assert school.arrived == []
        assert school.delivery(endpoint).state is DeliveryState.UNWANTED

    def test_run_writes_some_of_a_year_that_is_sent_again(
        self, school: School, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("chalicelib.usecases.webhooks.fan_out.BATCH", 2)
        school.adds()
        school.happens(21)
        assert [fan_out(school.ports).written for _ in range(3)] == [20, 1, 0]

    def test_ladder_of_the_specification(self, school: School) -> None:
        school.ports.receivers.answer = lambda _: DOWN
        endpoint = school.adds()
        school.happens()
        begun_at = school.ports.at
        school.minute()
        for wait in LADDER:
            school.ports.move(seconds=wait.total_seconds() - 1)
            school.minute()
            school.ports.move(seconds=61)  # a delayed message that was lost costs a minute
            school.minute()
            school.ports.move(seconds=-60)
        delivery = school.delivery(endpoint)
        at = [round((each.at - begun_at).total_seconds() / 60) for each in delivery.attempts]
        assert delivery.state is DeliveryState.GIVEN_UP
        assert at[:2] == [0, 1]
        assert len(at) == 10
        assert sum(LADDER, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
        school.waits(days=1)
        assert len(school.arrived) == 10

    def test_second_and_third_try_are_queued_with_their_delay(self, school: School) -> None:
        school.ports.receivers.answer = lambda _: DOWN
        endpoint = school.adds()
        school.happens()
        school.minute()
        assert school.ports.delivery_queue.messages == [(endpoint.id, 1, 5)]
        school.ports.move(seconds=4)
        deliver_event(school.ports, endpoint.id, 1)
        assert len(school.arrived) == 1
        school.ports.move(seconds=1)
        school.works()
        assert len(school.arrived) == 2
        assert school.ports.delivery_queue.messages == [], (
            "of one that is failing the minute's run takes care"
        )

    def test_it_is_left_alone_as_long_as_it_asks(self, school: School) -> None:
        school.ports.receivers.answer = lambda _: BUSY
        endpoint = school.adds()
        school.happens(2)
        school.minute()
        sent = len(school.arrived)
        school.happens()
        school.waits(minutes=9)
        assert len(school.arrived) == sent
        school.ports.receivers.answer = lambda _: OK
        school.waits(minutes=1)
        school.waits(minutes=1)
        assert school.delivery(endpoint).state is DeliveryState.DELIVERED
        assert school.ports.webhooks.health(endpoint.id).failing_since is None

    def test_nobody_can_be_asked_to_wait_for_ever(self, school: School) -> None:
        school.ports.receivers.answer = lambda _: replace(BUSY, retry_after=timedelta(days=900))
        endpoint = school.adds()
        school.happens()
        school.minute()
        assert school.delivery(endpoint).next_try_at == school.ports.at + timedelta(hours=24)

    def test_message_about_what_is_delivered_or_gone_does_nothing(self, school: School) -> None:
        endpoint = school.adds()
        school.happens()
        school.minute()
        deliver_event(school.ports, endpoint.id, 1)
        deliver_event(school.ports, endpoint.id, 9)
        deliver_event(school.ports, "0" * 16, 1)
        assert len(school.arrived) == 1

    def test_of_two_messages_one_leads_to_a_try(
        self, school: School, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = school.adds()
        school.happens()
        fan_out(school.ports)
        stale = school.delivery(endpoint)
        deliver_event(school.ports, endpoint.id, 1)
        monkeypatch.setattr(school.ports.webhooks, "delivery", lambda *_: stale)
        deliver_event(school.ports, endpoint.id, 1)
        assert len(school.arrived) == 1

    def test_key_that_is_out_counts_no_try(self, school: School) -> None:
        endpoint = school.adds()
        school.happens()
        fan_out(school.ports)
        sealer, school.ports.endpoint_sealer = school.ports.endpoint_sealer, SealerDown()
        with pytest.raises(SecondFactorUnavailable):
            deliver_event(school.ports, endpoint.id, 1)
        assert school.delivery(endpoint).tries == 0
        school.ports.endpoint_sealer = sealer
        school.minute()
        assert len(school.arrived) == 1

    def test_event_that_cannot_be_read_is_told_and_delays_no_other(
        self, school: School, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        school.ports.alarms.expects_failures = True
        endpoint = school.adds(types=(EventType.PAYMENT_BOOKED,))
        school.happens(2)
        found, marks = school.ports.events.find, school.ports.events.marks
        first = marks(0, 1)[0].id

        def unreadable(event_id: str) -> Any:
            if event_id == first:
                raise ValueError
            return found(event_id)

        monkeypatch.setattr(school.ports.events, "find", unreadable)
        monkeypatch.setattr(
            school.ports.events,
            "marks",
            lambda *asked: [
                EventMark(each.number, each.id) if each.id == first else each for each in marks(*asked)
            ],
        )
        school.minute()
        assert results(school.delivery(endpoint)) == [AttemptResult.EVENT_UNREADABLE]
        assert school.arrived == [marks(1, 1)[0].id]
        assert school.ports.alarms.raised == ["failure event unreadable ValueError"]
        monkeypatch.setattr(school.ports.events, "find", found)
        school.waits(minutes=5)
        assert set(school.arrived) == {each.id for each in marks(0, 2)}


class TestCrashes:
    """Whatever dies between the event and the kept answer, it arrives: once or twice."""

    @pytest.mark.parametrize("applies", [False, True], ids=["before it", "after it"])
    def test_every_write_and_every_send(self, school: School, *, applies: bool) -> None:
        """Die before or after each I/O in turn; the rest of the day runs on."""
        points = self._day(School(_fresh(school)), None, applies=applies)
        assert points >= 10
        for point in range(points):
            self._day(School(_fresh(school)), point, applies=applies)

    def _day(self, school: School, dies_at: int | None, *, applies: bool) -> int:
        endpoint = school.adds()
        school.happens(2)
        calls = self._dies(school, dies_at, applies=applies)
        for _ in range(40):
            for step in (fan_out, send_deliveries, lambda _: school.works()):
                with suppress(Died):
                    step(school.ports)
            school.ports.move(minutes=1)
        ids = {each.id for each in school.ports.events.marks(0, 9)}
        states = [school.delivery(endpoint, number).state for number in (1, 2)]
        assert (set(school.arrived), states) == (ids, [DeliveryState.DELIVERED] * 2), dies_at
        assert len(school.arrived) <= len(ids) + 1, dies_at
        return len(calls)

    def _dies(self, school: School, dies_at: int | None, *, applies: bool) -> list[object]:
        """Let the process die at one call; return the calls, which go on being counted."""
        calls: list[object] = []

        def dying(call: Callable[..., Any]) -> Callable[..., Any]:
            def through(*args: Any, **named: Any) -> Any:
                calls.append(call)
                if len(calls) - 1 != dies_at:
                    return call(*args, **named)
                if applies:
                    call(*args, **named)
                raise Died

            return through

        store, receivers, queue = school.ports.store, school.ports.receivers, school.ports.delivery_queue
        held = (store.commit, receivers.send, queue.send)
        store.commit, receivers.send, queue.send = map(dying, held)  # type: ignore[method-assign]
        return calls

    def test_try_that_killed_its_process_is_shown(self, school: School) -> None:
        endpoint = school.adds()
        school.happens()

        def dies(_: Sent) -> Reply:
            raise Died

        school.ports.receivers.answer = dies
        with pytest.raises(Died):
            school.minute()
        school.ports.receivers.answer = lambda _: OK
        school.ports.delivery_queue.messages.clear()
        school.waits(minutes=15)
        assert results(school.delivery(endpoint)) == [AttemptResult.UNFINISHED, AttemptResult.ACCEPTED]

    def test_last_try_that_killed_its_process_ends_the_ladder(self, school: School) -> None:
        endpoint = school.adds()
        school.happens()

        def dies(_: Sent) -> Reply:
            raise Died

        school.ports.receivers.answer = dies
        for _ in range(len(LADDER) + 1):
            fan_out(school.ports)
            send_deliveries(school.ports)
            with pytest.raises(Died):
                school.works()
            school.ports.move(days=2)
        school.minute()
        delivery = school.delivery(endpoint)
        assert delivery.state is DeliveryState.GIVEN_UP
        assert results(delivery) == [AttemptResult.UNFINISHED] * 10

    def test_two_runs_at_once_write_each_delivery_once(
        self, school: School, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = school.adds()
        school.happens(2)
        stale = school.ports.webhooks.cursor(endpoint.id)
        fan_out(school.ports)
        monkeypatch.setattr(school.ports.webhooks, "cursor", lambda _: stale)
        assert fan_out(school.ports).lost == 1
        send_deliveries(school.ports)
        school.works()
        assert len(school.arrived) == 2


class TestOneThatIsDown:
    def test_delays_no_other(self, school: School) -> None:
        slow, well = school.adds("https://lent.ecole.test/"), school.adds("https://bien.ecole.test/")
        school.ports.receivers.answer = lambda sent: DOWN if "lent" in sent.url else OK
        school.happens(50)
        school.minute()
        school.ports.receivers.sent.clear()
        school.ports.delivery_queue.messages.clear()
        school.happens(50)
        fan_out(school.ports)
        school.ports.move(hours=1)
        send_deliveries(school.ports)
        queued = [endpoint_id for endpoint_id, *_ in school.ports.delivery_queue.messages]
        assert (queued.count(well.id), queued.count(slow.id)) == (50, RUN_WHILE_FAILING)

    def test_what_was_queued_before_it_failed_does_not_hold_the_queue(self, school: School) -> None:
        endpoint = school.adds()
        school.ports.receivers.answer = lambda _: DOWN
        school.happens(50)
        fan_out(school.ports)
        send_deliveries(school.ports)
        school.ports.move(seconds=1)
        school.works()
        assert len(school.arrived) == 1
        school.ports.receivers.answer = lambda _: OK
        school.waits(minutes=1)
        school.waits(minutes=1)
        assert len(set(school.arrived)) == 50
        assert school.delivery(endpoint, 50).tries == 1

    def test_down_for_a_month(self, school: School) -> None:
        """The ladder ends, the owner is told, then told that it is off; the events stay in the feed."""
        endpoint = school.adds()
        school.ports.receivers.answer = lambda _: DOWN
        school.happens()
        school.minute()
        told = {}
        for hour in range(30 * 24):
            school.waits(hours=1)
            for topic in school.mails():
                told.setdefault(topic, hour)
        off = school.endpoint(endpoint)
        assert told == {Topic.ENDPOINT_FAILING: 23, Topic.ENDPOINT_OFF: 119}
        assert (off.is_on, off.off_reason) == (False, OffReason.FAILING)
        assert school.delivery(endpoint).state is DeliveryState.GIVEN_UP
        assert school.ports.alarms.raised == [f"endpoint off {endpoint.id} failing"]
        assert school.mails() == [Topic.ENDPOINT_FAILING, Topic.ENDPOINT_OFF]
        assert Act.ENDPOINT_SWITCHED_OFF in school.acts()
        assert [each.number for each in school.ports.events.numbered(0, 9)] == [1]
        for entry_id in tuple(school.ports.memory.entries):
            deliver_outbox(school.ports, entry_id)
        assert {to for to, _ in school.ports.mailer.sent} == {ADMIN.email}

    def test_after_an_outage_of_ours_the_owner_has_two_days(self, school: School) -> None:
        endpoint = school.adds()
        school.ports.receivers.answer = lambda _: DOWN
        school.happens()
        school.minute()
        school.waits(days=20)
        assert school.endpoint(endpoint).is_on
        assert school.mails() == [Topic.ENDPOINT_FAILING]
        for time in ({"minutes": 1}, {"days": 1}):
            school.waits(**time)
            assert school.endpoint(endpoint).is_on
        school.waits(days=1)
        assert not school.endpoint(endpoint).is_on

    def test_gone_is_off_at_once_and_its_owner_told(self, school: School) -> None:
        endpoint = school.adds()
        school.ports.receivers.answer = lambda _: GONE
        school.happens(2)
        school.minute()
        assert school.endpoint(endpoint).off_reason is OffReason.GONE
        assert len(school.arrived) == 1
        assert school.mails() == [Topic.ENDPOINT_GONE]
        school.happens()
        school.waits(hours=1)
        assert len(school.arrived) == 1

    def test_gone_told_twice_at_once_ends_it_once(
        self, school: School, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        endpoint = school.adds()
        school.ports.receivers.answer = lambda _: GONE
        school.happens(2)
        fan_out(school.ports)
        monkeypatch.setattr(school.ports.webhooks, "endpoint", lambda _: endpoint)
        for number in (1, 2):
            deliver_event(school.ports, endpoint.id, number)
        assert school.mails() == [Topic.ENDPOINT_GONE]

    def test_what_was_missed_comes_when_it_is_switched_on(self, school: School) -> None:
        endpoint = school.adds()
        school.happens()
        school.minute()
        school.ports.move(hours=3)
        school.ports.receivers.answer = lambda _: DOWN
        school.happens(2)
        for _ in range(30 * 6):
            school.waits(hours=4)
        school.happens(2)
        school.ports.receivers.answer = lambda _: OK
        school.ports.receivers.sent.clear()
        school.minute()
        assert school.arrived == []
        again = switch_on(school.ports, endpoint.id, OTHER)
        assert switch_on(school.ports, endpoint.id, OTHER) == again
        school.minute()
        assert (again.owner_id, again.is_on) == (OTHER.id, True)
        assert len(set(school.arrived)) == 4
        assert len(school.arrived) == 4, "the one that it took is not sent again"

    def test_pause_by_hand_loses_nothing(self, school: School) -> None:
        endpoint = school.adds()
        school.happens()
        fan_out(school.ports)
        off = switch_off(school.ports, endpoint.id, ADMIN)
        assert switch_off(school.ports, endpoint.id, ADMIN) == off
        school.happens()
        school.minute()
        deliver_event(school.ports, endpoint.id, 1)
        assert school.arrived == []
        switch_on(school.ports, endpoint.id, ADMIN)
        school.minute()
        assert len(school.arrived) == 2

    @pytest.mark.parametrize("left", [activated(ADMIN, is_active=False), None])
    def test_owner_who_left_sends_nothing_more(self, school: School, left: Person | None) -> None:
        endpoint = school.adds()
        if left:
            school.ports.store.commit(Changes((left,)))
        else:
            del school.ports.memory.people[ADMIN.id]
        school.minute()
        assert school.endpoint(endpoint).off_reason is OffReason.OWNER_LEFT
        assert school.mails() == []
        assert school.ports.alarms.raised == [f"endpoint off {endpoint.id} owner_left"]

    def test_removed_one_has_no_secret_and_gets_nothing(self, school: School) -> None:
        endpoint = school.adds()
        school.happens()
        fan_out(school.ports)
        remove_endpoint(school.ports, endpoint.id, ADMIN)
        assert endpoint.id not in school.ports.memory.endpoint_healths
        school.minute()
        deliver_event(school.ports, endpoint.id, 1)
        assert school.arrived == []
        assert school.ports.webhooks.endpoints() == ()

    def test_endpoint_without_a_cursor_is_ended_and_switched_all_the_same(self, school: School) -> None:
        endpoint = school.adds()
        school.ports.receivers.answer = lambda _: GONE
        school.happens()
        school.minute()
        del school.ports.memory.endpoint_cursors[endpoint.id]
        del school.ports.memory.deliveries[endpoint.id, 1]
        switch_on(school.ports, endpoint.id, ADMIN)
        school.minute()
        del school.ports.memory.endpoint_healths[endpoint.id]
        remove_endpoint(school.ports, endpoint.id, ADMIN)

    def test_one_that_is_removed_while_its_deliveries_are_written_gets_none(self, school: School) -> None:
        endpoint = school.adds()
        school.happens()
        meanwhile(school.ports, lambda: remove_endpoint(school.ports, endpoint.id, ADMIN))
        assert fan_out(school.ports).written == 0
        assert school.ports.memory.deliveries == {}


class TestReplay:
    def test_one_event_comes_again_and_its_attempts_stay(self, school: School) -> None:
        endpoint = school.adds()
        school.happens(2)
        school.minute()
        event_id = school.arrived[0]
        replay_event(school.ports, endpoint.id, event_id, ADMIN)
        school.minute()
        assert school.arrived.count(event_id) == 2
        assert results(school.delivery(endpoint)) == [AttemptResult.ACCEPTED] * 2
        assert school.acts()[-1] is Act.EVENTS_REPLAYED

    def test_event_of_before_the_endpoint_can_be_sent_too(self, school: School) -> None:
        school.happens()
        endpoint = school.adds()
        event_id = school.ports.events.marks(0, 1)[0].id
        assert replay_event(school.ports, endpoint.id, event_id, ADMIN).number == 1
        school.minute()
        assert school.arrived == [event_id]

    def test_since_a_moment(self, school: School) -> None:
        endpoint = school.adds()
        for _ in range(6):
            school.happens()
            school.minute()
            school.ports.move(days=1)
        school.ports.receivers.sent.clear()
        since = school.ports.at - timedelta(days=3)
        assert replay_since(school.ports, endpoint.id, since, ADMIN) == 3
        school.minute()
        assert [json.loads(sent.body)["sequence"] for sent in school.ports.receivers.sent] == [4, 5, 6]
        school.waits(minutes=1)
        assert len(school.arrived) == 3

    def test_since_the_beginning_begins_the_ladder_again_for_what_waits(self, school: School) -> None:
        school.happens()
        endpoint = school.adds()
        school.happens(2)
        school.ports.receivers.answer = lambda _: DOWN
        school.minute()
        school.ports.delivery_queue.messages.clear()
        school.happens()
        fan_out(school.ports)
        untried = school.delivery(endpoint, 4)
        assert replay_since(school.ports, endpoint.id, school.ports.at - timedelta(days=90), ADMIN) == 4
        fan_out(school.ports)
        assert school.delivery(endpoint, 4) == untried
        assert [school.delivery(endpoint, number).tries for number in (1, 2, 3)] == [0, 0, 0]
        school.ports.receivers.answer = lambda _: OK
        school.waits(minutes=1)
        school.waits(minutes=1)
        assert len(set(school.arrived)) == 4

    def test_unknown_event_endpoint_or_day(self, school: School) -> None:
        endpoint = school.adds()
        with pytest.raises(NotFound):
            replay_event(school.ports, endpoint.id, "evt-unknown", ADMIN)
        with pytest.raises(NotFound):
            replay_since(school.ports, "0" * 16, school.ports.at, ADMIN)
        with pytest.raises(ReplayToCome):
            replay_since(school.ports, endpoint.id, school.ports.at + timedelta(days=1), ADMIN)

    def test_list_tells_the_newest_first_for_thirty_days(self, school: School) -> None:
        endpoint = school.adds()
        school.happens(3)
        school.minute()
        assert [each.number for each in list_deliveries(school.ports, endpoint.id, None)] == [3, 2, 1]
        assert [each.number for each in list_deliveries(school.ports, endpoint.id, 3, 1)] == [2]
        school.ports.move(days=30)
        assert list_deliveries(school.ports, endpoint.id, None) == []


class TestBus:
    def test_school_without_a_bus_puts_nothing(self, school: School) -> None:
        school.happens()
        assert publish_to_bus(school.ports) == 0

    def test_events_are_put_in_order_once(self, school: School) -> None:
        bus = school.ports.event_bus = RecordedBus()
        school.happens()
        assert publish_to_bus(school.ports) == 0, "it begins with what comes after its first run"
        school.happens(12)
        assert publish_to_bus(school.ports) == 12
        assert publish_to_bus(school.ports) == 0
        assert [each.number for each in bus.told] == list(range(2, 14))

    def test_batch_that_the_bus_refused_is_put_again(
        self, school: School, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bus = school.ports.event_bus = RecordedBus()
        publish_to_bus(school.ports)
        school.happens()

        def refused(_: object) -> None:
            raise RuntimeError

        with monkeypatch.context() as while_it_is_out:
            while_it_is_out.setattr(bus, "put", refused)
            with pytest.raises(RuntimeError):
                publish_to_bus(school.ports)
        assert publish_to_bus(school.ports) == 1


def _fresh(school: School) -> FakePorts:
    made = FakePorts(school.ports.campaigns.current())
    made.store.commit(Changes((ADMIN, OTHER)))
    return made
