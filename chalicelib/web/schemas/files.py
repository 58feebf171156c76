"""The whole file of one registration, as the staff reads it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from chalicelib.domain.payments import AttemptState
from chalicelib.domain.trail.audit import Act
from chalicelib.web.schemas.lists import QueueEntry
from chalicelib.web.schemas.models import View
from chalicelib.web.schemas.payers import PayerView
from chalicelib.web.schemas.plans import PlanRequestView, StaffInstalment
from chalicelib.web.schemas.registrations import AccountTotals, InvoiceView, OrderView, PaymentView


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
