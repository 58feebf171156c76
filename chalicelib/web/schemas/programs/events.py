"""Events as other programs read them: the same object in the feed and in a delivery."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from chalicelib.domain.books.chart import Book
from chalicelib.domain.events.event import Event, EventType
from chalicelib.usecases.events.read_events import MOST
from chalicelib.web.schemas.models import Query, View


class EventsQuery(Query):
    """`after` is the sequence of the last event that was read, 0 for the first answer."""

    after: Annotated[int, Field(ge=0, lt=10**12)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST)] = MOST


class PostingView(View):
    """One line of a journal entry: debit positive, credit negative, in cents."""

    book: Book
    account: str
    cents: int


class EventData(View):
    """What an event is about; `amount_cents` and what follows is 0 or empty where no money moves."""

    registration_id: str
    person_id: str
    subject: str
    amount_cents: int
    journal_entry: str
    postings: Sequence[PostingView]


class EventView(View):
    """An event; `sequence` grows with each event, so with each event of one registration too.

    `version` is that of this form.
    """

    id: str
    type: EventType
    timestamp: datetime
    sequence: int
    version: int = 1
    data: EventData


class EventPage(View):
    """Events in order; `next` is the `after` of the next question, this one's own where there are none."""

    items: Sequence[EventView]
    next: int


def event_view(event: Event) -> EventView:
    return EventView(
        id=event.id,
        type=event.type,
        timestamp=event.at,
        sequence=event.number,
        data=EventData(
            registration_id=event.registration_id,
            person_id=event.person_id,
            subject=event.subject,
            amount_cents=event.amount_cents,
            journal_entry=event.journal_entry,
            postings=[
                PostingView(book=each.book, account=each.account, cents=each.cents) for each in event.postings
            ],
        ),
    )
