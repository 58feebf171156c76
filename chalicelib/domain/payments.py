"""Payments by card: the attempt, the gateway's answers, and the state that follows from them.

One attempt is one page shown to one student. A page allows several tries, so an acceptance can follow a
refusal; an acceptance is never undone. The state is a fold of all answers, in whatever order they arrive.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Plan
from chalicelib.domain.collection.disputes import Dispute
from chalicelib.domain.money import FeeLine
from chalicelib.domain.payment_links.link_use import LinkUse
from chalicelib.domain.people import Address
from chalicelib.domain.secrecy import SECRET
from chalicelib.domain.trail.traced import Traced

PAGE_LIFETIME = timedelta(minutes=15)  # for which the gateway keeps its page open
PAGE_OVER_AFTER = PAGE_LIFETIME + timedelta(minutes=5)  # it can no longer be paid: "not found" is final


class Outcome(StrEnum):
    """The class of a gateway answer; one that cannot be classified is `unknown`, never refused."""

    PAID = "paid"
    REFUSED_HARD = "refused_hard"  # this card cannot be used
    REFUSED_SOFT = "refused_soft"  # the same card may be used later
    NEEDS_AUTHENTICATION = "needs_authentication"
    CONFIGURATION = "configuration"  # an error of our configuration: nothing was taken, staff must act
    ABANDONED = "abandoned"  # the page timed out or was left
    UNKNOWN = "unknown"
    NOT_FOUND = "not_found"  # asked by reference: the gateway holds no such transaction


class AttemptState(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    REFUNDED = "refunded"  # taken, and given back by the bank before it was booked
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Evidence:
    """The gateway's data about the card and its authentication; never a card number."""

    authorisation: str = ""
    card_kind: str = ""
    card_last_digits: str = ""
    card_expires: str = ""  # YYMM
    authenticated: str = ""  # 3-D Secure: Y, A, U, N
    guaranteed: str = ""  # liability shift: O, N


@dataclass(frozen=True)
class Answer:
    """One statement of the gateway about one reference: a notification, or the answer to an inquiry.

    `transaction` and `call` identify the operation at the gateway, without leading zeros, empty if there is
    none. `is_test` marks test money that reached a live portal. `token` allows later debits of the card until
    `token_expires` (YYMM), if a subscriber was asked for. `banked_on` is the gateway's own day of the
    operation, None if it did not tell; `refunded_cents` is what the gateway tells to be given back since.
    """

    reference: str
    amount_cents: int
    outcome: Outcome
    code: str
    transaction: str = ""
    call: str = ""
    evidence: Evidence = Evidence()
    is_test: bool = False
    token: str = field(default="", repr=False, metadata=SECRET)
    token_expires: str = ""
    banked_on: date | None = None
    refunded_cents: int = 0


@dataclass(frozen=True)
class PlanTerms:
    """The terms shown with the page of an instalment, and the requirements on its card.

    `rank` is the instalment that the page pays. `subscriber` is the new name under which the gateway stores
    the card; the card must be valid on `last_due_on`. `consent` is the text agreed to by paying. `plan` is
    the plan as it was then, None in rows older than the field; a started plan outlives the campaign file.
    """

    rank: int
    plan_code: str
    schedule_hash: str
    subscriber: str
    last_due_on: date
    consent: str
    plan: Plan | None = None


@dataclass(frozen=True)
class Attempt(Traced):
    """One try to take money by card, stored before the gateway is called.

    `reference` is echoed by the gateway; a replayed request finds its answer by `request_hash`, its digest;
    `transaction` is set once paid; `refusal_code` is the last refusal; `in_question` is set after an unclear
    answer; `closed_at` is when no payment can follow. `left_at` is when the student last left for the page
    again, None while the first form is the last; `returned_at` is when they came back, until asked.
    """

    id: str
    registration_id: str
    person_id: str
    reference: str
    amount_cents: int
    fee_situation_code: str
    lines: tuple[FeeLine, ...]
    started_at: datetime
    request_hash: str
    address: Address | None = None
    terms: PlanTerms | None = None
    transaction: str = ""
    call: str = ""
    evidence: Evidence = Evidence()
    refusal_code: str = ""
    in_question: bool = False
    closed_at: datetime | None = None
    version: int = 1
    left_at: datetime | None = None
    returned_at: datetime | None = None
    late_looks: int = 0  # how often the gateway was asked since it was closed or paid: domain/inquiries.py
    refunded: bool = False
    link: LinkUse | None = None  # the link by which somebody else pays it, None for the student's own

    @property
    def rank(self) -> int | None:
        """The rank of the instalment it pays, None if it pays all at once."""
        return self.terms.rank if self.terms else None

    @property
    def opened_at(self) -> datetime:
        """The moment of the last form for the gateway's page; the lifetime of the page counts from it."""
        return self.left_at or self.started_at

    @property
    def expires_at(self) -> datetime:
        return self.opened_at + PAGE_LIFETIME

    @property
    def state(self) -> AttemptState:
        if self.transaction:
            return AttemptState.REFUNDED if self.refunded else AttemptState.PAID
        if self.in_question:
            return AttemptState.UNKNOWN
        if self.refusal_code:
            return AttemptState.REFUSED
        return AttemptState.CANCELLED if self.closed_at else AttemptState.PENDING

    @property
    def is_open(self) -> bool:
        """True while the gateway must still be asked about it."""
        return not self.transaction and (self.in_question or self.closed_at is None)


REFUSALS = {Outcome.REFUSED_HARD, Outcome.REFUSED_SOFT, Outcome.NEEDS_AUTHENTICATION, Outcome.CONFIGURATION}


def paid_by(attempt: Attempt, answer: Answer) -> Attempt:
    """Return the next version after `answer` accepted it; a second replaces only one that was given back."""
    is_known, is_refunded = attempt.transaction == answer.transaction, attempt.refunded
    if attempt.transaction and not is_known and not is_refunded:
        return replace(attempt, version=attempt.version + 1)
    return replace(
        attempt,
        transaction=answer.transaction,
        call=answer.call or attempt.call,
        evidence=answer.evidence if attempt.evidence == Evidence() else attempt.evidence,
        in_question=False,
        refunded=is_refunded if is_known else answer.refunded_cents >= answer.amount_cents,
        version=attempt.version + 1,
    )


def notified(attempt: Attempt, answer: Answer) -> Attempt:
    """Return the next version after a notification that did not pay it."""
    return replace(
        attempt,
        refusal_code=answer.code if answer.outcome in REFUSALS else attempt.refusal_code,
        in_question=attempt.in_question or answer.outcome is Outcome.UNKNOWN,
        version=attempt.version + 1,
    )


def is_over(attempt: Attempt, now: datetime) -> bool:
    """Return True if the attempt's page can no longer be paid."""
    return now >= attempt.opened_at + PAGE_OVER_AFTER


def resumed(attempt: Attempt, address: Address | None, now: datetime) -> Attempt:
    """Return the open attempt's next version: a new page lifetime under the same reference."""
    return replace(attempt, address=address, left_at=now, version=attempt.version + 1)


def returned(attempt: Attempt, now: datetime) -> Attempt:
    """Return the next version after the browser came back by the accepted URL."""
    return replace(attempt, returned_at=now, version=attempt.version + 1)


def given_up(attempt: Attempt, now: datetime) -> Attempt:
    """Return the next version after the student gave it up and the gateway holds no payment of it."""
    return replace(attempt, closed_at=now, returned_at=None, version=attempt.version + 1)


class PaymentMethod(StrEnum):
    CARD = "card"
    CHEQUE = "cheque"
    TRANSFER = "transfer"


@dataclass(frozen=True)
class Payment:
    """Money received. `allocated_cents` of it pay invoices; the rest is an overpayment to give back.

    `refunded_cents` were given back, `transferred_cents` of these by transfer; `refunding_cents` reserved.
    `line_id` is the statement line of a transfer, `return_line` that of what the bank took back.
    """

    id: str
    registration_id: str
    method: PaymentMethod
    amount_cents: int
    allocated_cents: int
    received_at: datetime  # when it was booked
    attempt_id: str = ""
    transaction: str = ""
    call: str = ""
    order_number: int | None = None
    invoice_number: int | None = None
    rank: int = 0  # of the instalment it pays; 0 if it pays all at once
    banked_on: date | None = None  # the bank's own day, if the gateway told it
    refunded_cents: int = 0
    version: int = 1
    reference: str = ""  # to `request_hash`: of a cheque or transfer that was entered
    bank: str = ""
    received_on: date | None = None
    request_hash: str = ""  # digest of the request
    bounced_cents: int = 0
    bounced_on: date | None = None
    bounce_reason: str = ""
    dispute: Dispute | None = None
    refunding_cents: int = 0
    transferred_cents: int = 0
    drawer: str = ""  # of the cheque, where it is not the student
    bounced_at_bank: bool = False  # the bank had credited the cheque
    line_id: str = ""
    from_suspense: bool = False  # it lay on 471 before
    return_line: str = ""
    undone_line: str = ""  # whose match was undone: `bounced_cents` are on 471 again

    @property
    def name(self) -> str:
        """The gateway's transaction, without one the id."""
        return self.transaction or self.id

    @property
    def paid_on(self) -> date:
        """The day on the receipt: that of the cheque or transfer, of a card the day of our booking."""
        return self.received_on or paris_day(self.received_at)

    @property
    def is_disputed(self) -> bool:
        """True while its holder disputes it: nothing of it is given back."""
        return self.dispute is not None and self.dispute.is_open

    @property
    def unpaid_place(self) -> str | None:
        """The position among what the bank took back, None if it took nothing: open disputes, by last day."""
        if self.dispute and self.dispute.is_open:
            return f"0#{self.dispute.due_on}#{self.id}"
        return f"1#{self.bounced_on}#{self.id}" if self.bounced_on and not self.undone_line else None

    @property
    def is_overpayment(self) -> bool:
        return self.allocated_cents < self.kept_cents

    @property
    def kept_cents(self) -> int:
        """The amount received less what was given back, and what the bank took back."""
        return self.amount_cents - self.refunded_cents - self.bounced_cents

    @property
    def refundable_cents(self) -> int:
        return self.kept_cents - self.refunding_cents


@dataclass(frozen=True)
class PaymentPage:
    """The gateway's page as a form to post: `fields` are in signing order and must be sent in that order."""

    action: str
    fields: tuple[tuple[str, str], ...]
