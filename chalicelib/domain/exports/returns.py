"""What comes back of a batch: which of its entries were taken in charge, and which rejected, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.exports.batches import Batch, BatchKind, batch_id
from chalicelib.domain.exports.refusals import (
    ReturnContradicted,
    ReturnEntryTwice,
    ReturnEntryUnknown,
    ReturnResultUnknown,
    ReturnUnreasoned,
)
from chalicelib.domain.imports.sheet import Line, folded, read_sheet

MOST_REASON = 200
COLUMNS = {
    "ecriture": ("numero", "n_ecriture", "numero_ecriture", "piece"),
    "resultat": ("statut", "etat", "reponse"),
    "motif": ("raison", "motif_rejet"),
}
"""The columns of a return, each with the headings that name it beside its own."""
REQUIRED = ("ecriture", "resultat")
TAKEN = frozenset({"pris_en_charge", "prise_en_charge", "accepte", "acceptee"})
REJECTED = frozenset({"rejet", "rejete", "rejetee"})


class BatchState(StrEnum):
    """What is known of a batch since it left."""

    SENT = "sent"
    PARTLY_ANSWERED = "partly_answered"
    TAKEN_IN_CHARGE = "taken_in_charge"
    PARTLY_REJECTED = "partly_rejected"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Answered:
    """One row of a return: the number of an entry, and why it was rejected, "" if it was taken in charge."""

    row: int
    number: int
    rejected_for: str = ""
    is_rejected: bool = False


@dataclass(frozen=True)
class Rejection:
    number: int
    reason: str


@dataclass(frozen=True)
class BatchReturn:
    """All that came back of one batch: the numbers of the entries taken in charge, and the rejected ones."""

    series: str
    kind: BatchKind
    number: int
    taken: tuple[int, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    by: str = ""
    at: datetime | None = None
    version: int = 0

    @property
    def id(self) -> str:
        return batch_id(self.series, self.kind, self.number)

    @property
    def answered(self) -> int:
        return len(self.taken) + len(self.rejected)

    def state(self, entries: int) -> BatchState:
        """Return the state of the batch of so many `entries`."""
        if not self.answered:
            return BatchState.SENT
        if self.answered < entries:
            return BatchState.PARTLY_ANSWERED
        if not self.rejected:
            return BatchState.TAKEN_IN_CHARGE
        return BatchState.PARTLY_REJECTED if self.taken else BatchState.REJECTED


def read_answers(data: bytes) -> Iterator[Answered]:
    """Yield the rows of a return file; raise `ImportMistake` or `BatchReturnNotPossible`."""
    sheet = read_sheet(data, COLUMNS, REQUIRED)
    if sheet.errors:
        raise sheet.errors[0].mistake
    for line in sheet.lines:
        yield _answered(line)


def _answered(line: Line) -> Answered:
    given, said = line.cells["ecriture"].strip(), line.cells["resultat"].strip()
    if not (given.isascii() and given.isdecimal()):
        raise ReturnEntryUnknown(line.number, given)
    if folded(said) not in TAKEN | REJECTED:
        raise ReturnResultUnknown(line.number, said)
    reason = " ".join(line.cells.get("motif", "").split())[:MOST_REASON]
    is_rejected = folded(said) in REJECTED
    return Answered(line.number, int(given), reason if is_rejected else "", is_rejected)


def no_return(batch: Batch) -> BatchReturn:
    return BatchReturn(batch.series, batch.kind, batch.number)


def with_answers(
    known: BatchReturn, numbers: frozenset[int], answers: Iterable[Answered], by: str, now: datetime
) -> BatchReturn:
    """Return what is known after a return file; the same value if it says nothing new.

    `numbers` are those of the batch's entries. Raise `BatchReturnNotPossible` for a row that cannot be taken:
    then no row is.
    """
    taken = set(known.taken)
    rejected = {each.number: each.reason for each in known.rejected}
    seen: set[int] = set()
    for each in answers:
        _check(each, numbers, seen, taken, rejected)
        seen.add(each.number)
        if each.is_rejected:
            rejected[each.number] = each.rejected_for
        else:
            taken.add(each.number)
    after = replace(
        known,
        taken=tuple(sorted(taken)),
        rejected=tuple(Rejection(number, rejected[number]) for number in sorted(rejected)),
    )
    return known if after == known else replace(after, by=by, at=now, version=known.version + 1)


def _check(
    answer: Answered, numbers: frozenset[int], seen: set[int], taken: set[int], rejected: dict[int, str]
) -> None:
    if answer.number not in numbers:
        raise ReturnEntryUnknown(answer.row, str(answer.number))
    if answer.number in seen:
        raise ReturnEntryTwice(answer.row, answer.number)
    if answer.is_rejected and not answer.rejected_for:
        raise ReturnUnreasoned(answer.row)
    known = taken if answer.is_rejected else rejected
    if answer.number in known:
        raise ReturnContradicted(answer.row, answer.number)
    if answer.is_rejected and rejected.get(answer.number, answer.rejected_for) != answer.rejected_for:
        raise ReturnContradicted(answer.row, answer.number)
