"""One event, written in the transaction of the change it tells of, numbered after it.

docs/decisions/0031-events.md gives the reasons, docs/events.md the contract.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from chalicelib.domain.books.journal import Posting
from chalicelib.domain.trail.traced import Traced


class EventType(StrEnum):
    """What is told to other programs. A name once sent is never changed or dropped."""

    INVOICE_ISSUED = "invoice.issued"
    CREDIT_NOTE_ISSUED = "credit_note.issued"
    PAYMENT_BOOKED = "payment.booked"
    PAYMENT_RETURNED = "payment.returned"
    PAYMENT_REINSTATED = "payment.reinstated"
    CREDIT_SET_OFF = "credit.set_off"
    REFUND_DONE = "refund.done"
    DEBT_GIVEN_UP = "debt.given_up"
    PLAN_APPROVED = "plan.approved"
    PLAN_STOPPED = "plan.stopped"
    PLAN_RESUMED = "plan.resumed"
    PLAN_RECUT = "plan.recut"
    SITUATION_CHANGED = "situation.changed"
    REGISTRATION_VALIDATED = "registration.validated"
    REGISTRATION_REFUSED = "registration.refused"
    REGISTRATION_REOPENED = "registration.reopened"
    REGISTRATION_WITHDRAWN = "registration.withdrawn"
    REGISTRATION_COMPLETE = "registration.complete"


@dataclass(frozen=True)
class Event(Traced):
    """One event about one registration: ids and amounts, never a name or a situation.

    `subject` is the id of the changed object. `amount_cents` and `postings` are those of the journal entry
    `journal_entry`; an event that moves no money has none of them. `number` is its position among all events,
    0 until it is numbered.
    """

    id: str
    type: EventType
    at: datetime
    registration_id: str
    person_id: str
    subject: str
    amount_cents: int = 0
    journal_entry: str = ""
    postings: tuple[Posting, ...] = ()
    number: int = 0
    version: int = 1


@dataclass(frozen=True)
class EventMark(Traced):
    """A numbered event as far as its row can be read: one without type and moment is unreadable."""

    number: int
    id: str
    type: EventType | None = None
    at: datetime | None = None


Numbered = TypeVar("Numbered", Event, EventMark)


@dataclass(frozen=True)
class EventSequence:
    """The last number drawn. `version` counts the draws."""

    last: int = 0
    version: int = 0


def numbered(sequence: EventSequence, events: Iterable[Event]) -> tuple[EventSequence, tuple[Event, ...]]:
    """Return the events with the next numbers, and the sequence after them."""
    drawn = tuple(
        replace(event, number=number, version=event.version + 1)
        for number, event in enumerate(events, sequence.last + 1)
    )
    return EventSequence(sequence.last + len(drawn), sequence.version + 1), drawn


def without_gap(events: Iterable[Numbered], after: int) -> tuple[Numbered, ...]:
    """Return the events that follow the number `after` one by one, up to the first that is missing.

    A later number may be found before an earlier one: whoever passed on to it would never see that one.
    """
    found = tuple(events)
    return tuple(event for number, event in enumerate(found, after + 1) if event.number == number)
