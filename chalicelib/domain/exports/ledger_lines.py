"""The lines of numbered entries as files of the books show them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, Posting

OF_A_PARTY = frozenset({Book.RECEIVABLE, Book.CREDITS})
"""The books that are kept by party: what each owes, and what is to be given back to each."""


@dataclass(frozen=True)
class LedgerLine:
    """One posting of an entry: its rank in the entry, and the name of its party, "" for none."""

    entry: JournalEntry
    posting: Posting
    rank: int
    holder: str = ""

    @property
    def party(self) -> str:
        """Return the auxiliary account: the student's or payer's id on a book kept by party, else ""."""
        return self.entry.party_id if self.posting.book in OF_A_PARTY else ""

    @property
    def party_name(self) -> str:
        """Return the name of the auxiliary account; its number where the name was erased."""
        return self.holder or self.party if self.party else ""

    @property
    def debit_cents(self) -> int:
        return max(0, self.posting.cents)

    @property
    def credit_cents(self) -> int:
        return max(0, -self.posting.cents)


def lines_of(entries: Iterable[JournalEntry], names: Mapping[str, str]) -> Iterator[LedgerLine]:
    """Yield the lines in the order of the entries; `names` are by the id of the party."""
    for entry in entries:
        for rank, posting in enumerate(entry.postings, 1):
            yield LedgerLine(entry, posting, rank, names.get(entry.party_id, ""))


def accounting_day(entry: JournalEntry, chosen: date | None) -> date:
    """Return the day under which a file shows the entry: the one that was chosen for it, else its own."""
    return chosen or entry.dated_on
