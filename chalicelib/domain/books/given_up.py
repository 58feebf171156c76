"""The journal entries of debts that the school gave up."""

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent, postings_of
from chalicelib.domain.books.ledger import Ledger
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.corrections.waiver import Waiver, WaiverKind
from chalicelib.domain.registration import Registration

GIVEN_UP_IN = {WaiverKind.REMISSION: Book.REMISSIONS, WaiverKind.UNCOLLECTABLE: Book.UNCOLLECTABLE}
"""The book of a debt that two people gave up."""


def write_off_entry(before: Registration, after: Registration, ledger: Ledger) -> JournalEntry:
    cents = after.written_off_cents - before.written_off_cents
    given_up = {Book.WRITE_OFFS: cents, Book.RECEIVABLE: -cents}
    return JournalEntry(
        id=f"{after.id}-{MoneyEvent.WRITE_OFF}-{after.version}",
        registration_id=after.id,
        person_id=after.person_id,
        series=ledger.series,
        event=MoneyEvent.WRITE_OFF,
        subject=after.id,
        dated_on=ledger.day(paris_day(ledger.now)),
        booked_at=ledger.now,
        postings=postings_of(given_up, ledger),
    )


def waiver_entry(waiver: Waiver, ledger: Ledger) -> JournalEntry:
    event = MoneyEvent(waiver.kind)
    given_up = {GIVEN_UP_IN[waiver.kind]: waiver.amount_cents, Book.RECEIVABLE: -waiver.amount_cents}
    return JournalEntry(
        id=f"{waiver.id}-{event}",
        registration_id=waiver.registration_id,
        person_id=waiver.person_id,
        series=ledger.series,
        event=event,
        subject=waiver.id,
        dated_on=ledger.day(paris_day(ledger.now)),
        booked_at=ledger.now,
        postings=postings_of(given_up, ledger),
        payer_id=ledger.payer_id,
    )
