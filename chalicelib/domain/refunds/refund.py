"""A refund of one payment: its states, and the frozen sheet that two people agree to.

prepared ──approve──▶ approved ──mark──▶ sent ──answer──▶ done | refused
    │                     │                └─unclear─▶ unknown ──inquiry──▶ done | refused | sent again
    ├─refuse─▶ declined   ├─cancel─▶ cancelled
    └─moved──▶ lapsed     └─not covered any more─▶ lapsed
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.payments import Answer, Outcome
from chalicelib.domain.secrecy import SECRET
from chalicelib.domain.trail.audit import canonical_digest
from chalicelib.domain.trail.traced import Traced

ANSWER_LIFETIME = timedelta(minutes=5)
"""After this time without an answer the gateway is asked what became of a refund."""
LOOKS_BEFORE_RESENDING = 2
SEND_WITHIN = timedelta(minutes=1)
"""A process that slept longer between marking and sending does not send: an inquiry comes first."""
ARRIVES_WITHIN = timedelta(hours=1)
"""How long a question may be on its way.

None is sent again if it could arrive after midnight, where its number would count as a new one, and none is
given up before.
"""


class RefundMethod(StrEnum):
    CARD = "card"
    TRANSFER = "transfer"


class RefundState(StrEnum):
    PREPARED = "prepared"
    APPROVED = "approved"  # by a second person; nothing was sent
    SENT = "sent"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"
    LAPSED = "lapsed"  # the account moved after the sheet was frozen
    DECLINED = "declined"  # by the second person
    CANCELLED = "cancelled"  # by a person after it was approved; nothing was sent


class Operation(StrEnum):
    """The way of a card refund: a void takes back the whole payment before its remittance to the bank."""

    REFUND = "refund"
    VOID = "void"


RETURNED = "returned"
"""The code of a refund by transfer that the bank returned."""
LIVE = frozenset({RefundState.PREPARED, RefundState.APPROVED, RefundState.SENT, RefundState.UNKNOWN})
"""The states in which the amount is reserved on its payment."""
SHOWN = LIVE - {RefundState.PREPARED} | {RefundState.DONE, RefundState.REFUSED}
"""The states that the student sees: a second person approved."""
_BEFORE_SENDING = frozenset({RefundState.PREPARED, RefundState.APPROVED})
IN_FLIGHT = frozenset({RefundState.SENT, RefundState.UNKNOWN})


@dataclass(frozen=True)
class Sheet:
    """The facts that preparer and approver agree to, amounts in cents.

    What is owed counts all that is on its way back; of a refused file it is what is missing of what is kept.
    `account_version` counts the versions of the registration but for those of acts on refunds: each other act
    on the account changes it.
    """

    holder: str
    registration_id: str
    payment_id: str
    method: RefundMethod
    amount_cents: int
    kept_cents: int
    owed_before_cents: int
    owed_after_cents: int
    account_version: int

    @property
    def hash(self) -> str:
        """Return the SHA-256, in hex, of every field."""
        return canonical_digest(list(asdict(self).values()))


@dataclass(frozen=True)
class Refund(Traced):
    """One refund. `request_hash` is the digest of the request, so that a replay finds its answer.

    `preparer` is the name shown to the approver. `reference`, `question` and `operation` are written before
    the gateway is called; `transaction` and `call` are the gateway's numbers of the refund once it is done.
    `not_found` counts the inquiries in a row that did not find it. `cancelled_by` took back the approval.
    """

    id: str
    registration_id: str
    person_id: str
    payment_id: str
    method: RefundMethod
    amount_cents: int
    reason: str
    sheet: Sheet
    prepared_by: str
    preparer: str
    prepared_at: datetime
    request_hash: str
    state: RefundState = RefundState.PREPARED
    decided_by: str = ""
    decided_at: datetime | None = None
    decision_reason: str = ""
    reference: str = ""
    question: int = 0
    operation: Operation = Operation.REFUND
    sent_at: datetime | None = None
    not_found: int = 0
    code: str = ""
    transaction: str = ""
    call: str = ""
    ended_at: datetime | None = None
    iban: str = field(default="", repr=False, metadata=SECRET)
    version: int = 1
    cancelled_by: str = ""
    cancel_reason: str = ""

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_in_flight(self) -> bool:
        return self.state in IN_FLIGHT

    @property
    def by_card(self) -> bool:
        return self.method is RefundMethod.CARD

    @property
    def came_back(self) -> bool:
        """True for a transfer that was done, and that the bank returned."""
        return self.state is RefundState.REFUSED and self.code == RETURNED

    @property
    def takes_iban(self) -> bool:
        """True while a transfer may still be told where to go."""
        return not self.by_card and self.state in _BEFORE_SENDING

    @property
    def waits_for_iban(self) -> bool:
        return self.takes_iban and not self.iban

    @property
    def sent_on(self) -> date | None:
        """The Paris day on which its question number is taken."""
        return paris_day(self.sent_at) if self.sent_at else None


@dataclass(frozen=True)
class Holding:
    """What the gateway says it holds of a payment before a refund is sent.

    `outcome` is paid, refused, not found or unknown; `is_given_back` is set if all of it was given back,
    `is_remitted` if it was remitted to the bank.
    """

    outcome: Outcome
    code: str = ""
    is_given_back: bool = False
    is_remitted: bool = True


def decided(refund: Refund, state: RefundState, by: str, reason: str, now: datetime) -> Refund:
    return replace(
        refund,
        state=state,
        decided_by=by,
        decided_at=now,
        decision_reason=reason,
        ended_at=now if state is RefundState.DECLINED else None,
        version=refund.version + 1,
    )


def lapsed(refund: Refund, now: datetime) -> Refund:
    return replace(refund, state=RefundState.LAPSED, ended_at=now, version=refund.version + 1)


def cancelled(refund: Refund, by: str, reason: str, now: datetime) -> Refund:
    return replace(
        refund,
        state=RefundState.CANCELLED,
        cancelled_by=by,
        cancel_reason=reason,
        ended_at=now,
        version=refund.version + 1,
    )


def ended_of(refunds: Iterable[Refund], payment_id: str, now: datetime) -> tuple[Refund, ...]:
    """Return as lapsed those of a payment that holds nothing any more, but for what is sent.

    One that waited on would take its amount from the reservation of a later refund when it ends.
    """
    waiting = (each for each in refunds if each.is_live and not each.is_in_flight)
    return tuple(lapsed(each, now) for each in waiting if each.payment_id == payment_id)


def marked_sent(refund: Refund, reference: str, question: int, operation: Operation, now: datetime) -> Refund:
    """Return the refund as it is written before the gateway is called."""
    return replace(
        refund,
        state=RefundState.SENT,
        reference=reference,
        question=question,
        operation=operation,
        sent_at=now,
        version=refund.version + 1,
    )


def sent_again(refund: Refund, now: datetime) -> Refund:
    """Return a refund that was not found, to be sent once more under the same question number."""
    return replace(refund, state=RefundState.SENT, sent_at=now, not_found=0, version=refund.version + 1)


def looked(refund: Refund) -> Refund:
    """Return the refund after an inquiry that did not find it."""
    return replace(
        refund, state=RefundState.UNKNOWN, not_found=refund.not_found + 1, version=refund.version + 1
    )


def answered(refund: Refund, answer: Answer, now: datetime) -> Refund:
    """Return the refund after an answer of the gateway; what is unclear is unknown, never refused."""
    state = _STATES.get(answer.outcome, RefundState.REFUSED)
    is_over = state is not RefundState.UNKNOWN
    return replace(
        refund,
        state=state,
        code=answer.code,
        transaction=answer.transaction,
        call=answer.call,
        ended_at=now if is_over else None,
        version=refund.version + 1,
    )


_STATES = {
    Outcome.PAID: RefundState.DONE,
    Outcome.UNKNOWN: RefundState.UNKNOWN,
    Outcome.NOT_FOUND: RefundState.UNKNOWN,
    Outcome.ABANDONED: RefundState.UNKNOWN,
}
