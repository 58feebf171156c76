"""Requests and responses of the API about plans, instalments and debits. Amounts are integer cents."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.plan.instalments import DebitState, InstalmentState
from chalicelib.domain.plan.plan_cards import CardLack
from chalicelib.domain.plan.plan_requests import PlanDecision, PlanRequestState
from chalicelib.domain.plan.recut_plans import MOST_PARTS
from chalicelib.web.schemas.models import Body, ListQuery, Query, View
from chalicelib.web.schemas.texts import FIRST_DAY, LAST_DAY, Day, Reason, Short


class PlansQuery(Query):
    """A query for plans; `first_on` is the day of the first payment, today by default."""

    first_on: Annotated[Day, Field(ge=FIRST_DAY, le=LAST_DAY)] | None = None


class PlanPart(View):
    rank: int
    due_on: date
    amount_cents: int


class PlanOffer(View):
    """An offered plan; `reason` says why it is not allowed, "" if it is.

    `schedule_hash` is bound by an approval.
    """

    plan: str
    label: str
    allowed: bool
    reason: str
    instalments: Sequence[PlanPart]
    schedule_hash: str


class PlanList(View):
    items: Sequence[PlanOffer]
    next: None = None


class PlanChoice(Body):
    """A plan to ask for; with the `schedule_hash` of its offer, it is refused if its parts are others now."""

    plan: Short
    schedule_hash: Short | None = None


class ShownState(StrEnum):
    """The state of an instalment as shown to a student: a debit in flight is pending."""

    DUE = "due"
    PENDING = "pending"
    PAID = "paid"
    NEEDS_PAYER = "needs_payer"
    ARREARS = "arrears"
    CANCELLED = "cancelled"


class InstalmentView(View):
    """An instalment; `payable`: the student may pay it by hand now.

    `next_try_on`: the day of the next debit.
    """

    rank: int
    due_on: date
    amount_cents: int
    remaining_cents: int
    state: ShownState
    payable: bool
    next_try_on: date | None
    invoice_number: int | None
    invoice_date: date | None
    invoice_total_cents: int | None


class InstalmentList(View):
    """Instalments; `automatic_total_cents` is the amount that will be debited without the student.

    `card_lack` is why the card cannot be debited for all of them, null if it can: the payable one, paid by
    hand, gives another.
    """

    items: Sequence[InstalmentView]
    next: None = None
    automatic_total_cents: int
    card_lack: CardLack | None


class PlanQueueQuery(ListQuery):
    """`campaign` is a campaign id; the current campaign by default."""

    campaign: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    state: PlanRequestState = PlanRequestState.REQUESTED


class PlanQueueEntry(View):
    """A request in the queue; `is_at_threshold` marks a total of exactly the plan's minimum.

    `card_lack` is why the card of a begun plan cannot be debited for all that waits, null if it can.
    `checks_hash` is of the schedule and of what the checks say, null once the request is decided.
    """

    registration_id: str
    holder: str
    plan: str
    label: str
    total_cents: int
    schedule_hash: str
    checks_hash: str | None
    is_at_threshold: bool
    requested_at: datetime
    state: PlanRequestState
    reason: str
    decided_by: str
    started: bool
    card_lack: CardLack | None


class PlanQueuePage(View):
    items: Sequence[PlanQueueEntry]
    next: str | None


class PlanDecisionRequest(Body):
    """A decision on a request for a plan.

    With its `checks_hash`, it is refused if another plan is asked for now, or a check has another result: the
    amount is owed, the plan is allowed, the file is open, it is validated, nothing is paid. A check that is
    fulfilled since prevents no approval. `schedule_hash`, in its place, tells the plan alone.
    """

    decision: PlanDecision
    reason: Reason = ""
    checks_hash: Short | None = None
    schedule_hash: Short | None = None


class PlanPartState(View):
    """An instalment after an act of accounting; `next_try_on` is the day of its debit while it is due."""

    rank: int
    due_on: date
    amount_cents: int
    state: InstalmentState
    next_try_on: date


class DebitView(View):
    """One question to the gateway.

    `transaction` and `call` identify the operation there, `code` is its answer.
    """

    id: str
    reference: str
    question: int
    amount_cents: int
    planned_on: date
    sent_at: datetime | None
    state: DebitState
    code: str
    transaction: str
    call: str
    released_by: str


class StaffInstalment(View):
    """An instalment with the data for staff only: the gateway's refusal and each debit."""

    rank: int
    due_on: date
    amount_cents: int
    remaining_cents: int
    state: InstalmentState
    since: datetime | None
    next_try_on: date
    tries: int
    refusal_code: str
    invoice_number: int | None
    paid_at: datetime | None
    debits: Sequence[DebitView]


class Conflict(View):
    """A debit that only staff can settle; the list is oldest first."""

    registration_id: str
    rank: int
    due_on: date
    amount_cents: int
    since: datetime | None


class ConflictList(View):
    items: Sequence[Conflict]
    next: None = None


class StaffInstalmentList(View):
    """Instalments; `card_lack` is why the card cannot be debited for all that wait, null if it can.

    An act on the plan that sends `seen_hash` is refused once the plan was stopped, resumed or changed; null
    without a plan.
    """

    items: Sequence[StaffInstalment]
    next: None = None
    card_lack: CardLack | None
    seen_hash: str | None


class ReleaseQuery(Query):
    """With the id of the `debit` that was read, another one is not released."""

    debit: Short | None = None


class WithdrawalQuery(Query):
    """With the `seen_hash` of the request that was read, another one, or another state, is not withdrawn."""

    seen_hash: Short | None = None


class PlanAct(Body):
    """An act of accounting that stops or resumes a plan; its reason is sent to the student.

    With the `seen_hash` of the plan, it is refused once that was stopped, resumed or changed.
    """

    reason: Reason = ""
    seen_hash: Short | None = None


class RecutPart(Body):
    """The day and the amount of an instalment."""

    due_on: Day
    amount_cents: int


class RecutView(View):
    """What a recut would do: the parts it would cancel, with what is left of each, and the new ones."""

    cancelled: Sequence[RecutPart]
    new: Sequence[RecutPart]


class PlanRecut(Body):
    """A recut.

    `parts` is the number of due days to spread the rest over, by default that of the unpaid parts.
    `beyond_card`: the student will give another card, so the days may go beyond the present one.
    `seen`: the new parts as the preview gave them; the recut is refused if they are no longer these.
    """

    parts: Annotated[int, Field(ge=1, le=MOST_PARTS)] | None = None
    reason: Reason = ""
    beyond_card: bool = False
    seen: Annotated[Sequence[RecutPart], Field(max_length=MOST_PARTS)] | None = None


class ChangedPlan(View):
    """A plan after an act of accounting; `stopped_at` is null unless it is stopped."""

    registration_id: str
    stopped_at: datetime | None
    stop_reason: str
    schedule_hash: str
    seen_hash: str
    approved_cents: int
    remaining_cents: int
    instalments: Sequence[PlanPartState]
