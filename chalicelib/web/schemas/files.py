"""The whole file of one registration, as the staff reads it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from chalicelib.domain.payments import AttemptState
from chalicelib.domain.trail.audit import Act
from chalicelib.web.schemas.accounts import AccountTotals, InvoiceView, OrderView, PaymentView
from chalicelib.web.schemas.lists import QueueEntry
from chalicelib.web.schemas.models import Body, View
from chalicelib.web.schemas.payers import PayerView
from chalicelib.web.schemas.plans import StaffInstalment
from chalicelib.web.schemas.registrations import PlanRequestView
from chalicelib.web.schemas.texts import Day, Reason


class IdentityView(View):
    """The person; `numbers` are those of the school and of the state, by their kind."""

    person_id: str
    first_name: str
    last_name: str
    email: str
    birth_on: date | None
    is_active: bool
    numbers: Mapping[str, str]


class AttemptView(View):
    id: str
    reference: str
    started_at: datetime
    amount_cents: int
    state: AttemptState
    refusal_code: str
    card: str | None


class CommentRequest(Body):
    """The internal comment; `seen_version` is the version that it replaces, 0 where none was written."""

    text: Reason = ""
    follow_up_on: Day | None = None
    seen_version: Annotated[int, Field(ge=0)] = 0


class CommentView(View):
    """The comment as it is; `written_by` is a person's id, "" where none was written."""

    text: str
    follow_up_on: date | None
    written_by: str
    written_at: datetime | None
    version: int


class MessageView(View):
    """A mail handed over at `sent_at`; `to` is its masked address. A failed one was given up then."""

    topic: str
    sent_at: datetime
    to: str
    rank: int
    failed: bool


class UndoRequest(Body):
    """`version` is that of the act as it was shown."""

    version: Annotated[int, Field(ge=1)]


class UndoableAct(View):
    """The act that may be taken back until `until`, unless the file changes before."""

    act: Act
    by: str
    at: datetime
    until: datetime
    version: int


class UndoneAct(View):
    act: Act
    at: datetime


class HistoryEntry(View):
    """One act on the file; `by` is a person's id, or the gateway or a schedule."""

    at: datetime
    by: str
    act: Act
    target: str
    reason: str
    details: Mapping[str, str]


class WholeFileView(View):
    """One registration. `totals` are the position of the person, all registrations together."""

    registration: QueueEntry
    identity: IdentityView
    orders: Sequence[OrderView]
    invoices: Sequence[InvoiceView]
    payments: Sequence[PaymentView]
    totals: AccountTotals
    credit_cents: int
    attempts: Sequence[AttemptView]
    plan_request: PlanRequestView | None
    instalments: Sequence[StaffInstalment]
    payers: Sequence[PayerView]
    history: Sequence[HistoryEntry]
    comment: CommentView
    undoable: UndoableAct | None
    messages: Sequence[MessageView]
