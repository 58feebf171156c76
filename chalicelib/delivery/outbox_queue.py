import json
from collections.abc import Sequence
from typing import Any

from chalicelib.domain.outbox import OutboxEntry

BATCH = 10  # what SQS takes in one call


class SqsOutboxQueue:
    """`client` is an SQS client of boto3."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, entries: Sequence[OutboxEntry]) -> None:
        """Send each entry's id; what SQS did not take stays in the outbox for the next run."""
        for start in range(0, len(entries), BATCH):
            batch = entries[start : start + BATCH]
            self._client.send_message_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {"Id": str(position), "MessageBody": json.dumps({"entry_id": entry.id})}
                    for position, entry in enumerate(batch)
                ],
            )
