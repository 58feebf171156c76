import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from chalicelib.delivery.outbox_queue import Message, send_all


class DebitsNotQueued(RuntimeError):
    """SQS refused some messages even on the second try; the next run of the schedule plans them again."""


class SqsDebitQueue:
    """`client` is an SQS client of botocore."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, planned: Sequence[tuple[str, date]]) -> None:
        """Send each instalment's id with the Paris day it is planned on; raise `DebitsNotQueued`."""
        messages = [
            Message(json.dumps({"instalment_id": instalment_id, "planned_on": planned_on.isoformat()}))
            for instalment_id, planned_on in planned
        ]
        if refused := send_all(self._client, self._queue_url, messages):
            raise DebitsNotQueued(f"{len(refused)} of {len(messages)} messages were refused.")
