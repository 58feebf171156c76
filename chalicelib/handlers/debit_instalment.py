from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chalicelib import wiring
from chalicelib.handlers.each_message import Failures, each_message
from chalicelib.usecases import debit_instalment as usecase


class DebitMessage(BaseModel):
    """One instalment to debit, and the Paris day for which it was planned."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)
    instalment_id: str = Field(min_length=1)
    planned_on: date


def debit_instalment(event: Any) -> Failures:
    """Debit the instalments that the planner found due."""
    return each_message(event, _debit, "instalment not debited")


def _debit(body: str) -> None:
    message = DebitMessage.model_validate_json(body)
    usecase.debit_instalment(wiring.ports(), message.instalment_id, message.planned_on)
