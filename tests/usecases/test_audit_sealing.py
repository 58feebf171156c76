"""What the sealer does when others seal, erase or break the chain at the same time."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.trail.audit import Act, AuditEntry, AuditRecord, Head, seal
from chalicelib.domain.trail.audit_verification import Wrong
from chalicelib.usecases.audit import seal_audit as seal_audit_module
from chalicelib.usecases.audit.seal_audit import BATCH, MOST_LEFT, Sealing, seal_audit
from chalicelib.usecases.audit.verify_audit import verify_audit
from tests.fakes.ports import FakePorts

CHRIS = "00000000000000c1"


@pytest.fixture
def ports() -> FakePorts:
    return FakePorts(load_shipped("clermont-auvergne-inp-2022"))


def write(ports: FakePorts, count: int = 1, act: Act = Act.REGISTRATION_BLOCKED) -> list[AuditEntry]:
    told = [
        AuditEntry(ports.new_id(), ports.now(), "00000000000000a1", act, CHRIS, f"{CHRIS}-1", "Chèque impayé")
        for _ in range(count)
    ]
    ports.memory.audit_waiting.update({each.id: each for each in told})
    return told


def just_before_appending(ports: FakePorts, act: Callable[[], Any]) -> None:
    """Let something else happen, once, after the sealer has read and before it writes."""
    append, left = ports.audit.append, [act]

    def appended(records: Sequence[AuditRecord], after: Head | None, day: date) -> None:
        while left:
            left.pop()()
        append(records, after, day)

    ports.audit.append = appended  # type: ignore[method-assign]  # a fake is there to be bent


def test_each_record_has_a_salt_of_its_own(ports: FakePorts) -> None:
    write(ports, 40)
    seal_audit(ports)
    assert len({each.salt for each in ports.audit.chain}) == 40


def test_a_sealer_that_loses_the_race_leaves_quietly(ports: FakePorts) -> None:
    write(ports, BATCH + 5)
    just_before_appending(ports, lambda: seal_audit(ports))
    assert seal_audit(ports).sealed == 0
    assert len(ports.audit.chain) == BATCH + 5
    assert verify_audit(ports).flaw is None


def test_an_entry_that_only_seems_to_wait_is_left_quietly(ports: FakePorts) -> None:
    """The index of what waits may be a moment behind the chain."""
    (told,) = write(ports)
    just_before_appending(ports, ports.memory.audit_waiting.clear)
    assert seal_audit(ports).sealed == 0
    assert told.id not in {each.id for each in ports.audit.chain}


def refuses(ports: FakePorts, bad: set[str], error: Exception) -> None:
    """Let the chain take no record of these entries."""
    append = ports.audit.append

    def picky(records: Sequence[AuditRecord], after: Head | None, day: date) -> None:
        if bad & {each.id for each in records}:
            raise error
        append(records, after, day)

    ports.alarms.expects_failures = True
    ports.audit.append = picky  # type: ignore[method-assign]  # a fake is there to be bent


def test_a_chain_that_takes_nothing_more_is_an_error_the_operators_hear_of(ports: FakePorts) -> None:
    (told,) = write(ports)
    ports.move(hours=2)
    refuses(ports, {told.id}, ConcurrentUpdate("the chain's end"))
    assert seal_audit(ports) == Sealing(sealed=0, failed=1)
    assert ports.alarms.raised == ["failure audit entry not sealed ConcurrentUpdate"]


def test_entries_that_are_refused_keep_no_other_from_being_sealed(ports: FakePorts) -> None:
    told = write(ports, 3 * BATCH)
    bad = {told[0].id, told[BATCH].id, told[-1].id}
    refuses(ports, bad, ValueError("too large"))
    assert seal_audit(ports) == Sealing(sealed=3 * BATCH - 3, failed=3)
    assert seal_audit(ports) == Sealing(sealed=0, failed=3)
    assert {each.id for each in ports.audit.waiting(100)} == bad
    assert verify_audit(ports).flaw is None


def test_an_entry_that_cannot_even_be_sealed_is_passed_over(
    ports: FakePorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = write(ports, 2)

    def refuse(previous: str, number: int, entry: AuditEntry, salt: str) -> AuditRecord:
        if entry == bad:
            raise TypeError
        return seal(previous, number, entry, salt)

    monkeypatch.setattr(seal_audit_module, "seal", refuse)
    ports.alarms.expects_failures = True
    assert seal_audit(ports) == Sealing(sealed=1, failed=1)
    assert [each.id for each in ports.audit.chain] == [good.id]


def test_a_table_that_takes_nothing_ends_the_run(ports: FakePorts) -> None:
    told = write(ports, 10 * BATCH)
    refuses(ports, {each.id for each in told}, ConnectionError())
    assert seal_audit(ports) == Sealing(sealed=0, failed=MOST_LEFT)
    assert len(ports.audit.waiting(1000)) == 10 * BATCH


def test_a_sealer_overtaken_between_two_entries_of_a_refused_batch_leaves_quietly(ports: FakePorts) -> None:
    told = write(ports, 3)
    refuses(ports, {told[0].id}, ValueError("too large"))
    picky = ports.audit.append
    calls: list[int] = []

    def overtaken(records: Sequence[AuditRecord], after: Head | None, day: date) -> None:
        calls.append(len(records))
        if len(calls) == 3:
            picky(records, after, day)
        picky(records, after, day)

    ports.audit.append = overtaken  # type: ignore[method-assign]  # a fake is there to be bent
    assert seal_audit(ports) == Sealing(sealed=0, failed=1)
    assert calls == [3, 1, 1]


def test_a_reason_sealed_while_its_subject_is_erased_is_forgotten_all_the_same(ports: FakePorts) -> None:
    write(ports)

    def erase() -> None:
        write(ports, act=Act.PERSON_ERASED)
        ports.audit.forget_reasons(CHRIS)

    just_before_appending(ports, erase)
    seal_audit(ports)
    assert verify_audit(ports).flaw is None
    seal_audit(ports)
    assert [each.reason for each in ports.audit.chain] == ["", "Chèque impayé"]
    assert [each.act for each in ports.audit.chain if each.reason] == [Act.PERSON_ERASED]
    assert verify_audit(ports).flaw is None


def test_the_head_of_a_day_is_what_its_last_sealing_left(ports: FakePorts) -> None:
    write(ports, 3)
    seal_audit(ports)
    write(ports, 2)
    seal_audit(ports)
    assert ports.audit_heads.kept == {}
    write(ports)
    ports.move(days=1)
    seal_audit(ports)
    yesterday = ports.at.date() - timedelta(days=1)
    assert ports.audit_heads.kept == {yesterday: Head(5, ports.audit.chain[4].hash, yesterday)}


def test_the_day_ends_at_midnight_in_paris(ports: FakePorts) -> None:
    write(ports)
    seal_audit(ports)
    ports.move(hours=13, minutes=59)
    seal_audit(ports)
    assert ports.audit_heads.kept == {}
    ports.move(minutes=1)
    seal_audit(ports)
    assert len(ports.audit_heads.kept) == 1


def test_nothing_is_sealed_while_the_day_before_cannot_be_kept_apart(ports: FakePorts) -> None:
    write(ports)
    seal_audit(ports)
    write(ports)
    ports.move(days=1)

    def fail(head: Head) -> None:
        raise ConnectionError

    ports.audit_heads.keep = fail  # type: ignore[method-assign]  # a fake is there to be bent
    with pytest.raises(ConnectionError):
        seal_audit(ports)
    assert len(ports.audit.chain) == 1


def test_verifying_names_a_record_beyond_the_end(ports: FakePorts) -> None:
    write(ports)
    seal_audit(ports)
    last = ports.audit.chain[-1]
    ports.audit.chain.append(seal(last.hash, 2, write(ports)[0], "salt"))
    verdict = verify_audit(ports)
    assert verdict.flaw is not None
    assert (verdict.flaw.number, verdict.flaw.wrong) == (2, Wrong.BEYOND)
    assert verdict.flaw.until == 2
