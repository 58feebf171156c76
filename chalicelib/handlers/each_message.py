from collections.abc import Callable
from typing import Any

from chalicelib.observability import logger

Failures = dict[str, list[dict[str, str]]]


def each_message(event: Any, handle: Callable[[str], None], failure: str) -> Failures:
    """Handle each body on its own: one that fails goes back alone, and to the dead letters in the end."""
    failed = []
    for record in event.to_dict()["Records"]:
        try:
            handle(record["body"])
        except Exception:  # noqa: BLE001 - one poison message delays nobody
            logger().exception(failure)
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
