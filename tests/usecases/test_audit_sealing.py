"""What the sealer does when others seal, erase or break the chain at the same time."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.audit import Act, AuditEntry, AuditRecord, Head, seal
from chalicelib.domain.audit_verification import Wrong
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.usecases.audit.seal_audit import BATCH, seal_audit
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
    assert seal_audit(ports) == 0
    assert len(ports.audit.chain) == BATCH + 5
    assert verify_audit(ports).flaw is None


def test_an_entry_that_only_seems_to_wait_is_left_quietly(ports: FakePorts) -> None:
    """The index of what waits may be a moment behind the chain."""
    (told,) = write(ports)
    just_before_appending(ports, ports.memory.audit_waiting.clear)
    assert seal_audit(ports) == 0
    assert told.id not in {each.id for each in ports.audit.chain}


def test_a_chain_that_takes_nothing_more_is_an_error_the_operators_hear_of(ports: FakePorts) -> None:
    write(ports)
    ports.move(hours=2)
    just_before_appending(ports, ports.memory.audit_waiting.clear)
    with pytest.raises(ConcurrentUpdate):
        seal_audit(ports)


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
