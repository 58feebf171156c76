"""The instalments that are debited without the student, and the state machine against double debits.

`TRANSITIONS` is the machine; a test draws the diagram of docs/debits.md from it. A debit is one question to
the gateway: stored as claimed first, marked sent before the one POST; an answer that cannot be classified
makes it unknown, never refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Plan
from chalicelib.domain.payments import Answer, Evidence, Outcome
from chalicelib.domain.plan.plans import MovedDay
from chalicelib.domain.secrecy import SECRET
from chalicelib.domain.trail.traced import Traced


class InstalmentState(StrEnum):
    DUE = "due"  # waits for its day, or for the day of its next try
    CLAIMED = "claimed"  # claimed by one worker; nothing has been sent
    SENT = "sent"  # the gateway may have heard of it
    UNKNOWN = "unknown"  # asked of the gateway, never retried without an answer
    PAID = "paid"
    NEEDS_PAYER = "needs_payer"  # needs another card or an authentication: only the student can go on
    ARREARS = "arrears"  # every try failed
    CONFLICT = "conflict"  # needs a decision of staff
    CANCELLED = "cancelled"


class Event(StrEnum):
    CLAIM = "claim"
    CLAIM_EXPIRED = "claim expired"
    MARK_SENT = "mark sent"
    ACCEPTED = "accepted"
    REFUSED_SOFT = "refused, another try is left"
    REFUSED_LAST = "refused, no try is left"
    REFUSED_HARD = "refused, another card is needed"
    UNCLEAR = "no clear answer"
    REFUNDED = "taken, then given back"
    RESEND = "not found twice, same day"
    GIVE_UP = "not found, another day"
    RELEASE = "released by a person"
    PAID_BY_HAND = "paid by hand"
    BOUNCED = "its payment was taken back"
    CANCEL = "cancel"


_S, _E = InstalmentState, Event
TRANSITIONS: dict[tuple[InstalmentState, Event], InstalmentState] = {
    (_S.DUE, _E.CLAIM): _S.CLAIMED,
    (_S.DUE, _E.REFUSED_HARD): _S.NEEDS_PAYER,  # the card is known to be unusable: nothing is sent
    (_S.DUE, _E.PAID_BY_HAND): _S.PAID,
    (_S.DUE, _E.REFUNDED): _S.CONFLICT,
    (_S.DUE, _E.CANCEL): _S.CANCELLED,
    (_S.CLAIMED, _E.CLAIM_EXPIRED): _S.DUE,
    (_S.CLAIMED, _E.MARK_SENT): _S.SENT,
    (_S.SENT, _E.ACCEPTED): _S.PAID,
    (_S.SENT, _E.REFUSED_SOFT): _S.DUE,
    (_S.SENT, _E.REFUSED_LAST): _S.ARREARS,
    (_S.SENT, _E.REFUSED_HARD): _S.NEEDS_PAYER,
    (_S.SENT, _E.UNCLEAR): _S.UNKNOWN,
    (_S.SENT, _E.REFUNDED): _S.CONFLICT,
    (_S.UNKNOWN, _E.ACCEPTED): _S.PAID,
    (_S.UNKNOWN, _E.REFUSED_SOFT): _S.DUE,
    (_S.UNKNOWN, _E.REFUSED_LAST): _S.ARREARS,
    (_S.UNKNOWN, _E.REFUSED_HARD): _S.NEEDS_PAYER,
    (_S.UNKNOWN, _E.RESEND): _S.SENT,
    (_S.UNKNOWN, _E.REFUNDED): _S.CONFLICT,
    (_S.UNKNOWN, _E.GIVE_UP): _S.CONFLICT,
    (_S.CONFLICT, _E.ACCEPTED): _S.PAID,
    (_S.CONFLICT, _E.REFUNDED): _S.CONFLICT,
    (_S.CONFLICT, _E.RELEASE): _S.DUE,
    (_S.PAID, _E.BOUNCED): _S.ARREARS,
    (_S.NEEDS_PAYER, _E.PAID_BY_HAND): _S.PAID,
    (_S.NEEDS_PAYER, _E.CANCEL): _S.CANCELLED,
    (_S.ARREARS, _E.PAID_BY_HAND): _S.PAID,
    (_S.ARREARS, _E.CANCEL): _S.CANCELLED,
}

CLAIM_LIFETIME = timedelta(minutes=10)
"""A claim this old was provably not sent: marking comes first, and refuses a stale claim."""
ANSWER_LIFETIME = timedelta(minutes=5)
"""After this the worker of a sent debit is dead: the gateway is asked."""
LOOKS_BEFORE_RESENDING = 2


class ImpossibleMove(Exception):
    """The state has no transition for the event: the caller read an older state."""


@dataclass(frozen=True)
class Instalment(Traced):
    """One dated part of a plan.

    `next_try_on` is the first Paris day it may be debited; `tries` counts refusals. `open_pages` are the
    attempts by hand that may still pay it: while there is one, nothing is debited.
    """

    registration_id: str
    person_id: str
    rank: int
    due_on: date
    amount_cents: int
    schedule_hash: str
    next_try_on: date
    state: InstalmentState = InstalmentState.DUE
    since: datetime | None = None
    tries: int = 0
    debits: int = 0
    refusal_code: str = ""
    open_pages: tuple[str, ...] = ()
    invoice_number: int | None = None
    paid_at: datetime | None = None
    noticed: bool = False
    version: int = 1
    received_cents: int = 0  # paid already by other money than its own debit or page
    moves: int = 0  # how often its day was moved after an outage; each move is announced anew
    credited_cents: int = 0  # no longer owed by a credit note

    @property
    def id(self) -> str:
        return instalment_id(self.registration_id, self.rank)

    @property
    def debit_id(self) -> str:
        """Return the id of its last debit."""
        return f"{self.id}-{self.debits}"

    @property
    def remaining_cents(self) -> int:
        if self.state in {_S.PAID, _S.CANCELLED}:
            return 0
        return self.amount_cents - self.received_cents - self.credited_cents

    @property
    def is_in_flight(self) -> bool:
        return self.state in {_S.CLAIMED, _S.SENT, _S.UNKNOWN}

    @property
    def may_be_taken(self) -> bool:
        """True while the gateway may hold an unbooked payment for it; a conflict may still be found paid."""
        return self.is_in_flight or self.state is _S.CONFLICT

    @property
    def is_debitable(self) -> bool:
        return self.state is _S.DUE and not self.open_pages

    @property
    def is_payable_by_hand(self) -> bool:
        """True if it was refused: the student may pay it with any card (`plan_cards`: to give another)."""
        return self.state in {_S.NEEDS_PAYER, _S.ARREARS} or (self.state is _S.DUE and self.tries > 0)


def instalment_id(registration_id: str, rank: int) -> str:
    return f"{registration_id}-i{rank}"


def moved(instalment: Instalment, event: Event, now: datetime, **changes: object) -> Instalment:
    """Return the next version after `event`; raise `ImpossibleMove` if the state has no such transition."""
    state = TRANSITIONS.get((instalment.state, event))
    if state is None:
        raise ImpossibleMove(f"{instalment.id} is {instalment.state}: no arrow for « {event} »")
    return replace(instalment, state=state, since=now, version=instalment.version + 1, **changes)  # type: ignore[arg-type]  # the names are its fields


def standing_amounts(instalments: Iterable[Instalment]) -> tuple[int, ...]:
    """Return the amounts by rank without cancelled instalments: the input of the schedule's hash."""
    ordered = sorted(instalments, key=lambda each: each.rank)
    return tuple(each.amount_cents for each in ordered if each.state is not _S.CANCELLED)


def held(instalment: Instalment, attempt_id: str) -> Instalment:
    """Add the attempt to the open pages: nothing is debited while one is open."""
    pages = (*instalment.open_pages, attempt_id)
    return replace(instalment, open_pages=pages, version=instalment.version + 1)


def let_go(instalment: Instalment, attempt_id: str) -> Instalment:
    """Remove the attempt from the open pages."""
    pages = tuple(page for page in instalment.open_pages if page != attempt_id)
    return replace(instalment, open_pages=pages, version=instalment.version + 1)


class DebitState(StrEnum):
    CLAIMED = "claimed"
    SENT = "sent"
    PAID = "paid"
    REFUNDED = "refunded"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DROPPED = "dropped"  # provably never sent, or released by staff


@dataclass(frozen=True)
class Debit:
    """One try to take one instalment: one reference and one question number, never changed.

    `planned_on` is the Paris day it belongs to: the gateway keeps a question's number unique for that day, so
    the same question may be sent again on that day only. `not_found` counts the inquiries that found nothing.
    `moved` are the later instalments that its claim moved to other days.
    """

    id: str
    instalment_id: str
    person_id: str
    reference: str
    question: int
    amount_cents: int
    schedule_hash: str
    planned_on: date
    claimed_at: datetime
    state: DebitState = DebitState.CLAIMED
    sent_at: datetime | None = None
    code: str = ""
    transaction: str = ""
    call: str = ""
    not_found: int = 0
    released_by: str = ""
    version: int = 1
    moved: tuple[MovedDay, ...] = ()


@dataclass(frozen=True)
class Mandate:
    """The basis of later debits: the subscriber's token, and the evidence of the consent.

    `card_expires` is YYMM. `consent` is the text the student agreed to on `agreed_at`. `plan` is the plan as
    it was agreed to, None in rows older than the field.
    """

    registration_id: str
    person_id: str
    subscriber: str
    token: str = field(repr=False, metadata=SECRET)
    card_expires: str
    card_last_digits: str
    consent: str
    schedule_hash: str
    agreed_at: datetime
    evidence: Evidence
    version: int = 1
    plan: Plan | None = None


def claimed(instalment: Instalment, now: datetime) -> Instalment:
    return moved(instalment, Event.CLAIM, now, debits=instalment.debits + 1)


def marked_sent(debit: Debit, now: datetime) -> Debit:
    return replace(debit, state=DebitState.SENT, sent_at=now, version=debit.version + 1)


def dropped(debit: Debit, released_by: str = "") -> Debit:
    return replace(debit, state=DebitState.DROPPED, released_by=released_by, version=debit.version + 1)


def answered(
    instalment: Instalment, debit: Debit, answer: Answer, retry_after_days: tuple[int, ...], now: datetime
) -> tuple[Instalment, Debit]:
    """Apply the gateway's answer to instalment and debit; an unclear one makes them unknown, not refused."""
    event = _event(instalment, answer.outcome, retry_after_days)
    if event is Event.UNCLEAR:
        waiting = replace(instalment, version=instalment.version + 1)
        unclear = waiting if instalment.state is _S.UNKNOWN else moved(instalment, event, now)
        return unclear, replace(debit, state=DebitState.UNKNOWN, version=debit.version + 1)
    said = replace(
        debit,
        state=DebitState.PAID if event is Event.ACCEPTED else DebitState.REFUSED,
        code=answer.code,
        transaction=answer.transaction,
        call=answer.call,
        version=debit.version + 1,
    )
    if event is Event.ACCEPTED:
        return moved(instalment, event, now, paid_at=now), said
    return _refused(instalment, event, answer, retry_after_days, now), said


def _refused(
    instalment: Instalment, event: Event, answer: Answer, retry_after_days: tuple[int, ...], now: datetime
) -> Instalment:
    changes: dict[str, object] = {"refusal_code": answer.code, "tries": instalment.tries + 1}
    if event is Event.REFUSED_SOFT:
        changes["next_try_on"] = paris_day(now) + timedelta(days=retry_after_days[instalment.tries])
    return moved(instalment, event, now, **changes)


def _event(instalment: Instalment, outcome: Outcome, retry_after_days: tuple[int, ...]) -> Event:
    if outcome is Outcome.PAID:
        return Event.ACCEPTED
    if outcome is Outcome.REFUSED_SOFT:
        has_next = instalment.tries < len(retry_after_days)
        return Event.REFUSED_SOFT if has_next else Event.REFUSED_LAST
    if outcome in {Outcome.REFUSED_HARD, Outcome.NEEDS_AUTHENTICATION}:
        return Event.REFUSED_HARD
    return Event.UNCLEAR
