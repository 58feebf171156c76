"""Whoever touches the audit trail is found out, and the first record touched is named."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from chalicelib.domain.trail.audit import (
    BEGINNING,
    FORGETTING,
    GATEWAY,
    SCHEDULE,
    Act,
    AuditEntry,
    AuditRecord,
    Head,
    RecordUnreadable,
    forgotten,
    hash_of,
    seal,
)
from chalicelib.domain.trail.audit_verification import Flaw, Verdict, Wrong, beyond, verify

DAY = date(2022, 7, 1)
NOON = datetime(2022, 7, 1, 12, 0, tzinfo=UTC)
FIELDS = [each.name for each in fields(AuditRecord)]
AS_STORED = TypeAdapter(AuditRecord)

moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis takes bare bounds
acts = st.sampled_from(sorted(set(Act) - FORGETTING))
subjects = st.sampled_from(["00000000000000c1", "00000000000000d1", "00000000000000e1"])


def told_by(number: int, act: Act, subject_id: str, reason: str) -> AuditEntry:
    return AuditEntry(
        id=f"{number:016x}",
        at=NOON + timedelta(seconds=number),
        by=(GATEWAY, SCHEDULE, "00000000000000a1")[number % 3],
        act=act,
        subject_id=subject_id,
        target=f"{subject_id}-{number}",
        reason=reason,
        details={"cents": f"{number}"} if number % 2 else {},
    )


entries = st.builds(told_by, st.integers(0, 999), acts, subjects, st.text(max_size=20))


def chain_of(told: Sequence[AuditEntry]) -> list[AuditRecord]:
    records: list[AuditRecord] = []
    for number, entry in enumerate(told, 1):
        previous = records[-1].hash if records else BEGINNING
        records.append(seal(previous, number, entry, f"salt {number}"))
    return records


chains = st.lists(entries, min_size=1, max_size=8).map(chain_of)
long_chains = st.lists(entries, min_size=3, max_size=8).map(chain_of)


def entry(number: int, **told: Any) -> AuditEntry:
    return AuditEntry(
        id=f"{number:016x}",
        at=NOON,
        by="00000000000000a1",
        act=told.pop("act", Act.REGISTRATION_BLOCKED),
        subject_id="00000000000000c1",
        target="00000000000000c1-1",
        **told,
    )


def end_of(records: Sequence[AuditRecord], day: date = DAY) -> Head:
    return Head(records[-1].number, records[-1].hash, day)


def read(records: Sequence[AuditRecord], sealed: Sequence[AuditRecord], *kept: int) -> Verdict:
    """Verify `records` where `sealed` was the chain, and the heads of these numbers were kept."""
    heads = {DAY + timedelta(days=rank): end_of(sealed[:number]) for rank, number in enumerate(sorted(kept))}
    return verify(records, heads, end_of(sealed) if sealed else None)


def found(verdict: Verdict) -> Flaw:
    assert verdict.flaw is not None
    assert str(verdict.flaw.number) in verdict.flaw.sentence
    return verdict.flaw


def resealed(record: AuditRecord, **changes: Any) -> AuditRecord:
    """What a forger makes who knows how hashes are made."""
    changed = replace(record, **changes)
    return replace(changed, hash=hash_of(changed))


def rewritten(records: Sequence[AuditRecord], first: int, **changes: Any) -> list[AuditRecord]:
    """The whole chain from record `first` on, made to fit together again."""
    chain = list(records[: first - 1])
    for record in records[first - 1 :]:
        previous = chain[-1].hash if chain else BEGINNING
        told = changes if record.number == first else {}
        chain.append(resealed(record, previous=previous, **told))
    return chain


@given(records=chains, data=st.data())
def test_a_chain_that_nobody_touched_is_intact(records: list[AuditRecord], data: st.DataObject) -> None:
    kept = data.draw(st.sets(st.integers(1, len(records))))
    assert read(records, records, *kept) == Verdict(len(records), records[0], records[-1])


def test_an_empty_chain_is_intact() -> None:
    assert read([], []) == Verdict(0, None, None)


def test_the_same_instant_seals_to_the_same_hash_in_every_time_zone() -> None:
    here, there = entry(1), replace(entry(1), at=NOON.astimezone(timezone(timedelta(hours=2))))
    assert seal(BEGINNING, 1, here, "salt") == seal(BEGINNING, 1, there, "salt")
    bare = replace(entry(1), at=NOON.replace(tzinfo=None))
    assert seal(BEGINNING, 1, bare, "salt").hash != seal(BEGINNING, 1, here, "salt").hash


def test_the_hash_of_a_known_record_never_changes() -> None:
    """Chains outlive versions of the product: a new way to hash would make every old record a forgery."""
    record = seal(BEGINNING, 1, entry(1, reason="Chèque impayé", details={"cents": "60100"}), "salt")
    known = (
        "d198a7484bb69b9ad9022c8d7ce12cd1608f242ee419dc95e39586ba2a7577ee",  # pragma: allowlist secret
        "bd27486ffa9e4c65d75e39ee24ba95b9e438ed7be1330a77fc8eba532f8d1635",  # pragma: allowlist secret
    )
    assert (record.reason_digest, record.hash) == known


def _other(name: str, record: AuditRecord) -> st.SearchStrategy[Any]:
    values: Mapping[str, st.SearchStrategy[Any]] = {
        "at": moments,
        "act": st.sampled_from(Act),
        "number": st.integers(-2, 20),
        "details": st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
    }
    strategy = values.get(name, st.text(max_size=70))
    return strategy.filter(lambda value: value != getattr(record, name))


@pytest.mark.parametrize("name", FIELDS)
@settings(max_examples=30)
@given(records=chains, data=st.data())
def test_a_flipped_field_names_its_record(name: str, records: list[AuditRecord], data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(records)))
    record = records[number - 1]
    forged = replace(record, **{name: data.draw(_other(name, record))})
    flaw = found(read([*records[: number - 1], forged, *records[number:]], records))
    assert (flaw.number, flaw.until, flaw.record) == (number, number, forged)
    assert flaw.wrong in {Wrong.ALTERED, Wrong.BLANKED}


@given(records=chains, data=st.data())
def test_a_flipped_byte_of_what_is_stored_names_its_record(
    records: list[AuditRecord], data: st.DataObject
) -> None:
    number = data.draw(st.integers(1, len(records)))
    record = records[number - 1]
    stored = bytearray(AS_STORED.dump_json(record))
    place, bits = data.draw(st.integers(0, len(stored) - 1)), data.draw(st.integers(1, 255))
    stored[place] ^= bits
    try:
        forged = AS_STORED.validate_json(bytes(stored))
    except ValueError:
        return  # unreadable: another test
    if forged == record:
        return
    flaw = found(read([*records[: number - 1], forged, *records[number:]], records))
    assert (flaw.number, flaw.until) == (number, number)


@given(records=chains, data=st.data())
def test_an_unreadable_record_is_named(records: list[AuditRecord], data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(records)))
    displaced = data.draw(st.sampled_from([None, records[0]]))

    def stored() -> Any:
        yield from records[: number - 1]
        raise RecordUnreadable(displaced)

    flaw = found(verify(stored(), {}, end_of(records)))
    assert (flaw.number, flaw.wrong, flaw.record) == (number, Wrong.UNREADABLE, displaced)


@given(records=chains, data=st.data())
def test_a_deleted_record_is_named(records: list[AuditRecord], data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(records)))
    flaw = found(read([each for each in records if each.number != number], records))
    assert (flaw.number, flaw.until, flaw.wrong) == (number, number, Wrong.MISSING)


@given(records=long_chains, data=st.data())
def test_a_deleted_record_is_named_although_the_others_are_numbered_anew(
    records: list[AuditRecord], data: st.DataObject
) -> None:
    number = data.draw(st.integers(1, len(records) - 1))
    left = [each for each in records if each.number != number]
    renumbered = [replace(each, number=rank) for rank, each in enumerate(left, 1)]
    flaw = found(read(renumbered, records))
    assert (flaw.number, flaw.until) == (number, number)
    flaw = found(read([resealed(each) for each in renumbered], records))
    assert flaw.number <= number <= flaw.until


@given(records=chains, stranger=entries, data=st.data())
def test_an_inserted_record_is_named(
    records: list[AuditRecord], stranger: AuditEntry, data: st.DataObject
) -> None:
    """Where it stands, whatever number it claims to have; with a number that is taken, by that number."""
    place = data.draw(st.integers(1, len(records)))
    claimed = data.draw(st.integers(1, len(records) + 3))
    previous = records[place - 2].hash if place > 1 else BEGINNING
    forged = seal(previous, claimed, stranger, "salt")
    flaw = found(read([*records[: place - 1], forged, *records[place - 1 :]], records))
    assert flaw.number == flaw.until == (claimed if claimed == place - 1 else place)


@given(records=chains, data=st.data())
def test_a_copied_record_is_named(records: list[AuditRecord], data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(records)))
    copied = data.draw(st.sampled_from(records))
    flaw = found(read([*records[:place], copied, *records[place:]], records))
    assert flaw.number == flaw.until == (place if copied.number == place else place + 1)


@given(records=long_chains, data=st.data())
def test_two_swapped_records_name_the_first_of_them(records: list[AuditRecord], data: st.DataObject) -> None:
    first, second = sorted(
        data.draw(st.lists(st.integers(1, len(records)), min_size=2, max_size=2, unique=True))
    )
    swapped = list(records)
    swapped[first - 1], swapped[second - 1] = records[second - 1], records[first - 1]
    flaw = found(read(swapped, records))
    assert (flaw.number, flaw.until) == (first, first)
    renumbered = [replace(each, number=rank) for rank, each in enumerate(swapped, 1)]
    flaw = found(read(renumbered, records))
    assert (flaw.number, flaw.until) == (first, first)
    relinked = [resealed(each, previous=old.previous) for each, old in zip(renumbered, records, strict=True)]
    flaw = found(read(relinked, records))
    assert flaw.number <= first <= flaw.until


@given(records=long_chains, data=st.data())
def test_a_cut_tail_names_the_first_record_that_is_gone(
    records: list[AuditRecord], data: st.DataObject
) -> None:
    left = data.draw(st.integers(0, len(records) - 1))
    flaw = found(read(records[:left], records))
    assert (flaw.number, flaw.until, flaw.wrong) == (left + 1, left + 1, Wrong.MISSING)


@given(records=long_chains, data=st.data())
def test_a_tail_cut_together_with_the_chains_end_shows_by_the_heads_kept_apart(
    records: list[AuditRecord], data: st.DataObject
) -> None:
    left = data.draw(st.integers(0, len(records) - 1))
    kept = data.draw(st.integers(left + 1, len(records)))
    forged_end = end_of(records[:left]) if left else None
    flaw = found(verify(records[:left], {DAY: end_of(records[:kept])}, forged_end))
    if left:
        assert (flaw.number, flaw.until) == (left + 1, left + 1)
    assert flaw.wrong is Wrong.MISSING


@given(records=long_chains, data=st.data())
def test_one_record_rewritten_with_its_hash_is_named(records: list[AuditRecord], data: st.DataObject) -> None:
    """By itself, unless it is the last one or its own link was changed: then among those it can be."""
    number = data.draw(st.integers(1, len(records)))
    name = data.draw(st.sampled_from(["by", "subject_id", "target", "id", "previous"]))
    forged = resealed(records[number - 1], **{name: "forged"})
    kept = data.draw(st.sets(st.integers(1, len(records))))
    flaw = found(read([*records[: number - 1], forged, *records[number:]], records, *kept))
    assert flaw.number <= number <= flaw.until
    if number < len(records) and name != "previous" and not {number, number + 1} & kept:
        assert flaw.number == flaw.until == number


def test_a_head_at_a_break_tells_which_of_two_records_was_rewritten() -> None:
    records = chain_of([entry(number) for number in range(1, 7)])
    third = resealed(records[2], target="forged")
    flaw = found(read([*records[:2], third, *records[3:]], records, 4))
    assert (flaw.number, flaw.until, flaw.record) == (3, 3, third)
    fourth = resealed(records[3], previous=BEGINNING)
    flaw = found(read([*records[:3], fourth, *records[4:]], records, 3))
    assert (flaw.number, flaw.until, flaw.record) == (4, 4, fourth)


def test_a_break_at_the_end_or_before_what_cannot_be_read_leaves_two_suspects() -> None:
    records = chain_of([entry(number) for number in range(1, 4)])
    second = resealed(records[1], previous=BEGINNING)
    assert verify([records[0], second], {}, None).flaw == found(read([records[0], second], records))

    def stored() -> Any:
        yield from (records[0], second)
        raise RecordUnreadable

    flaw = found(verify(stored(), {}, end_of(records)))
    assert (flaw.number, flaw.until) == (1, 2)


@given(records=long_chains, data=st.data())
def test_a_chain_rewritten_throughout_shows_by_the_heads_kept_apart(
    records: list[AuditRecord], data: st.DataObject
) -> None:
    """From the first record on, it is the first that is named; else the tampered one is in the range told."""
    first = data.draw(st.integers(1, len(records)))
    kept = data.draw(st.sets(st.integers(1, len(records))))
    assume(max(kept, default=0) >= first)
    forged = rewritten(records, first, target="forged")
    heads = {DAY + timedelta(days=number): end_of(records[:number]) for number in kept}
    flaw = found(verify(forged, heads, end_of(forged)))
    assert flaw.wrong is Wrong.REWRITTEN
    assert flaw.number <= first <= flaw.until
    if first == 1:
        assert flaw.number == 1


def test_the_range_of_a_rewriting_begins_after_the_last_head_that_fits() -> None:
    records = chain_of([entry(number) for number in range(1, 10)])
    forged = rewritten(records, 6, by="forged")
    flaw = found(verify(forged, {DAY: end_of(records[:4]), date(2022, 7, 2): end_of(records)}, None))
    assert (flaw.number, flaw.until) == (5, 9)


def test_what_no_head_has_seen_yet_can_still_be_rewritten() -> None:
    """The limit of the trail, told in docs/audit.md: today's end is only kept apart tomorrow."""
    records = chain_of([entry(number) for number in range(1, 6)])
    forged = rewritten(records, 4, by="forged")
    assert verify(forged, {DAY: end_of(records[:3])}, end_of(forged)).flaw is None


def test_a_chain_without_its_end_is_named() -> None:
    records = chain_of([entry(1), entry(2)])
    flaw = found(verify(records, {}, None))
    assert (flaw.number, flaw.wrong) == (2, Wrong.HEADLESS)


def test_records_sealed_while_the_chain_is_read_are_no_flaw() -> None:
    records = chain_of([entry(number) for number in range(1, 6)])
    verdict = verify(records, {}, end_of(records[:3]))
    assert verdict == Verdict(5, records[0], records[4])
    assert beyond(verdict, end_of(records)) is None


@pytest.mark.parametrize("left", [0, 3])
def test_a_record_beyond_the_end_is_named(left: int) -> None:
    records = chain_of([entry(number) for number in range(1, 6)])
    end = end_of(records[:left]) if left else None
    flaw = beyond(Verdict(5, records[0], records[4]), end)
    assert flaw is not None
    assert (flaw.number, flaw.wrong) == (left + 1, Wrong.BEYOND)


@given(told=st.lists(entries, min_size=1, max_size=8), act=st.sampled_from(sorted(FORGETTING)))
def test_an_erased_person_leaves_an_intact_chain_without_reasons(told: list[AuditEntry], act: Act) -> None:
    erased = told[0].subject_id
    sealed = chain_of([*told, replace(entry(99, act=act), subject_id=erased)])
    left = [forgotten(each) if each.subject_id == erased else each for each in sealed[:-1]] + sealed[-1:]
    assert not any(each.reason or each.salt for each in left[:-1] if each.subject_id == erased)
    assert read(left, sealed).flaw is None


def test_a_blank_reason_is_named_when_nobody_erased_its_subject_later() -> None:
    told = [entry(number, reason="Chèque impayé") for number in range(1, 5)]
    sealed = chain_of([*told[:2], entry(9, act=Act.PERSON_ERASED), *told[2:]])
    blank = [*map(forgotten, sealed[:2]), sealed[2], sealed[3], forgotten(sealed[4])]
    flaw = found(read(blank, sealed))
    assert (flaw.number, flaw.wrong, flaw.record) == (5, Wrong.BLANKED, blank[4])


def test_a_blank_reason_is_right_while_the_erasure_waits_for_its_place() -> None:
    sealed = chain_of([entry(1, reason="Chèque impayé")])
    left = [forgotten(sealed[0])]
    assert verify(left, {}, end_of(sealed), {"00000000000000c1"}).flaw is None
    assert found(verify(left, {}, end_of(sealed), {"00000000000000d1"})).wrong is Wrong.BLANKED


def test_an_erasure_excuses_the_blanks_before_it_even_past_a_flaw() -> None:
    told = [entry(1, reason="Chèque impayé"), entry(2), entry(3), entry(4, act=Act.PERSON_ERASED)]
    sealed = chain_of(told)
    flaw = found(read([forgotten(sealed[0]), replace(sealed[1], by="forged"), *sealed[2:]], sealed))
    assert (flaw.number, flaw.wrong) == (2, Wrong.ALTERED)
    forged = replace(sealed[3], target="forged")
    flaw = found(read([forgotten(sealed[0]), replace(sealed[1], by="forged"), sealed[2], forged], sealed))
    assert (flaw.number, flaw.wrong) == (1, Wrong.BLANKED)


def test_what_is_hashed_tells_nothing_of_a_forgotten_reason() -> None:
    record = forgotten(seal(BEGINNING, 1, entry(1, reason="Chèque impayé"), "salt"))
    assert "impayé" not in json.dumps(AS_STORED.dump_python(record, mode="json"), ensure_ascii=False)
    assert record.is_forgotten
