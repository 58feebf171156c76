from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chalicelib import wiring
from chalicelib.observability import logger
from chalicelib.usecases import debit_instalment as usecase


class DebitMessage(BaseModel):
    """One instalment to debit, and the Paris day for which it was planned."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)
    instalment_id: str = Field(min_length=1)
    planned_on: date


def debit_instalment(event: Any) -> dict[str, list[dict[str, str]]]:
    """Debit each on its own: a message that fails goes back alone, and to the dead letters in the end."""
    failed = []
    for record in event.to_dict()["Records"]:
        try:
            message = DebitMessage.model_validate_json(record["body"])
            usecase.debit_instalment(wiring.ports(), message.instalment_id, message.planned_on)
        except Exception:  # noqa: BLE001 - one poison message delays nobody
            logger().exception("instalment not debited")
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
