import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.outbox import OutboxEntry

BATCH = 10  # the maximum of SQS in one call
TRIES = 2


@dataclass(frozen=True)
class Message:
    """One message: its body as JSON, and the correlation id of the row that it is about."""

    body: str
    correlation_id: str = ""


class EntriesNotQueued(RuntimeError):
    """SQS refused some messages even on the second try; each entry is queued again after its lease."""


class SqsOutboxQueue:
    """`client` is an SQS client of botocore."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, entries: Sequence[OutboxEntry]) -> None:
        """Send each entry's id; raise `EntriesNotQueued` if SQS refused some."""
        messages = [Message(json.dumps({"entry_id": each.id}), each.correlation_id) for each in entries]
        if refused := send_all(self._client, self._queue_url, messages):
            raise EntriesNotQueued(f"{len(refused)} of {len(messages)} messages were refused.")


def send_all(
    client: Any, queue_url: str, messages: Sequence[Message], delay_seconds: int = 0
) -> list[Message]:
    """Send each message, a refused one once more; return those that SQS refused twice."""
    refused = list(messages)
    for _ in range(TRIES):
        batches = [refused[start : start + BATCH] for start in range(0, len(refused), BATCH)]
        refused = [each for batch in batches for each in _send(client, queue_url, batch, delay_seconds)]
    return refused


def _send(client: Any, queue_url: str, batch: Sequence[Message], delay_seconds: int) -> list[Message]:
    """Return the refused messages: SQS reports them in its answer, one result a message, without an error."""
    answer = client.send_message_batch(
        QueueUrl=queue_url,
        Entries=[
            {"Id": str(position), "DelaySeconds": delay_seconds, **_written(message)}
            for position, message in enumerate(batch)
        ],
    )
    return [batch[int(each["Id"])] for each in answer.get("Failed", [])]


def _written(message: Message) -> dict[str, Any]:
    attribute = {"DataType": "String", "StringValue": message.correlation_id}
    named = {"MessageAttributes": {"correlation_id": attribute}} if message.correlation_id else {}
    return {"MessageBody": message.body, **named}
