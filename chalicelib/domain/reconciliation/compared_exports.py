"""What a file of the back office differs in from our movements and remittances: exact references alone."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
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


def begun_on(movement: CardMovement, account: Account) -> date:
    """Return the first day on which the gateway can have done it: we asked for it then, and booked it later.

    Its own day is not told by every answer. What another hand gave back may be as old as the payment.
    """
    payment = next((each for each in account.payments if each.id == movement.payment_id), None)
    asked = payment.attempt_id if payment else ""
    moments = [each.started_at for each in account.attempts if each.id == asked]
    moments += [each.claimed_at for each in account.debits if each.id == asked]
    if movement.cents < 0 and not movement.bears_payment:
        own = (each for each in account.refunds if each.transaction == movement.transaction)
        moments = [each.sent_at or each.prepared_at for each in own]
    return min(map(paris_day, moments), default=movement.day)


def missing_findings(movements: Iterable[CardMovement]) -> Iterator[Finding]:
    """Yield a finding for each movement that a file should show, and does not."""
    for each in movements:
        yield Finding(FindingKind.NOT_IN_FILE, each.id, each.cents, each.registration_id)


def missing_remittances(export: Export, remittances: Iterable[Remittance]) -> Iterator[Finding]:
    """Yield our remittances that are not credited, of the days of the file or denied there, and not in it."""
    known, days = {each.number for each in export.remittances}, export.days
    denied = {each.number for each in export.denied_remittances}
    for each in remittances:
        is_due = days and days[0] <= each.day + MADE_AFTER <= days[-1]
        if each.number not in known and (is_due or each.number in denied):
            yield Finding(FindingKind.NOT_IN_FILE, each.number, each.cents)
