from collections.abc import Sequence
from typing import Any

from chalicelib.domain.events.event import Event
from chalicelib.domain.webhooks.body import body_of

SOURCE = "quittance"


class EventsNotOnBus(RuntimeError):
    """EventBridge refused some events; the next run puts the whole batch again."""


class EventBridgeBus:
    """`client` is an EventBridge client of botocore, `name` the name or ARN of a bus of this region."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def put(self, events: Sequence[Event]) -> None:
        """Put at most ten events: `detail-type` is the type, `detail` the body of a delivery."""
        answer = self._client.put_events(
            Entries=[
                {
                    "EventBusName": self._name,
                    "Source": SOURCE,
                    "DetailType": each.type.value,
                    "Detail": body_of(each).decode(),
                    "Time": each.at,
                }
                for each in events
            ]
        )
        if answer["FailedEntryCount"]:
            raise EventsNotOnBus(f"{answer['FailedEntryCount']} of {len(events)} events were refused.")
