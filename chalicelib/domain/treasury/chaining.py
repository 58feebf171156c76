"""Which movements of a statement are new: files overlap, and two movements of a day may be equal.

A line is known by its day, its content and its occurrence among equal ones. Whether an equal line is the one
that is stored or a second one, the balances say: what is new must lead from the last balance to the next, and
what is known must lie between the balances that the stored lines make.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.trail.audit import canonical_digest
from chalicelib.domain.treasury.lines import StatementLine
from chalicelib.domain.treasury.reading import ReadLine, ReadStatement
from chalicelib.domain.treasury.refusals import (
    StatementContradicts,
    StatementDaysMissing,
    StatementDaysRepeated,
    StatementGap,
)
from chalicelib.domain.treasury.statements import StatementChain

Key = tuple[date, str]
MOST_OF_A_DAY = 10
"""The other statements of a day that are looked at: each doubles the balances that it may have had."""


@dataclass(frozen=True)
class Placed:
    """A movement with its occurrence among equal ones of its day."""

    line: ReadLine
    occurrence: int


def new_lines(
    read: ReadStatement, chain: StatementChain, stored: Iterable[StatementLine]
) -> tuple[Placed, ...]:
    """Return the movements that no stored line is; `stored` are all from the first day of the statement on.

    The statement repeats days of the last one, begins where that ends, or is an older one that is known.
    Raise `StatementGap` otherwise: its balances do not follow.
    """
    stored = tuple(stored)
    known = Counter(_key_of(line) for line in stored)
    if chain.closing_on is None:
        return tuple(_after(read.lines, known))
    beyond = tuple(_beyond(read.lines, known))
    follows = read.opening_cents == chain.closing_cents
    leads = chain.closing_cents + _sum(beyond) == read.closing_cents and read.closing_on >= chain.closing_on
    if leads and (follows or _opens(read, chain, stored)):
        return beyond
    if follows and read.first_on >= chain.closing_on:
        return tuple(_after(read.lines, known))
    if not beyond and read.closing_on <= chain.closing_on and _lies_within(read, chain, stored):
        return ()
    raise _gap(read, chain, chain.closing_on)


def _gap(read: ReadStatement, chain: StatementChain, last_on: date) -> StatementGap:
    """Return the refusal by its cause: the days, what is imported of them, or missing movements."""
    kind: type[StatementGap] = StatementDaysMissing
    if read.opening_cents == chain.closing_cents:
        kind = StatementDaysRepeated
    elif read.first_on <= last_on:
        kind = StatementContradicts
    return kind(last_on, chain.closing_cents, read.opening_on, read.opening_cents, read.first_on)


def _opens(read: ReadStatement, chain: StatementChain, stored: Sequence[StatementLine]) -> bool:
    """Return True if the account had the first balance on the day of the first movement."""
    return read.opening_cents in _balances(read, read.first_on, chain, stored)


def _lies_within(read: ReadStatement, chain: StatementChain, stored: Sequence[StatementLine]) -> bool:
    """Return True if the account had the first balance and then the last one."""
    end = max(read.closing_on, read.last_on)
    moved = sum(line.cents for line in read.lines if line.booked_on == end)
    return _opens(read, chain, stored) and read.closing_cents - moved in _balances(read, end, chain, stored)


def _balances(
    read: ReadStatement, day: date, chain: StatementChain, stored: Sequence[StatementLine]
) -> frozenset[int]:
    """Return the balances that a day may have had without the movements that the statement tells of it.

    A day may have come in several statements: what others brought was before it or after it.
    """
    begun = chain.closing_cents - sum(line.cents for line in stored if line.booked_on >= day)
    told = Counter(line.content for line in read.lines if line.booked_on == day)
    others: Counter[str] = Counter()
    for line in stored:
        if line.booked_on != day:
            continue
        _, content = _key_of(line)
        if told[content]:
            told[content] -= 1
        else:
            others[line.statement_id] += line.cents
    found = {begun}
    for cents in tuple(others.values())[:MOST_OF_A_DAY]:
        found |= {each + cents for each in found}
    return frozenset(found)


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
