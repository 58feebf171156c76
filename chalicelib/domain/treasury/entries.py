"""Journal entries of the treasury, which are of no student."""

from collections.abc import Mapping
from datetime import date

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent, postings_of
from chalicelib.domain.books.ledger import Ledger


def treasury_entry(
    event: MoneyEvent, subject: str, dated_on: date, cents: Mapping[Book, int], ledger: Ledger
) -> JournalEntry:
    """Return the entry of `event` about the remittance, slip or statement line `subject`.

    It is dated the first open day if that of `dated_on` is closed. `cents` are by book, debit positive, and
    add up to 0. One subject has one entry of an event: written
    twice, the second write is refused.
    """
    return JournalEntry(
        id=f"{ledger.series}-{event}-{subject}",
        registration_id="",
        person_id="",
        series=ledger.series,
        event=event,
        subject=subject,
        dated_on=ledger.day(dated_on),
        booked_at=ledger.now,
        postings=postings_of(cents, ledger),
    )
