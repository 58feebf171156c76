import json
from collections.abc import Sequence
from typing import Any

from chalicelib.domain.outbox import OutboxEntry

BATCH = 10  # the maximum of SQS in one call
TRIES = 2


class EntriesNotQueued(RuntimeError):
    """SQS refused some messages even on the second try; each entry is queued again after its lease."""


class SqsOutboxQueue:
    """`client` is an SQS client of botocore."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, entries: Sequence[OutboxEntry]) -> None:
        """Send each entry's id; raise `EntriesNotQueued` if SQS refused some."""
        bodies = [json.dumps({"entry_id": entry.id}) for entry in entries]
        if refused := send_all(self._client, self._queue_url, bodies):
            raise EntriesNotQueued(f"{len(refused)} of {len(bodies)} messages were refused.")


def send_all(client: Any, queue_url: str, bodies: Sequence[str], delay_seconds: int = 0) -> list[str]:
    """Send each body, a refused one once more; return those that SQS refused twice."""
    refused = list(bodies)
    for _ in range(TRIES):
        batches = [refused[start : start + BATCH] for start in range(0, len(refused), BATCH)]
        refused = [body for batch in batches for body in _send(client, queue_url, batch, delay_seconds)]
    return refused


def _send(client: Any, queue_url: str, batch: Sequence[str], delay_seconds: int) -> list[str]:
    """Return the refused bodies: SQS reports them in its answer, one result a message, without an error."""
    answer = client.send_message_batch(
        QueueUrl=queue_url,
        Entries=[
            {"Id": str(position), "MessageBody": body, "DelaySeconds": delay_seconds}
            for position, body in enumerate(batch)
        ],
    )
    return [batch[int(each["Id"])] for each in answer.get("Failed", [])]
