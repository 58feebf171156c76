from collections.abc import Callable
from typing import Any

from chalicelib.observability import report_fault

Failures = dict[str, list[dict[str, str]]]


def each_message(event: Any, handle: Callable[[str], None], failure: str) -> Failures:
    """Handle each body on its own: one that fails goes back alone, and to the dead letters in the end.

    `failure` is what the log says of it: a constant, with nothing of the message.
    """
    failed = []
    for record in event.to_dict()["Records"]:
        try:
            handle(record["body"])
        except Exception as error:  # noqa: BLE001 - one poison message delays nobody
            report_fault(failure, error)
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
