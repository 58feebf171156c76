"""Responses of the API about mails and calls that could not be delivered."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.outbox import Topic
from chalicelib.web.schemas.models import View


class GivenUpEntry(View):
    """A given up entry.

    `last_failure` is a class name, never its message; `person_id` is "" for a link request.
    """

    id: str
    topic: Topic
    person_id: str
    registration_id: str
    created_at: datetime
    tries: int
    last_failure: str
    given_up_at: datetime | None


class GivenUpList(View):
    items: Sequence[GivenUpEntry]
    next: None = None
