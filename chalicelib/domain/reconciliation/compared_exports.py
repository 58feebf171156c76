"""What a file of the back office differs in from our movements and remittances: exact references alone."""

from collections.abc import Iterable, Iterator, Mapping

from chalicelib.domain.reconciliation.exports import Export, TransactionLine
from chalicelib.domain.reconciliation.policies import Finding, FindingKind
from chalicelib.domain.treasury.remittances import MADE_AFTER, CardMovement, Remittance

OF_FILE = frozenset(
    {
        FindingKind.NOT_OURS,
        FindingKind.LINE_NOT_BOOKED,
        FindingKind.AMOUNT_OF_LINE,
        FindingKind.NOT_IN_FILE,
        FindingKind.OTHER_REMITTANCE,
    }
)
"""What a file of transactions finds."""


def line_findings(
    lines: Iterable[TransactionLine], matched: Mapping[int, CardMovement], ours: Mapping[int, str]
) -> Iterator[Finding]:
    """Yield the differences of accepted lines.

    `matched` are the movements by row; `ours` the attempt or refund in the reference, "" if none.
    """
    for line in lines:
        movement = matched.get(line.row)
        if movement is None:
            kind = FindingKind.LINE_NOT_BOOKED if ours[line.row] else FindingKind.NOT_OURS
            yield Finding(kind, line.transaction, -line.cents)
        elif movement.cents != line.cents:
            cents = movement.cents - line.cents
            yield Finding(FindingKind.AMOUNT_OF_LINE, line.transaction, cents, movement.registration_id)
        elif line.remittance and movement.remittance not in {"", line.remittance}:
            kind = FindingKind.OTHER_REMITTANCE
            yield Finding(kind, line.transaction, 0, movement.registration_id)


def missing_findings(
    export: Export, movements: Iterable[CardMovement], matched: Iterable[CardMovement]
) -> Iterator[Finding]:
    """Yield the movements that are not settled, of the days of the file, and not in it."""
    known, days = {each.id for each in matched}, export.days
    for each in movements:
        if days and days[0] <= each.day <= days[-1] and each.id not in known:
            yield Finding(FindingKind.NOT_IN_FILE, each.id, each.cents, each.registration_id)


def missing_remittances(export: Export, remittances: Iterable[Remittance]) -> Iterator[Finding]:
    """Yield our remittances that are not credited, made on the days of the file, and not in it."""
    known, days = {each.number for each in export.remittances}, export.days
    for each in remittances:
        if days and days[0] <= each.day + MADE_AFTER <= days[-1] and each.number not in known:
            yield Finding(FindingKind.NOT_IN_FILE, each.number, each.cents)
