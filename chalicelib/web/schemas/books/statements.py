"""Requests and responses of the API about statements of the bank and their lines.

Amounts are integer cents, signed: positive for money that came in.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.treasury.lines import ExplanationKind, LineState, ProposalReason
from chalicelib.domain.treasury.statements import StatementFormat
from chalicelib.web.schemas.models import Body, ListQuery, Query, View
from chalicelib.web.schemas.texts import Reason

Cents = Annotated[int, Field(ge=-(10**13), le=10**13)]
Part = Annotated[int, Field(ge=1, le=10**9)]
Heading = Annotated[str, StringConstraints(max_length=100)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Version = Annotated[int, Field(ge=1, le=10**6)]


class StatementQuery(Query):
    """What a CSV file does not say: both balances, the account, the headings of its columns.

    Without an account it is that of the current campaign. Headings are remembered for the account.
    """

    account: Annotated[str, StringConstraints(max_length=42)] = ""
    opening_cents: Cents | None = None
    closing_cents: Cents | None = None
    booked_on: Heading = ""
    value_on: Heading = ""
    label: Heading = ""
    amount: Heading = ""
    debit: Heading = ""
    credit: Heading = ""
    counterparty: Heading = ""
    reference: Heading = ""


class LinesQuery(ListQuery):
    state: LineState = LineState.NEW


class LineMatchPart(Body):
    """A part for a registration.

    `payer_invoice` is a third-party payer's invoice that it pays, `payment` a transfer that was entered
    before and that the line shows. Those that could be this one, of its amount and less than 15 days from it,
    are refused (`transfer_entered`) unless `apart` names them as others. With `owed_seen_cents` the part is
    refused (`owed_moved`) if the registration, or the invoice, owes another amount by now.
    """

    registration: Id
    cents: Part
    payer_invoice: Annotated[int, Field(ge=1, le=10**10)] | None = None
    payment: Id | None = None
    apart: Annotated[tuple[Id, ...], Field(max_length=20, strict=False)] = ()
    owed_seen_cents: Annotated[int, Field(ge=0, le=10**9)] | None = None


class LineMatch(Body):
    """What of a line is received: parts, the fee kept of it (negative) and what stays in suspense.

    They add up to what of the line is open; `version` is the one that was seen.
    """

    version: Version
    parts: Annotated[tuple[LineMatchPart, ...], Field(min_length=1, max_length=50, strict=False)]
    fee_cents: Annotated[int, Field(ge=-(10**9), le=0)] = 0
    rest_cents: Annotated[int, Field(ge=0, le=10**9)] = 0


class LineSuspense(Body):
    """`registration` is that of who probably paid: the student is told that the money is searched for."""

    version: Version
    reason: Reason = ""
    registration: Id | None = None


class LineSeen(Body):
    version: Version


class LineFee(LineSeen):
    """`payment` is the cheque or transfer for whose return the bank took the fee."""

    payment: Id | None = None


class LineDiscard(Body):
    version: Version
    reason: Reason


class LineTransfers(Body):
    """`subject` is the id of a file of transfers, or of one refund."""

    version: Version
    subject: Id


class LineReturns(Body):
    """The payments that the bank took back by a line; they add up to it."""

    version: Version
    payments: Annotated[tuple[Id, ...], Field(min_length=1, max_length=20, strict=False)]


class LineUndo(Body):
    """Why what explains the line is undone; who had been told of money received reads it."""

    version: Version
    reason: Reason


class LineOwner(Body):
    """The accountant who searches from now on."""

    owner: Id


class StatementView(View):
    """One statement; `new_lines` are those that no earlier one had."""

    id: str
    account: str
    format: StatementFormat
    number: str
    opening_on: date
    opening_cents: int
    closing_on: date
    closing_cents: int
    lines: int
    new_lines: int
    is_complete: bool
    imported_at: datetime


class ImportedView(StatementView):
    """`is_known` if nothing was written: it was imported before."""

    is_known: bool


class MatchingView(View):
    """What was booked by its reference, what was proposed, and what failed or waits for the next pass."""

    matched: int
    proposed: int
    failed: int
    waiting: int


class StatementImportView(View):
    statements: Sequence[ImportedView]
    matching: MatchingView


class StatementList(View):
    items: Sequence[StatementView]
    next: str | None


class ExplanationView(View):
    """`subject` is the id of what the part is about."""

    kind: ExplanationKind
    subject: str
    cents: int


class ProposalView(View):
    """A registration that the line, or a transaction of a batch, may pay: a score out of 100, its reasons."""

    registration: str
    holder: str
    cents: int
    owed_cents: int
    score: int
    reasons: Sequence[ProposalReason]
    payment: str | None
    payer_invoice: int | None


class DetailView(View):
    """A transaction of a batch, or the bank's fee for it."""

    cents: int
    label: str
    counterparty: str
    reference: str
    is_fee: bool


class LineView(View):
    """One movement; `open_cents` is what of it is still to be explained, in suspense or at all.

    Of one line alone, `slips` are those whose credit it may show, `returned_payments` those whose return, or
    whose reinstatement once a dispute was won, it may show; empty in lists.
    """

    id: str
    version: int
    account: str
    statement: str
    booked_on: date
    value_on: date
    cents: int
    label: str
    counterparty: str
    reference: str
    code: str
    state: LineState
    open_cents: int
    suspense_cents: int
    owner: str
    suspended_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    reason: str
    explanations: Sequence[ExplanationView]
    proposals: Sequence[ProposalView]
    details: Sequence[DetailView]
    slips: Sequence[str]
    returned_payments: Sequence[str]


class LineList(View):
    items: Sequence[LineView]
    next: str | None
