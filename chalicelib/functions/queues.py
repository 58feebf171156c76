"""Handlers of queue messages; each message succeeds or fails on its own."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chalicelib import wiring
from chalicelib.functions.correlation import name_message
from chalicelib.observability import log_fault, note_withheld

Failures = dict[str, list[dict[str, str]]]
NOT_DELIVERED = "outbox entry not delivered"


class DebitMessage(BaseModel):
    """One instalment to debit, and the Paris day it was planned for."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, hide_input_in_errors=True, defer_build=True
    )
    instalment_id: str = Field(min_length=1)
    planned_on: date


class DeliveryMessage(BaseModel):
    """The event with a number, for one endpoint."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, hide_input_in_errors=True, defer_build=True
    )
    endpoint_id: str = Field(min_length=1)
    number: int = Field(ge=1)


def debit_instalment(event: Any) -> Failures:
    """Debit the instalments that were queued as due."""
    return handle_batch(event, _debit, "instalment not debited")


def deliver_outbox(event: Any) -> Failures:
    """Deliver the queued outbox entries: mails and calls."""
    return handle_batch(event, _deliver, NOT_DELIVERED)


def deliver_event(event: Any) -> Failures:
    """Send the queued events to the endpoints of other systems."""
    return handle_batch(event, _deliver_event, "event not delivered")


def handle_batch(event: Any, handle: Callable[[str], None], failure: str) -> Failures:
    """Handle each body of an SQS batch; return the failed messages, which alone SQS delivers again.

    `failure` is the log's text for one: a constant, with nothing of the message.
    """
    failed = []
    for record in event.to_dict()["Records"]:
        with name_message(record):
            try:
                handle(record["body"])
            except Exception as error:  # noqa: BLE001 - one poison message delays no other
                log_fault(failure, error)
                failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _debit(body: str) -> None:
    from chalicelib.usecases.debits import debit_instalment as debiting

    message = DebitMessage.model_validate_json(body)
    if reason := debiting.debit_instalment(wiring.ports(), message.instalment_id, message.planned_on):
        note_withheld(message.instalment_id, reason)


def _deliver_event(body: str) -> None:
    from chalicelib.usecases.webhooks import deliver_event as sending

    message = DeliveryMessage.model_validate_json(body)
    sending.deliver_event(wiring.ports(), message.endpoint_id, message.number)


def _deliver(body: str) -> None:
    """Deliver one entry; the message is done even if the try failed, which is counted on the entry."""
    from chalicelib.usecases.delivery import deliver_outbox as delivery

    try:
        delivery.deliver_outbox(wiring.ports(), json.loads(body)["entry_id"])
    except delivery.NotDelivered as error:
        log_fault(NOT_DELIVERED, error)
