"""The body of a delivery: the same object as an item of the feed (`GET /events`)."""

import json
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.events.event import Event

TEST_TYPE = "endpoint.test"
"""The type of the event that is sent when an endpoint is saved: it is in no feed."""
VERSION = 1


def body_of(event: Event) -> bytes:
    """Return the JSON of an event, without spaces: less than 20 kB, as the specification asks."""
    return _json(
        {
            "id": event.id,
            "type": event.type.value,
            "timestamp": _moment(event.at),
            "sequence": event.number,
            "version": VERSION,
            "data": {
                "registration_id": event.registration_id,
                "person_id": event.person_id,
                "subject": event.subject,
                "amount_cents": event.amount_cents,
                "journal_entry": event.journal_entry,
                "postings": [
                    {"book": each.book.value, "account": each.account, "cents": each.cents}
                    for each in event.postings
                ],
            },
        }
    )


def body_of_test(message_id: str, endpoint_id: str, now: datetime) -> bytes:
    """Return the JSON of a test event: its `sequence` is 0, that of no event."""
    return _json(
        {
            "id": message_id,
            "type": TEST_TYPE,
            "timestamp": _moment(now),
            "sequence": 0,
            "version": VERSION,
            "data": {"endpoint_id": endpoint_id},
        }
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
