"""Requests and responses of the API about registrations. Amounts are integer cents.

OpenAPI is generated from these models.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.menu import MenuKey, MenuState
from chalicelib.domain.people import Role
from chalicelib.domain.refunds.refund import RefundState
from chalicelib.domain.registration import Decision, RegistrationStatus
from chalicelib.web.schemas.covers import CoverView
from chalicelib.web.schemas.credit_notes import CreditNoteView
from chalicelib.web.schemas.evidence import EvidenceView
from chalicelib.web.schemas.models import Body, Query, View
from chalicelib.web.schemas.plans import PlanRequestView, Short
from chalicelib.web.schemas.texts import Day, Reason


class NewSession(Body):
    email: Annotated[str, StringConstraints(min_length=3, max_length=254)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=512, strip_whitespace=False)]
    otp: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z -]{6,40}$")] | None = None


class PersonBrief(View):
    id: str
    first_name: str
    last_name: str
    email: str


class SessionOpened(View):
    token: str
    expires_at: datetime
    person: PersonBrief
    roles: list[Role]


class SavedAddress(View):
    id: str
    line1: str
    line2: str
    zip_code: str
    city: str
    country: str
    phone_country_code: str
    phone: str


class Me(View):
    person: PersonBrief
    birth_on: date | None
    addresses: list[SavedAddress]
    roles: list[Role]


class MenuQuery(Query):
    """A query for menus; `registration` names the file, by default the latest one."""

    registration: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None


class MenuEntry(View):
    key: MenuKey
    label: str
    state: MenuState
    reason: str
    until: datetime | None


class Menu(View):
    items: Sequence[MenuEntry]


class CodeLabel(View):
    code: str
    label: str


class RegistrationView(View):
    id: str
    campaign: str
    programme: CodeLabel
    status: RegistrationStatus
    status_label: str
    reason: str
    fee_situation: CodeLabel | None
    allowed_fee_situations: Sequence[CodeLabel]
    total_cents: int | None
    plan_request: PlanRequestView | None
    seen_steps: Sequence[str]
    evidence: Sequence[EvidenceView]
    complete: bool


class RegistrationList(View):
    items: Sequence[RegistrationView]
    next: str | None = None


class FeeSituationChoice(Body):
    code: Short


class QuoteLine(View):
    product: str
    quantity: int
    unit_price_cents: int
    discount_percent: Decimal
    total_excl_tax_cents: int
    vat_rate: Decimal
    total_cents: int


class QuoteExplanation(View):
    """The rule or decision that sets the amount, and who loaded the tariff; null where nothing tells.

    `orders` are the numbers of the orders that fixed the amount.
    """

    campaign: CodeLabel
    source: str | None
    version: int | None
    loaded_by: str
    loaded_at: datetime | None
    holds_from: datetime | None
    orders: Sequence[int]


class Quote(View):
    lines: Sequence[QuoteLine]
    total_cents: int
    explanation: QuoteExplanation


class InvoiceView(View):
    number: int
    issued_on: date
    session: str
    excl_tax_cents: int
    tax_cents: int
    total_cents: int
    credited_cents: int
    paid_cents: int
    refunded_cents: int = 0
    settled_on: date | None
    rendered: bool


class InvoiceList(View):
    items: Sequence[InvoiceView]
    next: None = None


class RenderedDocument(View):
    sha256: str
    bytes: int


class StatementRequest(Body):
    """The statement of an account at the end of a Paris day, today by default."""

    as_of: Day | None = None


class IssuedCertificate(RenderedDocument):
    """A certificate; `link` expires in minutes."""

    link: str


class OrderView(View):
    number: int
    ordered_on: date
    settled_on: date | None
    blocked: bool
    excl_tax_cents: int
    tax_cents: int
    total_cents: int
    financed_cents: int
    invoiced_cents: int


class PaymentView(View):
    """A payment with the day of our booking and the bank's own, null if the gateway did not tell it.

    `received_on` is the earlier name of `booked_on`; `paid_on` is the day of a cheque or a transfer, and
    `bounced_cents` what the bank took back.
    """

    id: str
    received_on: date
    booked_on: date
    banked_on: date | None
    method: str
    amount_cents: int
    allocated_cents: int
    paid_on: date
    reference: str
    bounced_cents: int
    refunded_cents: int
    unpaid_cents: int = 0


class RefundView(View):
    """Money given back or on its way; `refunded_on` is null if the gateway did not tell the day.

    `id` and `state` are null for what was given back in the bank's back office.
    """

    id: str | None = None
    state: RefundState | None = None
    payment: str
    method: str
    amount_cents: int
    refunded_on: date | None = None


class AccountTotals(View):
    debit_cents: int
    credit_cents: int
    balance_cents: int
    position_cents: int


class TransferDetailsView(View):
    """How to pay by transfer: the student's reference for life (ISO 11649), and the amount to pay today."""

    holder: str
    iban: str
    bic: str
    reference: str
    amount_cents: int


class AccountView(View):
    """The account position; `unpaid_cents` is in arrears: instalments with every debit refused.

    `covers` are the parts that third parties pay: nothing of them is in the other figures. `transfer` is null
    if the school names no bank account.
    """

    orders: Sequence[OrderView]
    invoices: Sequence[InvoiceView]
    payments: Sequence[PaymentView]
    credit_notes: Sequence[CreditNoteView]
    refunds: Sequence[RefundView]
    totals: AccountTotals
    unpaid_cents: int
    covers: Sequence[CoverView]
    transfer: TransferDetailsView | None


class DecisionRequest(Body):
    """A decision; `seen_steps` are the previous steps seen by then, those ticked before if it is missing.

    `kept_cents` is what a refusal keeps of the money received; the rest is proposed to be given back.
    """

    decision: Decision
    reason: Reason = ""
    seen_steps: Annotated[list[Short], Field(max_length=20)] | None = None
    kept_cents: Annotated[int, Field(ge=0, le=10_000_000)] | None = None


class ProvisionalRequest(Body):
    """The day until which a grant holder waits for the notification; null ends the mark."""

    until: Day | None


class BlockRequest(Body):
    blocked: bool
    reason: Reason = ""


class SeenSteps(Body):
    seen_steps: Annotated[list[Short], Field(max_length=20)]
