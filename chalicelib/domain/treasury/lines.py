"""The lines of bank statements, and what explains each: its parts add up to the line to the cent.

new ──▶ proposed ──▶ matched | split | fee | refund returned | discarded
  └────────┴───▶ suspense (471) ──▶ the same

A line in suspense is booked on 471. Whatever explains it later moves the money from there, no more from the
bank account: `held_in` says which of the two holds it. `undoing` leads back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from chalicelib.domain.books.chart import Book
from chalicelib.domain.trail.audit import SCHEDULE
from chalicelib.domain.treasury.refusals import ExplanationUnequal, LineExplained, LineTooFar


class LineState(StrEnum):
    NEW = "new"
    PROPOSED = "proposed"  # the system found registrations that it may belong to
    MATCHED = "matched"
    SPLIT = "split"
    SUSPENSE = "suspense"
    FEE = "fee"
    REFUND_RETURNED = "refund_returned"
    DISCARDED = "discarded"


class ExplanationKind(StrEnum):
    """What a part of a line is; `subject` of its explanation is the id of that."""

    PAYMENT = "payment"  # a transfer received for a registration
    SUSPENSE = "suspense"  # not known yet: on 471
    FEE = "fee"  # of the bank, or given back by it
    REFUND_RETURNED = "refund_returned"  # a transfer of ours came back
    TRANSFER_FILE = "transfer_file"  # the transfers of one of our files left
    BOUNCE = "bounce"  # the bank took back a cheque or a transfer
    REMITTANCE = "remittance"  # card payments, from the gateway
    DEPOSIT = "deposit"  # the cheques of a slip
    CHARGEBACK = "chargeback"  # the bank took back a card payment, or gave it back
    DISCARDED = "discarded"  # no matter of these books


_STATES = {
    ExplanationKind.FEE: LineState.FEE,
    ExplanationKind.REFUND_RETURNED: LineState.REFUND_RETURNED,
    ExplanationKind.DISCARDED: LineState.DISCARDED,
}
OPEN = frozenset({LineState.NEW, LineState.PROPOSED, LineState.SUSPENSE})
"""The states of a line that waits for somebody to explain it."""
REVERSED = "RVSL"
"""Put behind the code of an entry that reverses another (RvslInd), or that has a reason of rejection."""
RETURNED = "RRTN"
RETURNS = frozenset({REVERSED, RETURNED, "RPCR"})
"""The sub-families of ISO 20022 of what comes back: returned, reversed, or cancelled by request."""
ISSUED = frozenset({"ICDT", "IRCT", "ICCN"})
"""Its families of transfers that the account's owner sends: what they credit comes back."""
NEAR = timedelta(days=40)
"""The most between a line and what it shows: a month that was entered late, and the days of the bank."""


@dataclass(frozen=True)
class Explanation:
    """One part of a line: its kind, what it is about, and its signed cents."""

    kind: ExplanationKind
    subject: str
    cents: int


class ProposalReason(StrEnum):
    """Why a registration is proposed for a line."""

    REFERENCE = "reference"  # the student's own reference, with a right check digit
    NAME = "name"
    AMOUNT_OWED = "amount_owed"
    AMOUNT_DUE = "amount_due"  # an instalment
    INVOICE = "invoice"  # the number of an invoice
    RECEIPT = "receipt"  # accounting entered a transfer of this amount already


@dataclass(frozen=True)
class Proposal:
    """One registration that a line, or a part of it, may pay: `cents` of it, `owed_cents` are owed then.

    `payment_id` is set if the money is booked already and the line only shows it, `invoice_number` if it pays
    that invoice of a third-party payer.
    """

    registration_id: str
    holder: str
    cents: int
    owed_cents: int
    score: int
    reasons: tuple[ProposalReason, ...]
    payment_id: str = ""
    invoice_number: int = 0


@dataclass(frozen=True)
class LineDetail:
    """One transaction of a batch that the bank booked as one line, or its fee for it; signed cents."""

    cents: int
    label: str = ""
    counterparty: str = ""
    reference: str = ""
    is_fee: bool = False


@dataclass(frozen=True)
class StatementLine:
    """One movement of the school's account `iban`: signed cents, positive for money that came in.

    `id` is made of the day, the digest of the content and the occurrence among equal lines. `label`,
    `counterparty` and `reference` are the bank's words, `code` is its code of the operation. `owner` is who
    searches while it is in suspense, `suspended_at` since when. `kept_until` ends the accounting term.
    """

    id: str
    iban: str
    statement_id: str
    booked_on: date
    value_on: date
    cents: int
    label: str
    kept_until: datetime
    counterparty: str = ""
    reference: str = ""
    code: str = ""
    occurrence: int = 1
    details: tuple[LineDetail, ...] = ()
    state: LineState = LineState.NEW
    explanations: tuple[Explanation, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    owner: str = ""
    suspended_at: datetime | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = field(default="", repr=False)
    version: int = 1

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_return(self) -> bool:
        """Whether the bank's code says that the credit returns or reverses money of the school."""
        parts = set(self.code.split("-"))
        return self.cents > 0 and bool(parts & (RETURNS | ISSUED))

    @property
    def suspense_cents(self) -> int:
        """The signed part that is booked on 471."""
        return sum(each.cents for each in self.explanations if each.kind is ExplanationKind.SUSPENSE)

    @property
    def open_cents(self) -> int:
        """The signed part that is still to be explained: on 471, or the whole line."""
        if self.state is LineState.SUSPENSE:
            return self.suspense_cents
        return self.cents if self.is_open else 0

    @property
    def held_in(self) -> Book:
        """The book from which an explanation moves the money: 471 once the line was suspended."""
        return Book.SUSPENSE if self.state is LineState.SUSPENSE else Book.BANK

    def accounting_day(self, today: date) -> date:
        """Return the day of an entry about the line: the bank's, as long as it moves the bank account."""
        return self.booked_on if self.held_in is Book.BANK else today


def require_near(line: StatementLine, day: date) -> None:
    """Raise `LineTooFar` unless a line is of a day on which it can show what was booked or sent on `day`."""
    if abs(line.booked_on - day) > NEAR:
        raise LineTooFar(line.booked_on, day)


def discarded_if_nothing(line: StatementLine, now: datetime) -> StatementLine:
    """Return a line of 0 cents, which nothing can explain, as discarded by the system; else unchanged."""
    if line.cents:
        return line
    return replace(line, state=LineState.DISCARDED, decided_by=SCHEDULE, decided_at=now)


def explain(
    line: StatementLine, parts: Sequence[Explanation], by: str, now: datetime, reason: str = ""
) -> StatementLine:
    """Return the next version of an open line, whose open part `parts` explain.

    Raise `LineExplained` if it is not open, `ExplanationUnequal` unless the parts add up to what is open.
    The caller commits it with the journal entries of the parts, which take the money from `line.held_in`.
    """
    if not line.is_open:
        raise LineExplained
    if not parts or not all(each.cents for each in parts):
        raise ExplanationUnequal(line.open_cents, 0)
    if (told := sum(each.cents for each in parts)) != line.open_cents:
        raise ExplanationUnequal(line.open_cents, told)
    kept = (each for each in line.explanations if each.kind is not ExplanationKind.SUSPENSE)
    explanations = _summed((*kept, *parts))
    state = _state_of(explanations)
    is_suspense = state is LineState.SUSPENSE
    return replace(
        line,
        state=state,
        explanations=explanations,
        proposals=(),
        owner=(line.owner or by) if is_suspense else line.owner,
        suspended_at=(line.suspended_at or now) if is_suspense else line.suspended_at,
        decided_by=by,
        decided_at=now,
        reason=reason or line.reason,
        version=line.version + 1,
    )


def _summed(parts: Sequence[Explanation]) -> tuple[Explanation, ...]:
    """Return one part for each kind and subject, in the order of the first of each."""
    totals: dict[tuple[ExplanationKind, str], int] = {}
    for part in parts:
        key = part.kind, part.subject
        totals[key] = totals.get(key, 0) + part.cents
    return tuple(Explanation(kind, subject, cents) for (kind, subject), cents in totals.items())


def _state_of(explanations: Sequence[Explanation]) -> LineState:
    if any(each.kind is ExplanationKind.SUSPENSE for each in explanations):
        return LineState.SUSPENSE
    if len(explanations) > 1:
        return LineState.SPLIT
    return _STATES.get(explanations[0].kind, LineState.MATCHED)
