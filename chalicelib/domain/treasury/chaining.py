"""Which movements of a statement are new: files overlap, and two movements of a day may be equal.

A line is known by its day, its content and its occurrence among equal ones. Whether an equal line is the one
that is stored or a second one, the balances say: what is new must lead from the last balance to the next.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.trail.audit import canonical_digest
from chalicelib.domain.treasury.lines import StatementLine
from chalicelib.domain.treasury.reading import ReadLine, ReadStatement
from chalicelib.domain.treasury.refusals import StatementGap
from chalicelib.domain.treasury.statements import StatementChain

Key = tuple[date, str]


@dataclass(frozen=True)
class Placed:
    """A movement with its occurrence among equal ones of its day."""

    line: ReadLine
    occurrence: int


def new_lines(
    read: ReadStatement, chain: StatementChain, stored: Iterable[StatementLine]
) -> tuple[Placed, ...]:
    """Return the movements that no stored line is; `stored` are those of the days of the statement.

    The statement repeats days of the last one, begins where that ends, or is an older one that is known.
    Raise `StatementGap` otherwise: its last balance does not follow.
    """
    known = Counter(_key_of(line) for line in stored)
    if chain.closing_on is None:
        return tuple(_after(read.lines, known))
    beyond = tuple(_beyond(read.lines, known))
    if chain.closing_cents + _sum(beyond) == read.closing_cents and read.closing_on >= chain.closing_on:
        return beyond
    if read.opening_cents == chain.closing_cents and read.first_on >= chain.closing_on:
        return tuple(_after(read.lines, known))
    if not beyond and read.closing_on <= chain.closing_on:
        return ()
    raise StatementGap(chain.closing_on, chain.closing_cents, read.opening_on, read.opening_cents)


def stored_line(placed: Placed, iban: str, statement_id: str, kept_until: datetime) -> StatementLine:
    """Return the first version of the line of a movement."""
    line = placed.line
    return StatementLine(
        id=f"{line.booked_on:%Y%m%d}-{_digest(iban, line)}-{placed.occurrence}",
        iban=iban,
        statement_id=statement_id,
        booked_on=line.booked_on,
        value_on=line.value_on,
        cents=line.cents,
        label=line.label,
        kept_until=kept_until,
        counterparty=line.counterparty,
        reference=line.reference,
        code=line.code,
        occurrence=placed.occurrence,
        details=line.details,
    )


def _digest(iban: str, line: ReadLine) -> str:
    """Return the part of a line's id that tells content and account."""
    return canonical_digest([iban, line.content])[:16]


def _key_of(line: StatementLine) -> Key:
    read = ReadLine(line.booked_on, line.value_on, line.cents, line.label, line.counterparty, line.reference)
    return line.booked_on, read.content


def _beyond(lines: Sequence[ReadLine], known: Counter[Key]) -> Iterator[Placed]:
    """Yield the movements beyond as many equal ones as are known, for whole days."""
    seen: Counter[Key] = Counter()
    for line in lines:
        key = line.booked_on, line.content
        seen[key] += 1
        if seen[key] > known[key]:
            yield Placed(line, seen[key])


def _after(lines: Sequence[ReadLine], known: Counter[Key]) -> Iterator[Placed]:
    """Yield all movements, each counted after those that are known."""
    seen = Counter(known)
    for line in lines:
        key = line.booked_on, line.content
        seen[key] += 1
        yield Placed(line, seen[key])


def _sum(placed: Iterable[Placed]) -> int:
    return sum(each.line.cents for each in placed)
