"""The row of a debt that is given up: what was proposed, and what a second person decided."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WaiverKind(StrEnum):
    REMISSION = "remission"  # remise gracieuse: by grace, in whole or in part
    UNCOLLECTABLE = "uncollectable"  # admission en non-valeur: the whole rest, which cannot be collected


class WaiverState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True)
class Waiver:
    """`document` names the paper by which it is decided. `holder` is the name that lists show.

    `invoice_number` is that of a third-party payer's invoice, None for a debt of the student.
    """

    id: str
    registration_id: str
    person_id: str
    holder: str
    kind: WaiverKind
    amount_cents: int
    reason: str
    document: str
    proposed_by: str
    proposed_at: datetime
    state: WaiverState = WaiverState.PROPOSED
    decided_by: str = ""
    decided_at: datetime | None = None
    decision_reason: str = ""
    version: int = 1
    invoice_number: int | None = None

    @property
    def is_approved(self) -> bool:
        return self.state is WaiverState.APPROVED

    @property
    def is_of_payer(self) -> bool:
        return self.invoice_number is not None
