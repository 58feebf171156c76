"""The queues: failures go to the queue of failures, which is empty."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from infra.doctor.lines import Line, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed

QUEUES = (("Outbox", "OutboxFailures"), ("Debits", "DebitFailures"), ("Deliveries", "DeliveryFailures"))


def check(deployed: Deployed) -> Iterator[Line]:
    sqs = deployed.client("sqs")
    for queue, failures in QUEUES:
        yield from _examined(sqs, queue, deployed.outputs[queue], deployed.outputs[failures])


def _examined(sqs: Any, name: str, queue_url: str, failures_url: str) -> Iterator[Line]:
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])["Attributes"]
    dead = sqs.get_queue_attributes(QueueUrl=failures_url, AttributeNames=["All"])["Attributes"]
    redrive = json.loads(attributes.get("RedrivePolicy", "{}"))
    if redrive.get("deadLetterTargetArn") != dead["QueueArn"]:
        yield wrong(f"{name} loses what fails.", "Deploy the template again.")
    elif waiting := int(dead["ApproximateNumberOfMessages"]):
        yield wrong(
            f"{waiting} messages of {name} failed five times.",
            "Read the function's log for the reason; then SQS, Start DLQ redrive.",
        )
    else:
        yield ok(f"{name}: failures are kept, and there are none")
