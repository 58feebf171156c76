"""Cheques on their way to the bank, and the slips (bordereaux de remise) by which they get there.

A slip is numbered without gaps when it is begun, locked when its cheques are handed to the bank, and over
when the bank's statement shows their sum.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.payments import Payment
from chalicelib.domain.treasury.slip_refusals import (
    ChequeElsewhere,
    SlipAlreadyCredited,
    SlipCreditDiffers,
    SlipEmpty,
    SlipFull,
    SlipLocked,
    SlipMisdated,
    SlipMisdatedBeforeCheque,
    SlipMisdatedEarly,
    SlipNotDeposited,
)

MOST_CHEQUES = 40
"""Cheques of one slip: all of them may be exchanged in one transaction, which has 100 actions."""


_NUMBERS = re.compile(r"(?<![A-Z0-9])[A-Z][A-Z0-9]*-[0-9]{6}(?![0-9])")


class SlipState(StrEnum):
    OPEN = "open"  # cheques may still be put on it and taken out
    DEPOSITED = "deposited"  # at the bank, locked
    CREDITED = "credited"  # the bank's statement shows its sum, or every cheque came back before


@dataclass(frozen=True)
class Cheque:
    """A cheque received, by the payment that it is; who drew it stands in the payment alone.

    `slip` is the id of the slip that it is on, "" while it waits. `returned_on` is the day on which it was
    booked that the bank sent it back.
    """

    payment_id: str
    registration_id: str
    series: str
    number: str
    bank: str
    amount_cents: int
    received_on: date
    slip: str = ""
    returned_on: date | None = None
    version: int = 1

    @property
    def is_waiting(self) -> bool:
        return not self.slip and self.returned_on is None


@dataclass(frozen=True)
class SlipSequence:
    """The last number of a school's slips; `version` counts the draws, 0 before the first."""

    series: str
    last_number: int = 0
    version: int = 0


@dataclass(frozen=True)
class OnSlip:
    """A cheque on a slip."""

    payment_id: str
    number: str
    amount_cents: int


@dataclass(frozen=True)
class Slip:
    """One slip. `credited_on` is the bank's day, `line` the statement line that told it, "" without one.

    `returned` are the payments whose cheques the bank sent back before it credited the slip: it credits the
    others. `digest` is that of the lines that the deposit froze, in hex. `line_only_shows` is set if a person
    had credited it before its line came.
    """

    series: str
    number: int
    cheques: tuple[OnSlip, ...]
    made_by: str
    made_at: datetime
    deposited_on: date | None = None
    deposited_by: str = ""
    digest: str = ""
    credited_on: date | None = None
    credited_by: str = ""
    line: str = ""
    returned: tuple[str, ...] = ()
    version: int = 1
    line_only_shows: bool = False

    @property
    def id(self) -> str:
        return f"{self.series}-{self.number:06}"

    @property
    def state(self) -> SlipState:
        if self.credited_on or (self.returned and not self.expected_cents):
            return SlipState.CREDITED
        return SlipState.DEPOSITED if self.deposited_on else SlipState.OPEN

    @property
    def total_cents(self) -> int:
        return sum(each.amount_cents for each in self.cheques)

    @property
    def returned_cents(self) -> int:
        return sum(each.amount_cents for each in self.cheques if each.payment_id in self.returned)

    @property
    def expected_cents(self) -> int:
        """The sum that the bank credits."""
        return self.total_cents - self.returned_cents


@dataclass(frozen=True)
class SlipLine:
    """A cheque as the paper of its slip lists it; one paper that pays for several files is one line."""

    number: str
    bank: str
    drawer: str = field(repr=False)
    amount_cents: int


@dataclass(frozen=True)
class SlipLines:
    """The lines that a deposit froze, with names: an accounting record, kept until `kept_until`."""

    series: str
    number: int
    lines: tuple[SlipLine, ...]
    kept_until: datetime


def squeezed(text: str) -> str:
    """Return what a reference is compared by, however it was typed."""
    return "".join(text.split()).casefold().lstrip("0")


def slip_ids_in(text: str) -> tuple[str, ...]:
    """Return the numbers of slips that stand in a text of the bank, as their paper writes them."""
    return tuple(dict.fromkeys(_NUMBERS.findall(text.upper())))


def cheque_of(payment: Payment, series: str) -> Cheque:
    """Return the cheque of a payment that was just entered; it waits to be taken to the bank."""
    if payment.received_on is None:
        raise ValueError("a cheque is entered with the day on which it was received")
    return Cheque(
        payment_id=payment.id,
        registration_id=payment.registration_id,
        series=series,
        number=payment.reference,
        bank=payment.bank,
        amount_cents=payment.amount_cents,
        received_on=payment.received_on,
    )


def is_same_paper(cheque: Cheque | Payment, bank: str, amount_cents: int) -> bool:
    """Return True if a cheque of the same number may be the same paper: its bank or its amount agrees."""
    banks = {squeezed(cheque.bank), squeezed(bank)}
    return len(banks) == 1 or "" in banks or cheque.amount_cents == amount_cents


def begun(
    sequence: SlipSequence, cheques: Sequence[Cheque], by: str, now: datetime
) -> tuple[SlipSequence, Slip, tuple[Cheque, ...]]:
    """Return the next slip of the school with the cheques on it; raise why one of them cannot be on it."""
    number = sequence.last_number + 1
    drawn = replace(sequence, last_number=number, version=sequence.version + 1)
    slip = Slip(sequence.series, number, (), by, now, version=0)
    filled, changed = exchanged(slip, cheques, ())
    return drawn, filled, changed


def exchanged(slip: Slip, put: Sequence[Cheque], taken: Sequence[Cheque]) -> tuple[Slip, tuple[Cheque, ...]]:
    """Return the open slip with cheques put on it and others taken out, and these cheques.

    Raise `SlipLocked` once it was deposited, `ChequeElsewhere`, `SlipFull`.
    """
    if slip.deposited_on:
        raise SlipLocked(slip.id, slip.deposited_on)
    for cheque in put:
        if not cheque.is_waiting or cheque.series != slip.series:
            raise ChequeElsewhere(cheque.number, cheque.slip)
    gone = {cheque.payment_id for cheque in taken}
    kept = tuple(each for each in slip.cheques if each.payment_id not in gone)
    cheques = (*kept, *(OnSlip(each.payment_id, each.number, each.amount_cents) for each in put))
    if len(cheques) > MOST_CHEQUES:
        raise SlipFull(MOST_CHEQUES)
    changed = (*(_put(each, slip.id) for each in put), *(_put(each, "") for each in taken))
    return replace(slip, cheques=cheques, version=slip.version + 1), changed


def require_depositable(slip: Slip, cheques: Iterable[Cheque], on: date, today: date) -> None:
    """Raise `SlipLocked`, `SlipEmpty` or `SlipMisdated` unless it may go to the bank on this day."""
    if slip.deposited_on:
        raise SlipLocked(slip.id, slip.deposited_on)
    if not slip.cheques:
        raise SlipEmpty
    if on > today:
        raise SlipMisdated(today)
    if on < (latest := max((each.received_on for each in cheques), default=on)):
        raise SlipMisdatedBeforeCheque(latest)


def deposited(slip: Slip, digest: str, on: date, by: str) -> Slip:
    """Return the slip, locked: its cheques are at the bank."""
    return replace(slip, deposited_on=on, deposited_by=by, digest=digest, version=slip.version + 1)


def credited(slip: Slip, cents: int, on: date, today: date, by: str, line: str = "") -> Slip:
    """Return the slip once the bank credited `cents` for it on its day.

    Raise `SlipNotDeposited`, `SlipAlreadyCredited`, `SlipCreditDiffers` for another sum than it expects,
    `SlipMisdated` for a day before the deposit or to come.
    """
    if slip.credited_on:
        raise SlipAlreadyCredited(slip.id, slip.credited_on)
    if slip.deposited_on is None:
        raise SlipNotDeposited
    if on > today:
        raise SlipMisdated(today)
    if on < slip.deposited_on:
        raise SlipMisdatedEarly(slip.deposited_on)
    if not cents or cents != slip.expected_cents:
        raise SlipCreditDiffers(slip.expected_cents, slip.returned_cents)
    return replace(slip, credited_on=on, credited_by=by, line=line, version=slip.version + 1)


def told_by(slip: Slip, line: str) -> Slip:
    """Return a slip that a person credited, with the statement line that shows the credit.

    Raise `SlipAlreadyCredited` if another line shows it.
    """
    if slip.credited_on and slip.line:
        raise SlipAlreadyCredited(slip.id, slip.credited_on)
    return replace(slip, line=line, line_only_shows=True, version=slip.version + 1)


def sent_back(cheque: Cheque, slip: Slip | None, on: date) -> tuple[Cheque, Slip | None]:
    """Return a cheque that the bank refused, and its slip where that changes.

    An open slip loses it; a deposited one is credited for less, and is over once all have come back; a
    credited one stays as it is.
    """
    gone = replace(cheque, returned_on=on, version=cheque.version + 1)
    if slip is None or slip.credited_on:
        return gone, None
    if slip.deposited_on is None:
        emptied, (free,) = exchanged(slip, (), (cheque,))
        return replace(free, returned_on=on), emptied
    returned = (*slip.returned, cheque.payment_id)
    return gone, replace(slip, returned=returned, version=slip.version + 1)


def frozen(slip: Slip, lines: Iterable[SlipLine], years: int) -> SlipLines:
    """Return the lines of a deposited slip, kept for the years of accounting records."""
    if slip.deposited_on is None:
        raise ValueError("lines are frozen by the deposit")
    until = datetime(slip.deposited_on.year + years + 1, 1, 1, tzinfo=PARIS)
    return SlipLines(slip.series, slip.number, tuple(lines), until)


def by_paper(lines: Iterable[SlipLine]) -> tuple[SlipLine, ...]:
    """Return one line a paper: a cheque that pays for several files has a part of its amount in each."""
    papers: dict[tuple[str, str], SlipLine] = {}
    for line in lines:
        key = squeezed(line.number), squeezed(line.bank)
        known = papers.get(key)
        papers[key] = replace(known, amount_cents=known.amount_cents + line.amount_cents) if known else line
    return tuple(papers.values())


def _put(cheque: Cheque, slip: str) -> Cheque:
    return replace(cheque, slip=slip, version=cheque.version + 1)
