"""Lettering (lettrage) of account 411: which invoices each receipt pays, by debtor.

Letters follow the allocations: an entry that names an invoice is lettered with it. They are computed from the
journal in the order in which it was booked, so an entry written later changes no letter given before. Only
what a person lettered by hand is stored.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from chalicelib.domain.books.hand_letterings import HandLettering
from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.books.lettering_refusals import (
    LetteringOneSided,
    LetteringStale,
    LetteringUnequal,
)
from chalicelib.domain.books.receivables import Receivable

MOST_ENTRIES = 60
_FIRST_BY_HAND = 25 * 26 * 26


@dataclass(frozen=True)
class Group:
    """Entries that settle each other. `letter` is "" for an entry alone, in lower case while a rest is open.

    `lettered_on` is the latest accounting date of the group, None without a letter. `by_hand` is the id of
    the lettering by hand in it, "" if its letters follow the allocations.
    """

    items: tuple[Receivable, ...]
    letter: str
    lettered_on: date | None
    by_hand: str = ""

    @property
    def cents(self) -> int:
        return sum(each.cents for each in self.items)

    @property
    def is_complete(self) -> bool:
        return bool(self.letter) and not self.cents


class _Fold:
    """Groups of entries while the journal is read in order: sets that grow together, each with its letter."""

    def __init__(self) -> None:
        self._codes = map(code_of, count())
        self._root: dict[str, str] = {}
        self._invoices: dict[int, Receivable] = {}
        self._open: dict[int, int] = {}
        self._paid: dict[str, list[tuple[int, int]]] = {}
        self.letter: dict[str, str] = {}
        self.by_hand: dict[str, str] = {}

    def top(self, entry_id: str) -> str:
        while self._root[entry_id] != entry_id:
            entry_id = self._root[entry_id]
        return entry_id

    def read(self, item: Receivable) -> None:
        """Let one entry find the invoices that it is about, and put it together with them."""
        entry = item.entry
        self._root[entry.id] = entry.id
        if entry.event is MoneyEvent.INVOICE and item.invoice_number is not None:
            self._invoices[item.invoice_number] = item
            self._open[item.invoice_number] = item.cents
        elif item.cents < 0:
            self._pays(item)
        else:
            self._takes_back(item)

    def letters(self, lettering: HandLettering) -> None:
        """Put together what a person lettered, under that letter."""
        first, *others = (each for each in lettering.entries if each in self._root)
        for other in others:
            self._join(first, other)
        self.letter[self.top(first)] = lettering.letter
        self.by_hand[self.top(first)] = lettering.id

    def _pays(self, item: Receivable) -> None:
        """Pay the invoice that the entry names, then the oldest open one of its file; a rest stays there."""
        left, named = -item.cents, item.invoice_number
        for number in self._payable(item):
            part = min(left, max(0, self._open[number]))
            left -= part
            self._pay(number, part, item)
        if named in self._invoices:
            self._pay(named, left, item)

    def _payable(self, item: Receivable) -> Iterator[int]:
        if item.invoice_number in self._invoices:
            yield item.invoice_number
        if item.entry.event is not MoneyEvent.CREDIT_NOTE:
            file = item.entry.registration_id
            yield from (n for n, each in self._invoices.items() if each.entry.registration_id == file)

    def _pay(self, number: int, cents: int, item: Receivable) -> None:
        if cents:
            self._open[number] -= cents
            self._paid.setdefault(item.entry.subject, []).append((number, cents))
            self._join(self._invoices[number].entry.id, item.entry.id)

    def _takes_back(self, item: Receivable) -> None:
        """Open again what the payment had paid, the last of it first."""
        left, paid = item.cents, self._paid.get(item.entry.subject, [])
        while left and paid:
            number, cents = paid.pop()
            part = min(left, cents)
            left -= part
            self._open[number] += part
            if cents > part:
                paid.append((number, cents - part))
            self._join(self._invoices[number].entry.id, item.entry.id)
        if left and item.invoice_number in self._invoices:
            self._pay(item.invoice_number, -left, item)

    def _join(self, one: str, other: str) -> None:
        """Put two groups together; of two letters the first is kept."""
        first, second = self.top(one), self.top(other)
        if first != second:
            known = sorted(self.letter[each] for each in (first, second) if each in self.letter)
            self._root[second] = first
            self.letter[first] = known[0] if known else next(self._codes)


def groups_of(
    items: Iterable[Receivable], by_hand: Iterable[HandLettering], as_of: date
) -> tuple[Group, ...]:
    """Return the groups of one debtor's entries as at the end of a day, in the order of their first entry.

    `items` are in the order in which they were booked.
    """
    fold, known = _Fold(), tuple(each for each in items if each.entry.dated_on <= as_of)
    for item in known:
        fold.read(item)
    ids = {each.entry.id for each in known}
    for each in sorted(by_hand, key=lambda one: (one.at, one.id)):
        if each.holds_on(as_of) and ids.issuperset(each.entries):
            fold.letters(each)
    members: dict[str, list[Receivable]] = {}
    for item in known:
        members.setdefault(fold.top(item.entry.id), []).append(item)
    return tuple(_group(fold, top, tuple(own)) for top, own in members.items())


def _group(fold: _Fold, top: str, items: tuple[Receivable, ...]) -> Group:
    letter, by_hand = fold.letter.get(top, ""), fold.by_hand.get(top, "")
    if not letter:
        return Group(items, "", None)
    latest = max(each.entry.dated_on for each in items)
    is_open = sum(each.cents for each in items) != 0
    return Group(items, letter.lower() if is_open else letter, latest, by_hand)


def next_letter(by_hand: Iterable[HandLettering]) -> str:
    """Return the next letter by hand of a debtor, from ZAA on: letters of allocations never come so far."""
    return code_of(_FIRST_BY_HAND + len(tuple(by_hand)))


def require_letterable(groups: Sequence[Group], entries: Sequence[str], *, is_partial: bool) -> None:
    """Raise why a person cannot letter the groups of these entries together.

    `LetteringStale` if one of the entries is not open any more, `LetteringOneSided` unless both sides are
    there, `LetteringUnequal` if a rest stays open and that was not asked for.
    """
    wanted = set(entries)
    chosen = tuple(each for each in groups if wanted & {item.entry.id for item in each.items})
    known = {item.entry.id for each in chosen for item in each.items}
    if not wanted <= known or any(each.is_complete for each in chosen) or len(wanted) > MOST_ENTRIES:
        raise LetteringStale
    rests = [each.cents for each in chosen]
    debit, credit = sum(max(0, each) for each in rests), -sum(min(0, each) for each in rests)
    if not debit or not credit:
        raise LetteringOneSided
    if debit != credit and not is_partial:
        raise LetteringUnequal(debit, credit)


def code_of(rank: int) -> str:
    """Return the letters of a rank: AAA, AAB, … ZZZ, AAAA."""
    letters = ""
    while len(letters) < 3 or rank:  # noqa: PLR2004 - three letters at least
        rank, place = divmod(rank, 26)
        letters = chr(ord("A") + place) + letters
    return letters
