"""A dispute: the bank took back a card payment at its holder's request, and the school may answer."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.collection.refusals import DisputeClosed, DisputeOther


class DisputeReason(StrEnum):
    """The holder's statement, by the groups of the card schemes' reason codes."""

    FRAUDULENT = "fraudulent"  # did not make the payment
    UNRECOGNISED = "unrecognised"  # does not know what it is for
    DUPLICATE = "duplicate"  # paid twice
    NOT_PROVIDED = "not_provided"  # got nothing for it
    CREDIT_NOT_PROCESSED = "credit_not_processed"  # was promised a refund
    PROCESSING_ERROR = "processing_error"  # another amount, another day
    OTHER = "other"


class DisputeStage(StrEnum):
    OPENED = "opened"
    EVIDENCE_SENT = "evidence_sent"
    WON = "won"
    LOST = "lost"


_S = DisputeStage
STAGES: dict[DisputeStage, frozenset[DisputeStage]] = {
    _S.OPENED: frozenset({_S.EVIDENCE_SENT, _S.WON, _S.LOST}),
    _S.EVIDENCE_SENT: frozenset({_S.WON, _S.LOST}),
    _S.WON: frozenset(),
    _S.LOST: frozenset(),
}
"""The stages that may follow each."""


@dataclass(frozen=True)
class Dispute:
    """`due_on` is the last day on which the bank takes evidence.

    `line_id` is the statement line of what it gave back.
    """

    reason: DisputeReason
    due_on: date
    opened_at: datetime
    stage: DisputeStage = DisputeStage.OPENED
    staged_at: datetime | None = None
    line_id: str = ""

    @property
    def is_open(self) -> bool:
        return bool(STAGES[self.stage])


def require_as_read(dispute: Dispute | None, opened_at: datetime | None) -> None:
    """Raise `DisputeOther` unless it is the one that was opened at that moment; None: not known."""
    if dispute and opened_at not in {None, dispute.opened_at}:
        raise DisputeOther(dispute.stage)


def staged(dispute: Dispute, stage: DisputeStage, now: datetime) -> Dispute:
    """Return the dispute at its next stage; raise `DisputeClosed` if it does not follow."""
    if stage not in STAGES[dispute.stage]:
        raise DisputeClosed(dispute.stage)
    return replace(dispute, stage=stage, staged_at=now)
