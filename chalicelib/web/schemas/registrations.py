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
from chalicelib.domain.plan.plan_requests import PlanRequestState
from chalicelib.domain.registration import Decision, RegistrationStatus
from chalicelib.web.schemas.evidence import EvidenceView
from chalicelib.web.schemas.models import Body, PersonBrief, Query, View
from chalicelib.web.schemas.texts import Day, Reason, Short

Steps = Annotated[list[Short], Field(max_length=20)]


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


class PlanRequestView(View):
    """A request for a plan; `schedule_hash` is that of the parts asked for, of the new ones after a recut.

    A withdrawal that sends `seen_hash` is refused once another is asked for, or it was decided on.
    """

    plan: str
    state: PlanRequestState
    reason: str
    schedule_hash: str
    seen_hash: str


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
    seen_hash: str


class RegistrationList(View):
    items: Sequence[RegistrationView]
    next: str | None = None


class FeeSituationChoice(Body):
    """The situation declared; with the `seen_hash` of the registration, refused if that is another now."""

    code: Short
    seen_hash: Short | None = None


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
    """What is ordered, before any order what the declared situation costs: `lines` and their `total_cents`.

    `credited_cents` of it are credited or written off, `received_cents` came in and were kept. `to_pay_cents`
    is what is left to pay, today and later: nothing of a file that was refused.
    """

    lines: Sequence[QuoteLine]
    total_cents: int
    credited_cents: int
    received_cents: int
    to_pay_cents: int
    explanation: QuoteExplanation


class DecisionRequest(Body):
    """A decision; `seen_steps` are the previous steps seen by then, those ticked before if it is missing.

    `kept_cents` is what a refusal keeps of the money received; the rest is proposed to be given back. With
    the `seen_hash` of the file, it is refused if another decision stands, another situation is declared, or
    another amount owed or received, now (more received prevents no validation); with `earlier_steps`, if
    other steps than these are ticked now.
    """

    decision: Decision
    reason: Reason = ""
    seen_steps: Steps | None = None
    kept_cents: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    seen_hash: Short | None = None
    earlier_steps: Steps | None = None


class ProvisionalRequest(Body):
    """The day until which a grant holder waits for the notification; null ends the mark."""

    until: Day | None


class BlockRequest(Body):
    """The mark; with the `block_hash` of the file, it is refused if another block, or none, is set now."""

    blocked: bool
    reason: Reason = ""
    block_hash: Short | None = None


class SeenSteps(Body):
    """The steps seen; with `earlier_steps`, those ticked as it was read, refused if others are ticked now."""

    seen_steps: Steps
    earlier_steps: Steps | None = None
