"""Requests and responses of the API about debts given up by two people. Amounts are integer cents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.corrections.waiver import WaiverKind, WaiverState
from chalicelib.web.schemas.models import Body, ListQuery, View

Told = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
Cents = Annotated[int, Field(ge=1, le=10_000_000)]


class WaiverProposal(Body):
    """`owed_seen_cents` is the rest that was seen; `document` names the paper that decides on it.

    `invoice_number` names a third-party payer's invoice; without it the debt is the student's.
    """

    kind: Annotated[WaiverKind, Field(strict=False)]
    amount_cents: Cents
    owed_seen_cents: Cents
    reason: Told
    document: Told
    invoice_number: Annotated[int, Field(ge=1)] | None = None


class WaiverDecision(Body):
    decision: Literal["approve", "refuse"]
    reason: Told = ""


class WaiversQuery(ListQuery):
    state: WaiverState = WaiverState.PROPOSED


class WaiverView(View):
    id: str
    registration: str
    holder: str
    kind: WaiverKind
    amount_cents: int
    reason: str
    document: str
    state: WaiverState
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    invoice_number: int | None


class WaiverList(View):
    items: Sequence[WaiverView]
    next: str | None
