"""The facts of files of the books: their bytes follow from them alone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.books.chart import MONEY, Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.exports.control import Control
from chalicelib.domain.exports.layouts import AccountingExport
from chalicelib.domain.exports.ledger_lines import LedgerLine

RESULT = ("6", "7")
"""Accounts that begin so are closed each year: their balance is carried as one result."""
IN_AND_OUT = frozenset(
    {
        MoneyEvent.PAYMENT,
        MoneyEvent.REFUND,
        MoneyEvent.BOUNCE,
        MoneyEvent.CHARGEBACK,
        MoneyEvent.REINSTATEMENT,
        MoneyEvent.SUSPENSE,
    }
)
"""The events by which money comes in or leaves; moves between the school's own accounts are none."""


@dataclass(frozen=True)
class BatchOrder:
    """A batch about to be frozen. `accounting_on` is the chosen day, None for that of each entry."""

    id: str
    export: AccountingExport
    lines: tuple[LedgerLine, ...]
    control: Control
    accounting_on: date | None
    made_at: datetime


@dataclass(frozen=True)
class Carried:
    """One balance of the years before, debit positive; `party` is "" on a book that is not kept by party."""

    account: str
    book: Book | None
    party: str
    party_name: str
    cents: int


@dataclass(frozen=True)
class Lettered:
    """The lettering of one line of a party: its code, and the day of the group's latest entry."""

    code: str
    on: date


@dataclass(frozen=True)
class FecOrder:
    """The numbered entries of one year of one legal entity, after the balances of the years before.

    `letters` are by entry id; of `unlettered` accounts they could not be read. `batch_hash` is the end of
    the chain of accounting batches.
    """

    siren: str
    year: int
    export: AccountingExport
    carried: tuple[Carried, ...]
    lines: tuple[LedgerLine, ...]
    control: Control
    made_at: datetime
    batch_hash: str
    letters: Mapping[str, Lettered] = field(default_factory=dict)
    unlettered: int = 0

    @property
    def name(self) -> str:
        """Return the file's name without its ending: SirenFECAAAAMMJJ, by the year's last day."""
        return f"{self.siren}FEC{self.year:04}1231"


class LedgerKind(StrEnum):
    JOURNAL = "journal"
    RECEIPTS = "receipts"


@dataclass(frozen=True)
class LedgerOrder:
    """Entries of some days, numbered or not yet, with the balances before them."""

    kind: LedgerKind
    since: date
    until: date
    lines: tuple[LedgerLine, ...]
    control: Control
    made_at: datetime
    batch_hash: str

    @property
    def name(self) -> str:
        if self.kind is LedgerKind.RECEIPTS:
            return f"encaissements-{self.since}"
        return f"journal-{self.since}-{self.until}"


def carried_of(
    entries: Iterable[JournalEntry], names: Mapping[str, str], carry_account: str
) -> tuple[Carried, ...]:
    """Return the balances that open a year, by account and party; they add up to 0.

    Accounts of charges and income are carried as one result, on `carry_account`.
    """
    balances = _balances(entries)
    result = sum(cents for (account, _, _), cents in balances.items() if account.startswith(RESULT))
    found = [
        Carried(account, book, party, names.get(party, "") or party, cents)
        for (account, book, party), cents in sorted(balances.items())
        if cents and not account.startswith(RESULT)
    ]
    return (*found, *([Carried(carry_account, None, "", "", result)] if result else []))


def _balances(entries: Iterable[JournalEntry]) -> dict[tuple[str, Book, str], int]:
    totals: dict[tuple[str, Book, str], int] = {}
    for entry in entries:
        for rank, posting in enumerate(entry.postings, 1):
            key = posting.account, posting.book, LedgerLine(entry, posting, rank).party
            totals[key] = totals.get(key, 0) + posting.cents
    return totals


def moved_money(entries: Iterable[JournalEntry]) -> Iterator[JournalEntry]:
    """Yield the entries by which money came in or left."""
    for entry in entries:
        if entry.event in IN_AND_OUT and any(posting.book in MONEY for posting in entry.postings):
            yield entry


def by_account(carried: Iterable[Carried]) -> Mapping[str, int]:
    """Add up balances by account."""
    totals = Counter[str]()
    for each in carried:
        totals[each.account] += each.cents
    return totals
