"""The état de rapprochement: 512 against the statements, with what each side lacks, signed by two people."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.domain.causes import SamePerson
from chalicelib.domain.trail.audit import canonical_digest
from chalicelib.domain.treasury.bank_movements import BankMovement
from chalicelib.domain.treasury.lines import StatementLine
from chalicelib.domain.treasury.rapprochement_refusals import (
    RapprochementChanged,
    RapprochementChecked,
    RapprochementTooLong,
    RapprochementUnequal,
)

MOST_ITEMS = 500


@dataclass(frozen=True)
class BankStanding:
    """512 and the statements of one account as both are now, in signed cents.

    512 counts from `opened_on` on, the day of the first statement, which opened with `opening_cents`. The
    last one ends on `closing_on`. `movements` are booked and on no line yet, `lines` on no book yet.
    """

    iban: str
    opened_on: date
    opening_cents: int
    closing_on: date
    closing_cents: int
    book_cents: int
    movements: tuple[BankMovement, ...]
    lines: tuple[StatementLine, ...]


@dataclass(frozen=True)
class Suspended:
    """One item that only one side has: a journal entry or a statement line, by its id."""

    id: str
    day: date
    label: str
    cents: int


@dataclass(frozen=True)
class Rapprochement:
    """A frozen état de rapprochement. `unshown` are on 512 alone, `unbooked` on the statement alone.

    `digest` is that of all that it says, in hex: the second person checks what the first one prepared.
    """

    id: str
    series: str
    iban: str
    opened_on: date
    opening_cents: int
    closing_on: date
    statement_cents: int
    book_cents: int
    unshown: tuple[Suspended, ...]
    unbooked: tuple[Suspended, ...]
    prepared_by: str
    prepared_at: datetime
    digest: str = ""
    checked_by: str = ""
    checked_at: datetime | None = None
    version: int = 1

    @property
    def adjusted_book_cents(self) -> int:
        """What 512 would hold with all that the statement alone has."""
        return self.book_cents + sum(each.cents for each in self.unbooked)

    @property
    def adjusted_statement_cents(self) -> int:
        """What the statements would have moved with all that 512 alone has."""
        moved = self.statement_cents - self.opening_cents
        return moved + sum(each.cents for each in self.unshown)

    @property
    def difference_cents(self) -> int:
        return self.adjusted_book_cents - self.adjusted_statement_cents

    @property
    def is_equal(self) -> bool:
        return not self.difference_cents


def prepared(standing: BankStanding, series: str, name: str, by: str, now: datetime) -> Rapprochement:
    """Freeze how the bank and the books stand; raise `RapprochementTooLong` if too much is open."""
    unshown = tuple(_movement(each) for each in standing.movements)
    unbooked = tuple(_line(each) for each in standing.lines)
    if len(unshown) + len(unbooked) > MOST_ITEMS:
        raise RapprochementTooLong(MOST_ITEMS)
    found = Rapprochement(
        id=f"{series}-{name}",
        series=series,
        iban=standing.iban,
        opened_on=standing.opened_on,
        opening_cents=standing.opening_cents,
        closing_on=standing.closing_on,
        statement_cents=standing.closing_cents,
        book_cents=standing.book_cents,
        unshown=unshown,
        unbooked=unbooked,
        prepared_by=by,
        prepared_at=now,
    )
    return replace(found, digest=digest_of(found))


def digest_of(found: Rapprochement) -> str:
    """Return the SHA-256, in hex, of all that was prepared."""
    sums = [found.opening_cents, found.statement_cents, found.book_cents]
    days = [found.opened_on.isoformat(), found.closing_on.isoformat()]
    items = [_items(found.unshown), _items(found.unbooked)]
    return canonical_digest([found.id, found.iban, days, sums, items, found.prepared_by])


def checked(found: Rapprochement, digest: str, by: str, now: datetime) -> Rapprochement:
    """Return it with the signature of a second person, who saw what has this digest.

    Raise `SamePerson`, `RapprochementChecked`, `RapprochementUnequal` while the two sides differ, and
    `RapprochementChanged` if something else was seen.
    """
    if found.checked_by:
        raise RapprochementChecked
    if by == found.prepared_by:
        raise SamePerson
    if digest != found.digest or digest != digest_of(found):
        raise RapprochementChanged
    if not found.is_equal:
        raise RapprochementUnequal(found.difference_cents)
    return replace(found, checked_by=by, checked_at=now, version=found.version + 1)


def _items(items: Iterable[Suspended]) -> list[list[str | int]]:
    return [[each.id, each.day.isoformat(), each.label, each.cents] for each in items]


def _movement(movement: BankMovement) -> Suspended:
    return Suspended(movement.id, movement.day, movement.event.value, movement.cents)


def _line(line: StatementLine) -> Suspended:
    return Suspended(line.id, line.booked_on, line.state.value, line.cents)
