"""What EventBridge and Lambda do around the application: schedules are invoked, queues are delivered."""

from __future__ import annotations

import json
import logging
import threading
import uuid
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from chalice.app import ScheduledEventConfig, SQSEventConfig
from chalice.local import LambdaContext

from infra.local.function_start.recorded_calls import acting_as

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from types import ModuleType

    from infra.local.clock import MovableClock
    from infra.local.resources import Names

MEMORY_MB = 1024
TIMEOUT_MS = 300_000
ACCOUNT, REGION = "000000000000", "eu-west-3"
FORMER_NAMES = {"send_mails": "publish_outbox", "debit_due_instalments": "plan_debits"}
"""Names that schedules had, and that scripts may still ask for."""
RUNS_WITH = {"reconcile_payments": ("reconcile_debits",)}
"""Schedules that were one with another: whoever runs the one by hand means both."""
log = logging.getLogger("quittance.functions")


class UnknownSchedule(LookupError):
    """The application has no schedule of that name; the message names those it has."""


class Delivery(NamedTuple):
    """Messages of the queues: those taken and deleted, those left for a later try."""

    delivered: int = 0
    failed: int = 0


class Queue(NamedTuple):
    """A queue and the function that its messages are delivered to, `batch_size` at a time."""

    url: str
    function: str
    batch_size: int


class Functions:
    """Run the functions of a module, one at a time, as Lambda would."""

    def __init__(self, module: ModuleType, names: Names, clock: MovableClock) -> None:
        self._module = module
        self._queue_urls = {
            "debit_instalment": names.debit_queue_url,
            "deliver_outbox": names.outbox_queue_url,
            "deliver_event": names.delivery_queue_url,
        }
        self._clock = clock
        self._turn = threading.RLock()
        self._sqs = boto3.client("sqs")

    def schedules(self) -> list[str]:
        return [each.name for each in self._sources(ScheduledEventConfig)]

    def run(self, name: str) -> Delivery:
        """Invoke a schedule, then deliver all it queued; what fails is tried again by the next run."""
        return self._run(name, retry_at_once=True)

    def tick(self, name: str) -> Delivery:
        """Do the same in the background: what fails waits as long as it would in the cloud."""
        return self._run(name, retry_at_once=False)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let the function that runs end, and let no other begin."""
        with self._turn:
            yield

    def _run(self, name: str, *, retry_at_once: bool) -> Delivery:
        name = FORMER_NAMES.get(name, name)
        if name not in self.schedules():
            raise UnknownSchedule(f"There is no schedule {name!r}: there are {', '.join(self.schedules())}.")
        with self._turn:
            known = self.schedules()
            for each in (name, *(other for other in RUNS_WITH.get(name, ()) if other in known)):
                self._invoke(each, scheduled_event(each, self._clock.now()))
            return self.deliver(retry_at_once=retry_at_once)

    def deliver(self, *, retry_at_once: bool = False) -> Delivery:
        """Empty each queue; a failed message waits for its visibility timeout, or not if retried at once.

        A message that failed as often as its queue's redrive policy says goes to the queue of failures.
        """
        with self._turn:
            deliveries = [self._empty(queue, retry_at_once=retry_at_once) for queue in self._queues()]
        return Delivery(sum(each.delivered for each in deliveries), sum(each.failed for each in deliveries))

    def _queues(self) -> list[Queue]:
        """Give the queues in the application's order."""
        sources = self._sources(SQSEventConfig)
        return [Queue(self._queue_urls[each.name], each.name, each.batch_size) for each in sources]

    def _empty(self, queue: Queue, *, retry_at_once: bool) -> Delivery:
        failed: list[str] = []
        delivered = 0
        while messages := self._receive(queue):
            left = self._deliver_batch(queue, messages)
            failed += left
            delivered += len(messages) - len(left)
        for receipt in failed if retry_at_once else ():
            self._sqs.change_message_visibility(
                QueueUrl=queue.url, ReceiptHandle=receipt, VisibilityTimeout=0
            )
        return Delivery(delivered, len(failed))

    def _receive(self, queue: Queue) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=queue.batch_size,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return list(answer.get("Messages", []))

    def _deliver_batch(self, queue: Queue, messages: list[dict[str, Any]]) -> list[str]:
        """Invoke the queue's function; give the receipts of the messages that it did not take."""
        failed = self._failed(queue, messages)
        for message in messages:
            if message["MessageId"] not in failed:
                self._sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
        return [each["ReceiptHandle"] for each in messages if each["MessageId"] in failed]

    def _failed(self, queue: Queue, messages: list[dict[str, Any]]) -> set[str]:
        everything = {each["MessageId"] for each in messages}
        try:
            answer = self._invoke(queue.function, {"Records": [_record(queue, each) for each in messages]})
            reported = {each["itemIdentifier"] for each in (answer or {}).get("batchItemFailures", [])}
        except Exception:
            log.exception("The queue's function failed: the whole batch is left")
            return everything
        unknown = reported - everything  # one is enough for Lambda to leave the whole batch
        return everything if unknown else reported

    def _invoke(self, name: str, event: dict[str, Any]) -> Any:
        """Give the function's answer by way of JSON, as Lambda does: what JSON cannot hold is an error."""
        with acting_as(name.title().replace("_", "")):
            return json.loads(json.dumps(getattr(self._module, name)(event, _context(name))))

    def _sources(self, kind: type) -> list[Any]:
        return [each for each in self._module.app.event_sources if isinstance(each, kind)]


def scheduled_event(name: str, now: datetime) -> dict[str, Any]:
    """Give what a rule of EventBridge tells the function of a schedule."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/quittance-{name}"],
        "detail": {},
    }


def _record(queue: Queue, message: dict[str, Any]) -> dict[str, Any]:
    """Turn SQS's answer into the record of a Lambda event, whose keys begin in lower case."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {key[0].lower() + key[1:]: part for key, part in value.items()}
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue.url.rpartition('/')[2]}",
        "awsRegion": REGION,
    }


def _context(name: str) -> LambdaContext:
    context = LambdaContext(f"quittance-{name}", MEMORY_MB, TIMEOUT_MS)
    context.invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:quittance-{name}"
    return context
