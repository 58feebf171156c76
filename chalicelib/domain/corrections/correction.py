"""What an act of the registrar changed of a file: kept with it, so that a replay finds its answer."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS


class CorrectionKind(StrEnum):
    FEE_SITUATION = "fee_situation"
    WITHDRAWAL = "withdrawal"
    REFUSAL = "refusal"
    REOPENING = "reopening"


@dataclass(frozen=True)
class DebitChange:
    """What is left to pay of one instalment before and after; 0 after: it is cancelled."""

    rank: int
    due_on: date
    before_cents: int
    after_cents: int

    @property
    def leaves_too_little(self) -> bool:
        """True if less is left than a card can pay: it is never debited, accounting takes care of it."""
        return 0 < self.after_cents < SMALLEST_PART_CENTS


@dataclass(frozen=True)
class Correction:
    """One act, amounts in cents. `owed` is the whole amount that the file owes, before payments.

    `order_number`, `invoice_number`, `credit_notes` and `refunds` name what it wrote. `kept_cents` is what
    the school keeps of a file that has ended. `request_id` and `request_hash` are digests of the idempotency
    key and of the request; empty without a key.
    """

    kind: CorrectionKind
    at: datetime
    by: str
    fee_situation_code: str
    owed_before_cents: int
    owed_after_cents: int
    received_cents: int
    order_cents: int = 0
    credit_note_cents: int = 0
    to_give_back_cents: int = 0
    kept_cents: int = 0
    order_number: int | None = None
    invoice_number: int | None = None
    credit_notes: tuple[int, ...] = ()
    refunds: tuple[str, ...] = ()
    debits: tuple[DebitChange, ...] = ()
    request_id: str = ""
    request_hash: str = ""
