"""The audit trail in memory: the same conditions as the table's, under one lock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from chalicelib.domain.trail.audit import FORGETTING, AuditEntry, AuditRecord, Head, forgotten
from tests.fakes.storage import Memory, require

PAGE = 50


class MemoryAuditTrail:
    """Entries wait in the memory that every fake writes to; the chain is this one's own."""

    def __init__(self, memory: Memory) -> None:
        self._m = memory
        self._end: Head | None = None
        self.chain: list[AuditRecord] = []

    def waiting(self, limit: int) -> Sequence[AuditEntry]:
        with self._m.lock:
            return sorted(self._m.audit_waiting.values(), key=lambda each: (each.at, each.id))[:limit]

    def head(self) -> Head | None:
        return self._end

    def append(self, records: Sequence[AuditRecord], after: Head | None, day: date) -> None:
        with self._m.lock:
            require(self._end == after, "end")
            require({each.id for each in records} <= self._m.audit_waiting.keys(), "waiting")
            for each in records:
                del self._m.audit_waiting[each.id]
            self.chain.extend(records)
            self._end = Head(records[-1].number, records[-1].hash, day)

    def records(self, from_number: int, to_number: int | None = None) -> Iterable[AuditRecord]:
        following = (each for each in self.chain if each.number >= from_number)
        return tuple(each for each in following if to_number is None or each.number <= to_number)

    def of_subject(self, subject_id: str, after: str | None) -> tuple[Sequence[AuditRecord], str | None]:
        found = [each for each in self.chain if each.subject_id == subject_id]
        following = [each for each in found if each.number > int(after or 0)]
        page = following[:PAGE]
        return page, f"{page[-1].number:012}" if len(following) > PAGE else None

    def forget_reasons(self, subject_id: str) -> None:
        with self._m.lock:
            for entry in list(self._m.audit_waiting.values()):
                if _is_forgettable(entry, subject_id):
                    self._m.audit_waiting[entry.id] = replace(entry, reason="")
            self.chain = [
                forgotten(each) if _is_forgettable(each, subject_id) else each for each in self.chain
            ]


def _is_forgettable(entry: AuditEntry, subject_id: str) -> bool:
    return entry.subject_id == subject_id and entry.act not in FORGETTING


class MemoryAuditHeads:
    def __init__(self) -> None:
        self.kept: dict[date, Head] = {}

    def keep(self, head: Head) -> None:
        self.kept.setdefault(head.day, head)

    def all(self) -> Mapping[date, Head]:
        return self.kept
