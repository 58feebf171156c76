import json
from typing import Any

from chalicelib import wiring
from chalicelib.observability import logger
from chalicelib.usecases import deliver_outbox as usecase


def deliver_outbox(event: Any) -> dict[str, list[dict[str, str]]]:
    """Deliver each message on its own: one that fails goes back alone, and to the dead letters in the end."""
    failed = []
    for record in event.to_dict()["Records"]:
        try:
            usecase.deliver_outbox(wiring.ports(), json.loads(record["body"])["entry_id"])
        except Exception:  # noqa: BLE001 - one poison message delays nobody
            logger().exception("outbox entry not delivered")
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
