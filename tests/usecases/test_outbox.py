"""P28: an outbox entry backs off alone, is queued once at a time, and is given up where staff sees it."""

from collections.abc import Sequence
from typing import Any

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, Forbidden, NotFound
from chalicelib.domain.outbox import LADDER, LONGEST_TRY, QUEUED_FOR, OutboxEntry, Topic
from chalicelib.domain.people import Person, Role
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import notice
from chalicelib.usecases.delivery.deliver_outbox import NotDelivered, deliver_outbox
from chalicelib.usecases.delivery.keep_failure import UNFINISHED
from chalicelib.usecases.delivery.retry_entry import list_given_up, retry_entry
from chalicelib.usecases.delivery.send_outbox import CHUNK, RUN, send_outbox
from tests.fakes.ports import FakePorts
from tests.proof.interception import Died
from tests.usecases.conftest import CHRIS, Student

ADMIN = Person("00000000000000ad", "admin@demo.test", "Alex", "TESTAD", frozenset({Role.ADMINISTRATOR}))
SENT = [(CHRIS.email, Topic.PASSWORD_SET)]


@pytest.fixture
def ports(chris: Student) -> FakePorts:
    return chris.ports


def owes(ports: FakePorts) -> OutboxEntry:
    entry = notice(ports, Topic.PASSWORD_SET, CHRIS)
    ports.outbox.add(entry)
    return entry


def is_down(ports: FakePorts, error: BaseException | None = None) -> None:
    def fail(*_told: Any) -> None:
        raise error or ConnectionError("to student@demo.test")

    ports.mailer.send_notice = fail  # type: ignore[method-assign]  # a fake is there to be bent


def is_up(ports: FakePorts) -> None:
    del ports.mailer.send_notice  # type: ignore[method-assign]  # the class has its own


def stored(ports: FakePorts, entry: OutboxEntry) -> OutboxEntry:
    found = ports.outbox.find(entry.id)
    assert found is not None
    return found


def runs(ports: FakePorts) -> int:
    """Queue what is due and deliver every message; return how many tries failed."""
    queue, failures = ports.outbox_queue.entries, 0
    send_outbox(ports)
    while queue:
        try:
            deliver_outbox(ports, queue.pop(0).id)
        except NotDelivered:
            failures += 1
    return failures


def gives_up(ports: FakePorts) -> OutboxEntry:
    entry = owes(ports)
    is_down(ports)
    for wait in (*LADDER, None):
        assert runs(ports) == 1
        if wait:
            ports.at += wait
    is_up(ports)
    return stored(ports, entry)


class TestBackOff:
    def test_failed_entry_is_tried_again_at_its_own_time(self, ports: FakePorts) -> None:
        entry = owes(ports)
        is_down(ports)
        assert runs(ports) == 1
        is_up(ports)
        assert runs(ports) == 0
        assert ports.mailer.sent == []
        ports.at += LADDER[0]
        runs(ports)
        assert ports.mailer.sent == SENT
        assert ports.outbox.find(entry.id) is None
        assert [(each.id, each.sent_at) for each in ports.outbox.sent_to(CHRIS.id)] == [(entry.id, ports.at)]

    def test_entry_keeps_the_kind_of_its_failure_and_nothing_that_it_said(self, ports: FakePorts) -> None:
        entry = owes(ports)
        is_down(ports)
        with pytest.raises(NotDelivered) as failure:
            deliver_outbox(ports, entry.id)
        assert (stored(ports, entry).tries, stored(ports, entry).last_failure) == (1, "ConnectionError")
        assert "student" not in repr(stored(ports, entry))
        assert isinstance(failure.value.__cause__, ConnectionError)

    def test_failing_entry_delays_no_other(self, ports: FakePorts) -> None:
        owes(ports)
        is_down(ports)
        runs(ports)
        is_up(ports)
        owes(ports)
        runs(ports)
        assert ports.mailer.sent == SENT

    def test_after_the_last_step_it_is_given_up_and_told_once(self, ports: FakePorts) -> None:
        entry = gives_up(ports)
        assert list_given_up(ports) == (entry,)
        assert ports.alarms.raised == [f"given up {entry.id} ConnectionError"]
        ports.move(days=30)
        assert (runs(ports), ports.mailer.sent) == (0, [])
        deliver_outbox(ports, entry.id)
        assert (ports.mailer.sent, len(ports.alarms.raised)) == ([], 1)

    def test_entry_that_ends_every_process_is_given_up_too(self, ports: FakePorts) -> None:
        entry = owes(ports)
        is_down(ports, Died())
        for wait in (*LADDER, LADDER[-1]):
            send_outbox(ports)
            with pytest.raises(Died):
                deliver_outbox(ports, entry.id)
            ports.at += max(wait, LONGEST_TRY)
        assert send_outbox(ports) == 0
        assert [each.last_failure for each in list_given_up(ports)] == [UNFINISHED]
        assert ports.alarms.raised == [f"given up {entry.id} {UNFINISHED}"]

    def test_failure_of_an_entry_that_somebody_else_wrote_is_still_told(self, ports: FakePorts) -> None:
        entry = owes(ports)

        def overtaken(*_told: Any) -> None:
            ports.at += LONGEST_TRY
            is_up(ports)
            deliver_outbox(ports, entry.id)
            raise ConnectionError

        ports.mailer.send_notice = overtaken  # type: ignore[method-assign]  # a fake is there to be bent
        with pytest.raises(NotDelivered):
            deliver_outbox(ports, entry.id)
        assert ports.mailer.sent == SENT
        assert ports.memory.entries == {}


class TestQueuedOnce:
    def test_entry_is_not_queued_again_while_it_is_in_the_queue(self, ports: FakePorts) -> None:
        owes(ports)
        assert [send_outbox(ports), send_outbox(ports)] == [1, 0]

    def test_message_that_is_lost_is_queued_again_after_the_lease(self, ports: FakePorts) -> None:
        owes(ports)
        send_outbox(ports)
        ports.outbox_queue.entries.clear()
        ports.at += QUEUED_FOR
        runs(ports)
        assert ports.mailer.sent == SENT

    def test_of_two_runs_at_once_one_queues(self, ports: FakePorts) -> None:
        owes(ports)
        both_see = ports.outbox.pending(ports.now())
        send_outbox(ports)
        ports.outbox.pending = lambda *_asked: both_see  # type: ignore[method-assign]  # an index that is late
        assert send_outbox(ports) == 0
        assert len(ports.outbox_queue.entries) == 1

    def test_entry_that_cannot_be_leased_keeps_no_other_from_the_queue(self, ports: FakePorts) -> None:
        bad, good = owes(ports), owes(ports)
        save = ports.store.commit

        def picky(changes: Changes) -> None:
            if any(isinstance(row, OutboxEntry) and row.id == bad.id for row in changes.rows):
                raise ValueError
            save(changes)

        ports.store.commit = picky  # type: ignore[method-assign]  # a fake is there to be bent
        ports.alarms.expects_failures = True
        assert send_outbox(ports) == 1
        assert [each.id for each in ports.outbox_queue.entries] == [good.id]
        assert ports.alarms.raised == ["failure outbox entry not leased ValueError"]

    def test_chunk_that_the_queue_refuses_is_counted_and_the_next_goes_on(self, ports: FakePorts) -> None:
        for _ in range(2 * CHUNK):
            owes(ports)
        send, calls = ports.outbox_queue.send, []

        def refuse_first(entries: Sequence[OutboxEntry]) -> None:
            calls.append(len(entries))
            if len(calls) == 1:
                raise ConnectionError
            send(entries)

        ports.outbox_queue.send = refuse_first  # type: ignore[method-assign]  # the same
        ports.alarms.expects_failures = True
        assert send_outbox(ports) == CHUNK
        assert ports.alarms.raised == ["failure outbox entries not queued ConnectionError"]
        ports.at += QUEUED_FOR
        assert send_outbox(ports) == 2 * CHUNK, "those refused, and those whose message is by now lost"

    def test_run_without_time_leaves_the_rest_to_the_next_one(self, ports: FakePorts) -> None:
        for _ in range(2 * CHUNK):
            owes(ports)
        left = iter([True, False])
        assert send_outbox(ports, lambda: next(left)) == CHUNK
        assert send_outbox(ports) == CHUNK

    def test_run_takes_so_many_at_most(self, ports: FakePorts) -> None:
        asked: list[int | None] = []
        pending = ports.outbox.pending

        def noted(now: Any, limit: int | None = None) -> Sequence[OutboxEntry]:
            asked.append(limit)
            return pending(now, limit)

        ports.outbox.pending = noted  # type: ignore[method-assign]  # the same
        send_outbox(ports)
        assert asked == [RUN]


class TestDeliveredOnce:
    def test_second_message_of_an_entry_leads_to_no_second_try(self, ports: FakePorts) -> None:
        entry = owes(ports)
        send_notice, inner = ports.mailer.send_notice, []

        def meanwhile(*told: Any) -> None:
            deliver_outbox(ports, entry.id)
            inner.append(list(ports.mailer.sent))
            send_notice(*told)

        ports.mailer.send_notice = meanwhile  # type: ignore[method-assign]  # a fake is there to be bent
        deliver_outbox(ports, entry.id)
        deliver_outbox(ports, entry.id)
        assert (inner, ports.mailer.sent) == ([[]], SENT)

    def test_who_loses_the_race_for_a_try_sends_nothing(self, ports: FakePorts) -> None:
        entry = owes(ports)

        def lost(*_written: Any) -> None:
            raise ConcurrentUpdate

        ports.store.commit = lost  # type: ignore[method-assign]  # the same
        deliver_outbox(ports, entry.id)
        assert ports.mailer.sent == []


class TestAskedAgain:
    def test_given_up_entry_is_delivered_once_staff_asks(self, ports: FakePorts) -> None:
        entry = gives_up(ports)
        retry_entry(ports, entry.id, ADMIN)
        assert list_given_up(ports) == ()
        runs(ports)
        assert ports.mailer.sent == SENT

    def test_who_asked_for_what_about_whom_stands_in_the_trail(self, ports: FakePorts) -> None:
        entry = gives_up(ports)
        retry_entry(ports, entry.id, ADMIN)
        told = list(ports.memory.audit_waiting.values())[-1]
        assert (told.by, told.act, told.subject_id) == (ADMIN.id, Act.DELIVERY_RETRIED, CHRIS.id)
        assert (told.target, told.details) == (entry.id, {"topic": "password_set"})

    def test_link_that_nobody_has_yet_is_kept_with_who_asked_again(self, ports: FakePorts) -> None:
        asked = OutboxEntry("link", Topic.PASSWORD_RESET, "", "", ports.at, email="x@y", given_up_at=ports.at)
        ports.outbox.add(asked)
        retry_entry(ports, asked.id, ADMIN)
        assert list(ports.memory.audit_waiting.values())[-1].subject_id == ADMIN.id

    def test_only_what_is_given_up_can_be_asked_for_again(self, ports: FakePorts) -> None:
        entry = owes(ports)
        for entry_id in (entry.id, "unknown"):
            with pytest.raises(NotFound):
                retry_entry(ports, entry_id, ADMIN)
        assert stored(ports, entry) == entry

    def test_nobody_asks_for_their_own(self, ports: FakePorts) -> None:
        own = notice(ports, Topic.PASSWORD_SET, ADMIN)
        ports.outbox.add(own)
        with pytest.raises(Forbidden):
            retry_entry(ports, own.id, ADMIN)
