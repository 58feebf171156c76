import json
from collections.abc import Sequence
from typing import Any

from chalicelib.delivery.outbox_queue import Message, send_all
from chalicelib.domain.webhooks.delivery import Delivery


class DeliveriesNotQueued(RuntimeError):
    """SQS refused some messages even on the second try; each delivery is queued again after its lease."""


class SqsDeliveryQueue:
    """`client` is an SQS client of botocore."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, deliveries: Sequence[Delivery], delay_seconds: int = 0) -> None:
        """Send each delivery's endpoint and number; raise `DeliveriesNotQueued` if SQS refused some."""
        messages = [
            Message(json.dumps({"endpoint_id": each.endpoint_id, "number": each.number}), each.correlation_id)
            for each in deliveries
        ]
        if refused := send_all(self._client, self._queue_url, messages, delay_seconds):
            raise DeliveriesNotQueued(f"{len(refused)} of {len(messages)} messages were refused.")
