"""Accounting batches: numbered entries that leave together, frozen, hashed, each chained to the one before.

A batch takes the entries that follow those of the batch before, by number and without a gap: so no entry is
in two batches and none is left out, and what corrects an entry is in a later batch.
"""

import base64
import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.errors import NotFound
from chalicelib.domain.exports.control import Control
from chalicelib.domain.exports.refusals import AccountingDateEarly, AccountingDateToCome
from chalicelib.domain.trail.audit import BEGINNING, canonical_digest

MOST_ENTRIES = 1500
"""Entries of one batch: the rest is in the next one. Their file goes with it into one transaction."""
LONGEST_TEXT = 300_000
"""Characters of a packed file that one row of the table holds, of its 400 kB; a longer file has more rows."""


class BatchKind(StrEnum):
    JOURNAL = "journal"  # every entry, for the school's accounting
    TITLES = "titles"  # what was invoiced and credited: état liquidatif, titre collectif


@dataclass(frozen=True)
class Taken:
    """What the batches of one year took: the last number, and the balances by account up to it."""

    last: int = 0
    balances: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class BatchSequence:
    """The end of one series of batches; `version` counts the draws, 0 before the first."""

    series: str
    kind: BatchKind
    last_number: int = 0
    last_hash: str = BEGINNING
    years: Mapping[int, Taken] = field(default_factory=dict)
    version: int = 0

    def taken(self, year: int) -> Taken:
        return self.years.get(year, Taken())

    def drawn(self, batch: "Batch") -> "BatchSequence":
        """Return the sequence after `batch`."""
        after = Taken(batch.last, batch.control.closing)
        return replace(
            self,
            last_number=batch.number,
            last_hash=batch.hash,
            years={**self.years, batch.year: after},
            version=self.version + 1,
        )


@dataclass(frozen=True)
class Batch:
    """One frozen batch: the entries `first` to `last` of a year, and the digest of its file's bytes.

    A batch of titles holds those of them that invoice or credit. `accounting_on` is the day chosen for the
    school's accounting, None for that of each entry. `previous` is the hash of the batch before.
    """

    series: str
    kind: BatchKind
    number: int
    year: int
    first: int
    last: int
    accounting_on: date | None
    control: Control
    file_name: str
    sha256: str
    previous: str
    made_by: str
    made_at: datetime

    @property
    def id(self) -> str:
        return batch_id(self.series, self.kind, self.number)

    @property
    def hash(self) -> str:
        """Return the SHA-256, in hex, of all that the batch says, that of the batch before included."""
        control = self.control
        return canonical_digest(
            [
                [self.series, self.kind, self.number, self.year, self.first, self.last],
                self.accounting_on.isoformat() if self.accounting_on else "",
                [control.entries, control.lines],
                [sorted(each.items()) for each in (control.opening, control.debits, control.credits)],
                [self.file_name, self.sha256, self.previous],
                [self.made_by, round(self.made_at.timestamp() * 1_000_000)],
            ]
        )


@dataclass(frozen=True)
class BatchText:
    """The frozen bytes of a batch's file, packed: an accounting record, kept until `kept_until`.

    A file that is too long for one row is stored as `parts`, each of them a stretch of `packed`.
    """

    series: str
    kind: BatchKind
    number: int
    packed: str = field(repr=False)
    kept_until: datetime
    part: int = 1
    parts: int = 1

    @property
    def id(self) -> str:
        return batch_id(self.series, self.kind, self.number)

    @property
    def data(self) -> bytes:
        """Return the bytes; raise `ValueError` if they cannot be unpacked."""
        try:
            return zlib.decompress(base64.b64decode(self.packed, validate=True))
        except zlib.error as error:
            raise ValueError("The frozen text cannot be unpacked.") from error


def batch_id(series: str, kind: BatchKind, number: int) -> str:
    return f"{series}-{'T' if kind is BatchKind.TITLES else 'L'}{number:06}"


def packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 9)).decode()


def texts_of(batch: Batch, data: bytes, years: int) -> tuple[BatchText, ...]:
    """Return the file's parts, kept for the years of accounting records from the end of its own year."""
    until = datetime(paris_day(batch.made_at).year + years + 1, 1, 1, tzinfo=PARIS)
    text = packed(data)
    parts = [text[begin : begin + LONGEST_TEXT] for begin in range(0, len(text), LONGEST_TEXT)]
    return tuple(
        BatchText(batch.series, batch.kind, batch.number, each, until, part, len(parts))
        for part, each in enumerate(parts, 1)
    )


def whole_text(parts: Sequence[BatchText]) -> BatchText:
    """Return the parts of a file, in their order, as one; raise `NotFound` unless all of them are there."""
    if not parts or len(parts) != parts[0].parts:
        raise NotFound
    return replace(parts[0], packed="".join(each.packed for each in parts), parts=1)


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def require_accounting_day(chosen: date, entries: Sequence[JournalEntry], today: date) -> None:
    """Raise `AccountingDateNotPossible` for a day before an entry of the batch, or to come."""
    latest = max(entry.dated_on for entry in entries)
    if chosen < latest:
        raise AccountingDateEarly(latest)
    if chosen > today:
        raise AccountingDateToCome
