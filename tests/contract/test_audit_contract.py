"""The audit trail in memory and in the table: sealed in order, once, and only ever added to."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import boto3
import pytest

from chalicelib.delivery.audit_heads import S3AuditHeads
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.trail.audit import BEGINNING, Act, AuditEntry, AuditRecord, Head, forgotten, seal
from chalicelib.storage.audit import DynamoAuditTrail
from chalicelib.storage.kinds import row_of
from chalicelib.storage.table import Table
from chalicelib.usecases.audit.seal_audit import seal_audit
from chalicelib.usecases.audit.verify_audit import verify_audit
from tests.fakes.audit import MemoryAuditHeads, MemoryAuditTrail
from tests.fakes.ports import MANUAL_DAY, RecordedAlarms
from tests.fakes.storage import Memory

CHRIS, DOMINIQUE = "00000000000000c1", "00000000000000d1"
TODAY = MANUAL_DAY.date()


def entry(number: int, subject_id: str = CHRIS, **told: Any) -> AuditEntry:
    return AuditEntry(
        id=f"{number:016x}",
        at=MANUAL_DAY + timedelta(seconds=number),
        by="00000000000000a1",
        act=told.pop("act", Act.REGISTRATION_BLOCKED),
        subject_id=subject_id,
        target=f"{subject_id}-1",
        reason=told.pop("reason", "Chèque impayé"),
        details={"cents": "60100"},
    )


@dataclass
class Trail:
    """The ports of the trail, and the way in which a change writes its entry."""

    audit: Any
    audit_heads: Any
    write: Callable[[AuditEntry], None]
    at: datetime = MANUAL_DAY
    alarms: RecordedAlarms = field(default_factory=RecordedAlarms)
    _tokens: Any = field(default_factory=count)

    def now(self) -> datetime:
        return self.at

    def new_token(self) -> str:
        return f"salt {next(self._tokens)}"

    @property
    def numbers(self) -> list[int]:
        return [each.number for each in self.audit.records(1)]


def _memory() -> Trail:
    memory = Memory()
    return Trail(
        MemoryAuditTrail(memory),
        MemoryAuditHeads(),
        lambda told: memory.audit_waiting.update({told.id: told}),
    )


def _aws(names: Any) -> Trail:
    table = Table(names.table, "eu-west-3")
    heads = S3AuditHeads(boto3.client("s3"), names.bucket)
    return Trail(DynamoAuditTrail(table), heads, lambda told: table.put(row_of(table, told), table.absent))


@pytest.fixture(params=["memory", "aws"])
def trail(request: pytest.FixtureRequest) -> Trail:
    return _memory() if request.param == "memory" else _aws(request.getfixturevalue("names"))


def chained(told: Sequence[AuditEntry], after: AuditRecord | None = None) -> list[AuditRecord]:
    records = [after] if after else []
    for each in told:
        number, previous = (records[-1].number, records[-1].hash) if records else (0, BEGINNING)
        records.append(seal(previous, number + 1, each, "salt"))
    return [each for each in records if each is not after]


def test_an_empty_trail_has_no_end_and_nothing_to_seal(trail: Trail) -> None:
    assert trail.audit.head() is None
    assert seal_audit(trail).sealed == 0
    assert list(trail.audit.records(1)) == []
    assert trail.audit_heads.all() == {}
    assert verify_audit(trail).count == 0


def test_waiting_entries_come_oldest_first(trail: Trail) -> None:
    for number in (3, 1, 2):
        trail.write(entry(number))
    assert list(trail.audit.waiting(10)) == [entry(1), entry(2), entry(3)]
    assert list(trail.audit.waiting(2)) == [entry(1), entry(2)]


def test_sealing_moves_every_entry_into_one_chain_in_order(trail: Trail) -> None:
    for number in range(1, 71):
        trail.write(entry(number))
    assert seal_audit(trail).sealed == 70
    records = list(trail.audit.records(1))
    assert [each.number for each in records] == list(range(1, 71))
    assert [each.id for each in records] == [f"{number:016x}" for number in range(1, 71)]
    assert list(trail.audit.waiting(10)) == []
    assert trail.audit.head() == Head(70, records[-1].hash, TODAY)
    assert list(trail.audit.records(69)) == records[68:]
    assert list(trail.audit.records(2, 4)) == records[1:4]
    verdict = verify_audit(trail)
    assert (verdict.count, verdict.flaw) == (70, None)


def test_the_chain_goes_on_where_it_ended(trail: Trail) -> None:
    trail.write(entry(1))
    seal_audit(trail)
    trail.write(entry(2))
    assert seal_audit(trail).sealed == 1
    first, second = trail.audit.records(1)
    assert second.previous == first.hash


def test_an_entry_that_is_refused_waits_on_and_the_others_are_sealed(trail: Trail) -> None:
    for number in range(1, 41):
        trail.write(entry(number))
    append = trail.audit.append

    def picky(records: Sequence[AuditRecord], after: Head | None, day: date) -> None:
        if entry(7).id in {each.id for each in records}:
            raise ValueError("too large")
        append(records, after, day)

    trail.audit.append, trail.alarms.expects_failures = picky, True
    report = seal_audit(trail)
    assert (report.sealed, report.failed) == (39, 1)
    assert trail.alarms.raised == ["failure audit entry not sealed ValueError"]
    assert list(trail.audit.waiting(10)) == [entry(7)]
    assert (verify_audit(trail).count, verify_audit(trail).flaw) == (39, None)


def test_of_many_sealers_at_once_each_entry_is_sealed_once(trail: Trail) -> None:
    for number in range(1, 101):
        trail.write(entry(number))
    with ThreadPoolExecutor(8) as pool:
        sealed = sum(pool.map(lambda _: seal_audit(trail).sealed, range(16)))
    sealed += seal_audit(trail).sealed
    assert sealed == 100
    assert trail.numbers == list(range(1, 101))
    assert {each.id for each in trail.audit.records(1)} == {f"{number:016x}" for number in range(1, 101)}
    assert verify_audit(trail).flaw is None


def test_a_sealer_that_comes_second_changes_nothing(trail: Trail) -> None:
    trail.write(entry(1))
    trail.write(entry(2))
    first = chained([entry(1)])
    trail.audit.append(first, None, TODAY)
    for late in (chained([entry(2)]), chained([entry(1)], first[0])):
        after = None if late[0].number == 1 else trail.audit.head()
        with pytest.raises(ConcurrentUpdate):
            trail.audit.append(late, after, TODAY)
    assert list(trail.audit.records(1)) == first
    assert list(trail.audit.waiting(10)) == [entry(2)]


def test_the_chain_reads_on_from_block_to_block(trail: Trail) -> None:
    """A forged end stands in for the thousand records before."""
    trail.write(entry(1))
    seal_audit(trail)
    end = trail.audit.head()
    last = seal(BEGINNING, 999, entry(1), "salt")
    told = [entry(number) for number in range(2, 5)]
    for each in told:
        trail.write(each)
    records = chained(told, last)
    trail.audit.append(records, end, TODAY)
    assert [each.number for each in trail.audit.records(999)] == [1000, 1001, 1002]
    assert [each.number for each in trail.audit.records(1001)] == [1001, 1002]
    assert list(trail.audit.records(1003)) == []


def test_a_persons_records_are_shown_newest_last(trail: Trail) -> None:
    for number in range(1, 121):
        trail.write(entry(number, CHRIS if number % 2 else DOMINIQUE))
    seal_audit(trail)
    first, cursor = trail.audit.of_subject(CHRIS, None)
    second, end = trail.audit.of_subject(CHRIS, cursor)
    assert [each.number for each in [*first, *second]] == list(range(1, 121, 2))
    assert (len(first), end) == (50, None)
    assert trail.audit.of_subject("00000000000000e1", None) == (first[:0], None)


def test_an_erasure_takes_the_reasons_and_leaves_the_chain_intact(trail: Trail) -> None:
    for number in (1, 2, 3):
        trail.write(entry(number, DOMINIQUE if number == 2 else CHRIS))
    seal_audit(trail)
    kept = list(trail.audit.records(1))
    trail.write(entry(4))
    trail.write(entry(5, act=Act.PERSON_ERASED, reason=""))
    trail.audit.forget_reasons(CHRIS)
    assert list(trail.audit.records(1)) == [forgotten(kept[0]), kept[1], forgotten(kept[2])]
    assert verify_audit(trail).flaw is None
    assert [each.reason for each in trail.audit.waiting(10)] == ["", ""]
    assert seal_audit(trail).sealed == 2
    assert [each.reason for each in trail.audit.records(1)] == ["", "Chèque impayé", "", "", ""]
    shown, _ = trail.audit.of_subject(CHRIS, None)
    assert {each.reason for each in shown} == {""}
    assert verify_audit(trail).flaw is None


def test_forgetting_twice_or_before_anything_was_told_changes_nothing(trail: Trail) -> None:
    trail.audit.forget_reasons(CHRIS)
    trail.write(entry(1))
    trail.write(entry(2, act=Act.RETENTION_APPLIED, reason="5 ans"))
    seal_audit(trail)
    trail.audit.forget_reasons(CHRIS)
    once = list(trail.audit.records(1))
    trail.audit.forget_reasons(CHRIS)
    assert list(trail.audit.records(1)) == once
    assert [each.reason for each in once] == ["", "5 ans"]
    assert verify_audit(trail).flaw is None


def test_the_first_head_kept_for_a_day_stays(trail: Trail) -> None:
    first = Head(1, "a" * 64, date(2022, 7, 1))
    trail.audit_heads.keep(first)
    trail.audit_heads.keep(replace(first, number=2, hash="b" * 64))
    trail.audit_heads.keep(replace(first, day=date(2022, 7, 2)))
    assert trail.audit_heads.all() == {
        date(2022, 7, 1): first,
        date(2022, 7, 2): replace(first, day=date(2022, 7, 2)),
    }


def test_the_end_of_a_day_is_kept_apart_before_anything_more_is_sealed(trail: Trail) -> None:
    trail.write(entry(1))
    seal_audit(trail)
    assert trail.audit_heads.all() == {}
    yesterdays = trail.audit.head()
    trail.at += timedelta(days=1)
    trail.write(entry(2))
    seal_audit(trail)
    assert trail.audit_heads.all() == {TODAY: yesterdays}
    trail.at += timedelta(days=3)
    assert seal_audit(trail).sealed == 0
    assert trail.audit_heads.all() == {TODAY: yesterdays}
    trail.at = (trail.at + timedelta(days=1)).astimezone(PARIS).replace(hour=0, minute=30)
    assert seal_audit(trail).sealed == 0
    quiet = replace(trail.audit.head(), day=TODAY + timedelta(days=4))
    assert trail.audit_heads.all() == {TODAY: yesterdays, quiet.day: quiet}
