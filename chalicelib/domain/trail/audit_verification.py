"""Verification of the audit trail: find the first record that is not as it was sealed.

An intact chain has no gap from the first record to its end, and passes through each head stored outside the
chain. A single broken link names the record that its successor does not continue. If the two sides of a break
contradict each other, or if an unbroken chain does not match a head, the flaw gives the range that contains
the first tampered record.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from chalicelib.domain.trail.audit import (
    BEGINNING,
    FORGETTING,
    AuditRecord,
    Head,
    RecordUnreadable,
    digest_of_reason,
    hash_of,
)
from chalicelib.domain.trail.restores import Restore


class Wrong(StrEnum):
    ALTERED = "altered"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    MISPLACED = "misplaced"
    DOUBLED = "doubled"
    UNLINKED = "unlinked"
    REWRITTEN = "rewritten"
    BLANKED = "blanked"
    HEADLESS = "headless"
    BEYOND = "beyond"


@dataclass(frozen=True)
class Flaw:
    """The first tampered record is `number`, or one of `number` to `until` if it cannot be told exactly.

    `record` is what is stored there now, None if nothing readable is stored. `may_be_restored` says that the
    chain is whole, and only shorter than the heads know, as that of a restored table.
    """

    number: int
    until: int
    wrong: Wrong
    sentence: str
    record: AuditRecord | None = None
    may_be_restored: bool = False


@dataclass(frozen=True)
class Verdict:
    """The result: `first` and `last` are the intact records.

    `last` is the end of the chain as far as it was read. `restores` are those that void heads.
    """

    count: int
    first: AuditRecord | None
    last: AuditRecord | None
    flaw: Flaw | None = None
    restores: tuple[Restore, ...] = ()


def verify(
    records: Iterable[AuditRecord],
    heads: Mapping[date, Head],
    end: Head | None,
    erasing: Collection[str] = (),
) -> Verdict:
    """Read the chain from its first record and return the verdict.

    `end` is the end of the chain as it was before the read: records sealed since then follow it. `erasing`
    are the ids of the persons with an erasure not sealed yet.
    """
    reading = _Reading(_anchors(heads, end))
    rest = _until_unreadable(records)
    flaw = next(filter(None, map(reading.take, rest)), None) or reading.close(has_end=end is not None)
    for found in rest:
        reading.excuse(found)
    flaws = filter(None, (flaw, reading.blanked(erasing)))
    return Verdict(
        reading.count, reading.first, reading.last, min(flaws, key=lambda each: each.number, default=None)
    )


def beyond(verdict: Verdict, end: Head | None) -> Flaw | None:
    """Return a flaw for records after `end`, the end of the chain as read after the scan."""
    number = end.number if end else 0
    if verdict.flaw or verdict.count <= number:
        return None
    sentence = f"Record {number + 1} stands beyond the chain's end, which is record {number}."
    return Flaw(number + 1, number + 1, Wrong.BEYOND, sentence)


def _until_unreadable(records: Iterable[AuditRecord]) -> Iterator[AuditRecord | RecordUnreadable]:
    try:
        yield from records
    except RecordUnreadable as unreadable:
        yield unreadable


def _anchors(heads: Mapping[date, Head], end: Head | None) -> dict[int, dict[str, str]]:
    """Return the hashes known from outside the chain: by record number, the hash by name of its source."""
    anchors: dict[int, dict[str, str]] = {}
    for day, head in sorted(heads.items()):
        anchors.setdefault(head.number, {})[f"the head kept for {day}"] = head.hash
    if end:
        anchors.setdefault(end.number, {})["the chain's end"] = end.hash
    return anchors


def _is_consistent(record: AuditRecord) -> bool:
    told = record.is_forgotten or record.reason_digest == digest_of_reason(record.salt, record.reason)
    return told and record.hash == hash_of(record)


@dataclass
class _Reading:
    """State of the scan: `count` records read, `trusted` of them up to the last head that matched."""

    anchors: dict[int, dict[str, str]]
    count: int = 0
    trusted: int = 0
    first: AuditRecord | None = None
    last: AuditRecord | None = None
    _suspicion: Flaw | None = None
    _blanked: dict[str, AuditRecord] = field(default_factory=dict)

    def take(self, found: AuditRecord | RecordUnreadable) -> Flaw | None:
        if isinstance(found, RecordUnreadable):
            return self._suspicion or self._unreadable(found)
        flaw = self._confirmed(found) or self._in_itself(found) or self._of_link(found)
        if not flaw:
            self._of_anchors(found)
            self._keep(found)
        return flaw

    def close(self, *, has_end: bool) -> Flaw | None:
        """Return the flaw that shows only at the end of the scan: a tail that was cut off."""
        if self._suspicion:
            return self._suspicion
        number = self.count + 1
        if self.last and not has_end:
            sentence = f"The row of the chain's end is missing, though there are {self.count} records."
            return Flaw(self.count, self.count, Wrong.HEADLESS, sentence, self.last)
        if longer := [each for each in self.anchors if each > self.count]:
            witness = ", ".join(self.anchors[max(longer)])
            sentence = f"Record {number} is missing: by {witness}, the chain goes on to record {max(longer)}."
            is_whole = has_end and not any("the chain's end" in self.anchors[each] for each in longer)
            return Flaw(number, number, Wrong.MISSING, sentence, may_be_restored=is_whole)
        return None

    def excuse(self, found: AuditRecord | RecordUnreadable) -> None:
        """Accept the subject's blank reasons so far if the record is an erasure, which explains them."""
        if isinstance(found, AuditRecord) and found.act in FORGETTING and _is_consistent(found):
            self._blanked.pop(found.subject_id, None)

    def blanked(self, erasing: Collection[str]) -> Flaw | None:
        """Return a flaw for the first blank reason without a later erasure of its subject."""
        wrong = [each for subject_id, each in self._blanked.items() if subject_id not in erasing]
        if not wrong:
            return None
        record = min(wrong, key=lambda each: each.number)
        sentence = (
            f"The reason of record {record.number} is blank, and no later record says its subject was erased."
        )
        return Flaw(record.number, record.number, Wrong.BLANKED, sentence, record)

    def _keep(self, record: AuditRecord) -> None:
        self.excuse(record)
        if record.is_forgotten:
            self._blanked.setdefault(record.subject_id, record)
        self.count, self.first, self.last = record.number, self.first or record, record

    def _unreadable(self, found: RecordUnreadable) -> Flaw:
        number = self.count + 1
        what = "was filed elsewhere" if found.record else "cannot be read"
        sentence = f"What stands in the place of record {number} {what}."
        return Flaw(number, number, Wrong.UNREADABLE, sentence, found.record)

    def _in_itself(self, record: AuditRecord) -> Flaw | None:
        number = self.count + 1
        if not _is_consistent(record):
            sentence = f"Record {number} is not as it was sealed: what it says does not fit its hash."
            return Flaw(number, number, Wrong.ALTERED, sentence, record)
        if record.number == number:
            return None
        if self.last and record.number == self.count:
            return _doubled(self.last)
        sentence = f"Record {number} is not in its place: record {record.number} stands there."
        wrong = Wrong.MISSING if record.number > number else Wrong.MISPLACED
        return Flaw(number, number, wrong, sentence, record)

    def _of_link(self, record: AuditRecord) -> Flaw | None:
        """Check the link to the record before.

        If no head tells which of the two is wrong, keep a suspicion.
        """
        if record.previous == (self.last.hash if self.last else BEGINNING):
            return None
        if self.last is None or self.count == self.trusted:
            sentence = f"Record {record.number} does not continue what was sealed before it."
            return Flaw(record.number, record.number, Wrong.UNLINKED, sentence, record)
        if {*self.anchors.get(record.number, {}).values()} == {record.hash}:
            return _not_sealed_upon(self.last, record)
        self._suspicion = Flaw(
            self.count,
            record.number,
            Wrong.UNLINKED,
            f"Record {record.number} does not continue record {self.count}: one of the two was rewritten.",
            self.last,
        )
        return None

    def _of_anchors(self, record: AuditRecord) -> None:
        witnesses = self.anchors.get(record.number, {})
        accusing = [name for name, seen in witnesses.items() if seen != record.hash]
        if witnesses and not accusing:
            self.trusted = record.number
        elif accusing and not self._suspicion:
            since, until = self.trusted + 1, record.number
            which = f"Records {since} to {until} are" if since < until else f"Record {until} is"
            sentence = f"{which} not what was sealed: {' and '.join(accusing)} knew another record {until}."
            self._suspicion = Flaw(since, until, Wrong.REWRITTEN, sentence, record)

    def _confirmed(self, following: AuditRecord) -> Flaw | None:
        """Return the suspicion of the last two records, narrowed down by the record that follows them."""
        suspicion, last = self._suspicion, self.last
        if not suspicion or not last or not _is_consistent(following):
            return suspicion
        if following.number == last.number:
            return _doubled(last)
        if suspicion.wrong is Wrong.UNLINKED and suspicion.record and following.previous == last.hash:
            return _not_sealed_upon(suspicion.record, last)
        return suspicion


def _doubled(record: AuditRecord) -> Flaw:
    sentence = f"There are two records {record.number}."
    return Flaw(record.number, record.number, Wrong.DOUBLED, sentence, record)


def _not_sealed_upon(before: AuditRecord, after: AuditRecord) -> Flaw:
    sentence = f"Record {before.number} is not the one that record {after.number} was sealed upon."
    return Flaw(before.number, before.number, Wrong.UNLINKED, sentence, before)
