"""The ladder of an outbox entry: each failure waits longer, and the last one gives up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib.domain.outbox import (
    LADDER,
    LONGEST_TRY,
    OutboxEntry,
    Topic,
    asked_again,
    begun,
    failed,
    given_up,
    queued,
)

NOW = datetime(2022, 6, 24, 10, 0, tzinfo=UTC)
ENTRY = OutboxEntry("entry-1", Topic.PASSWORD_SET, "person", "", NOW)


def tried(entry: OutboxEntry, now: datetime) -> OutboxEntry:
    return failed(begun(queued(entry, now), now), "ClientError", now)


def test_each_failure_waits_as_the_ladder_says_and_the_last_one_gives_up() -> None:
    entry, now, waits = ENTRY, NOW, []
    while not entry.given_up_at:
        entry = tried(entry, now)
        if entry.not_before and not entry.given_up_at:
            waits.append(entry.not_before - now)
            now = entry.not_before
    minutes = [int(wait.total_seconds()) // 60 for wait in waits]
    assert minutes == [1, 5, 15, 60, 240, 720, 1440]
    assert (entry.tries, entry.last_failure, entry.given_up_at) == (len(LADDER) + 1, "ClientError", now)


def test_try_that_ends_its_process_is_counted_and_comes_back_after_the_longest_try() -> None:
    first = begun(queued(ENTRY, NOW), NOW)
    assert (first.tries, first.queued_until, first.waits_until) == (1, None, NOW + LONGEST_TRY)
    assert begun(replace(first, tries=3), NOW).waits_until == NOW + timedelta(hours=1)


def test_spent_entry_that_is_begun_again_waits_no_longer_than_a_day() -> None:
    assert begun(replace(ENTRY, tries=20), NOW).waits_until == NOW + timedelta(days=1)


def test_entry_in_the_queue_may_be_tried_and_one_that_waits_or_is_given_up_may_not() -> None:
    assert ENTRY.may_be_tried(NOW)
    assert queued(ENTRY, NOW).may_be_tried(NOW)
    assert not begun(ENTRY, NOW).may_be_tried(NOW)
    assert begun(ENTRY, NOW).may_be_tried(NOW + LONGEST_TRY)
    assert not given_up(ENTRY, "ClientError", NOW).may_be_tried(NOW + timedelta(days=30))


def test_who_asks_again_begins_with_the_first_step_and_still_reads_what_failed() -> None:
    again = asked_again(given_up(replace(ENTRY, tries=8), "ClientError", NOW))
    assert (again.tries, again.given_up_at, again.last_failure) == (0, None, "ClientError")
    assert again.waits_until == ENTRY.created_at


def test_each_change_is_the_next_version() -> None:
    changes = (queued(ENTRY, NOW), begun(ENTRY, NOW), given_up(ENTRY, "x", NOW), asked_again(ENTRY))
    assert {each.version for each in changes} == {2}
    assert failed(ENTRY, "x", NOW).version == 2
