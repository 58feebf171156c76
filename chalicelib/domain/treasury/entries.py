"""Journal entries of the treasury, which are of no student."""

from collections.abc import Mapping
from datetime import date

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, Ledger, MoneyEvent, postings_of


def treasury_entry(
    event: MoneyEvent, subject: str, dated_on: date, cents: Mapping[Book, int], ledger: Ledger
) -> JournalEntry:
    """Return the entry of `event` about the remittance, slip or statement line `subject`.

    `cents` are by book, debit positive, and add up to 0. One subject has one entry of an event: written
    twice, the second write is refused.
    """
    return JournalEntry(
        id=f"{ledger.series}-{event}-{subject}",
        registration_id="",
        person_id="",
        series=ledger.series,
        event=event,
        subject=subject,
        dated_on=dated_on,
        booked_at=ledger.now,
        postings=postings_of(cents, ledger),
    )
