import json
from typing import Any

from chalicelib import wiring
from chalicelib.handlers.each_message import Failures, each_message
from chalicelib.usecases import deliver_outbox as usecase


def deliver_outbox(event: Any) -> Failures:
    """Do what the committed changes still owe."""
    return each_message(event, _deliver, "outbox entry not delivered")


def _deliver(body: str) -> None:
    usecase.deliver_outbox(wiring.ports(), json.loads(body)["entry_id"])
