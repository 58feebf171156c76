"""Refunds in memory, and the part of the gateway that gives money back, with its own books."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.errors import NotFound
from chalicelib.domain.payments import Answer, Outcome, Payment
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.refunds.transfer_files import TransferFile, TransferSequence
from tests.fakes.storage import Memory


class MemoryRefunds:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def of_state(self, state: RefundState, after: str | None = None) -> tuple[Sequence[Refund], str | None]:
        found = [each for each in tuple(self._m.refunds.values()) if each.state is state]
        return tuple(sorted(found, key=lambda each: (each.prepared_at, each.id))), None


class MemoryTransferFiles:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def sequence(self, series: str) -> TransferSequence:
        return self._m.transfer_sequences.get(series, TransferSequence(series))

    def listed(self, after: str | None = None) -> tuple[Sequence[TransferFile], str | None]:
        return tuple(self._m.transfer_files[key] for key in sorted(self._m.transfer_files)), None

    def find(self, file_id: str) -> TransferFile:
        if file_id not in self._m.transfer_files:
            raise NotFound
        return self._m.transfer_files[file_id]

    def text(self, file_id: str) -> str:
        if file_id not in self._m.transfer_texts:
            raise NotFound
        return self._m.transfer_texts[file_id].text


class Reply(StrEnum):
    """What the gateway does with one refund."""

    GIVE = "give"
    REFUSE = "refuse"
    DROP = "drop"  # the question never arrives
    LOSE_ANSWER = "lose_answer"  # given back; silence comes back
    LOSE_REFUSAL = "lose_refusal"
    LATE = "late"  # silence; the question arrives after a while, and is processed then


@dataclass(frozen=True)
class Returned:
    """Money given back, of the payment with this transaction."""

    reference: str
    payment: str
    amount_cents: int
    question: int
    transaction: str
    operation: str


@dataclass
class RefundVault:
    """Refunds go by `script`, one reply each, then by `otherwise`. `books` judge what was given."""

    script: deque[Reply] = field(default_factory=deque)
    otherwise: Reply = Reply.GIVE
    is_remitted: bool = True
    lateness: timedelta = timedelta(minutes=20)
    books: list[Returned] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    strange: set[str] = field(default_factory=set)
    """Transactions that our account does not know."""
    on_the_way: list[tuple[datetime, Refund, Payment, Callable[[int, datetime], bool]]] = field(
        default_factory=list
    )

    def returned(self, transaction: str) -> int:
        return sum(each.amount_cents for each in self.books if each.payment == transaction)

    def ask(
        self,
        refund: Refund,
        payment: Payment,
        now: datetime,
        is_fresh: Callable[[int, datetime], bool],
        *,
        is_debit: bool,
    ) -> Answer:
        self.receive(now)
        reply = self.script.popleft() if self.script else self.otherwise
        if reply is Reply.LATE:
            self.on_the_way.append((now + self.lateness, refund, payment, is_fresh))
        if reply in {Reply.LATE, Reply.DROP}:
            return _said(refund, Outcome.UNKNOWN)
        said = self._heard(refund, payment, reply, now, is_fresh)
        return _said(refund, Outcome.UNKNOWN) if reply in {Reply.LOSE_ANSWER, Reply.LOSE_REFUSAL} else said

    def receive(self, now: datetime) -> None:
        here = [each for each in self.on_the_way if each[0] <= now]
        self.on_the_way = [each for each in self.on_the_way if each[0] > now]
        for at, refund, payment, is_fresh in here:
            self._heard(refund, payment, Reply.GIVE, at, is_fresh)

    def inquire(self, refund: Refund, payment: Payment, now: datetime, *, is_clear: bool) -> Answer:
        self.receive(now)
        if not is_clear:
            return _said(refund, Outcome.UNKNOWN)
        told = (refund.reference, payment.transaction)
        found = next((each for each in self.books if (each.reference, each.payment) == told), None)
        if found is None:
            return _said(refund, Outcome.NOT_FOUND, "00018")
        return _given(refund, found)

    def _heard(
        self,
        refund: Refund,
        payment: Payment,
        reply: Reply,
        now: datetime,
        is_fresh: Callable[[int, datetime], bool],
    ) -> Answer:
        self.asked.append(refund.reference)
        if reply in {Reply.REFUSE, Reply.LOSE_REFUSAL}:  # an error leaves the question's number free
            return _said(refund, Outcome.CONFIGURATION, "00014")
        if not is_fresh(refund.question, now):
            return _said(refund, Outcome.UNKNOWN, "00039")
        if self.returned(payment.transaction) + refund.amount_cents > payment.amount_cents:
            return _said(refund, Outcome.CONFIGURATION, "00011")
        given = Returned(
            refund.reference,
            payment.transaction,
            refund.amount_cents,
            refund.question,
            f"7{len(self.books) + 1:04}",
            refund.operation,
        )
        self.books.append(given)
        return _given(refund, given)


def _said(refund: Refund, outcome: Outcome, code: str = "") -> Answer:
    return Answer(refund.reference, refund.amount_cents, outcome, code)


def _given(refund: Refund, found: Returned) -> Answer:
    return Answer(
        refund.reference,
        refund.amount_cents,
        Outcome.PAID,
        "00000",
        transaction=found.transaction,
        call=f"9{found.payment}",
    )
