"""A gateway in one process: its own books are the judge of what was taken."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import School
from chalicelib.domain.errors import GatewayUnavailable, SignatureMismatch
from chalicelib.domain.payments import Answer, Attempt, Evidence, Outcome, Payment, PaymentPage
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import Debit, Mandate
from chalicelib.domain.reconciliation.exports import Export
from chalicelib.domain.refunds.refund import Holding, Refund
from chalicelib.domain.treasury.remittances import CardMovement, Told
from chalicelib.gateway.exports import read_export
from tests.fakes.refunds import RefundVault
from tests.fakes.remitting import Remitting

SITE = "1999888"
FIRST_TRANSACTION = 5001


class Behaviour(StrEnum):
    """What the gateway does with one debit."""

    ACCEPT = "accept"
    REFUSE_SOFT = "refuse_soft"
    REFUSE_HARD = "refuse_hard"
    NEED_AUTHENTICATION = "need_authentication"
    REFUSE_SETUP = "refuse_setup"  # our configuration is wrong; nothing is taken
    DROP = "drop"  # the question never arrives
    LOSE_ANSWER = (
        "lose_answer"  # taken; silence, half an answer, or the answer to another question comes back
    )
    LOSE_REFUSAL = "lose_refusal"  # refused, and the answer is lost
    LATE = "late"  # silence; the question arrives after a while, and is processed then
    DELAY = "delay"  # accepted for later: taken, silent, and found by nobody until then


@dataclass(frozen=True)
class Capture:
    """Money taken: `taken_at` is when the books show it."""

    reference: str
    amount_cents: int
    question: int
    transaction: str
    taken_at: datetime


_REFUSALS = {
    Behaviour.REFUSE_SOFT: (Outcome.REFUSED_SOFT, "00151"),
    Behaviour.LOSE_REFUSAL: (Outcome.REFUSED_SOFT, "00151"),
    Behaviour.REFUSE_HARD: (Outcome.REFUSED_HARD, "00143"),
    Behaviour.NEED_AUTHENTICATION: (Outcome.NEEDS_AUTHENTICATION, "001A1"),
    Behaviour.REFUSE_SETUP: (Outcome.CONFIGURATION, "00006"),
}
_SILENT = {Behaviour.LOSE_ANSWER, Behaviour.LOSE_REFUSAL, Behaviour.DELAY}


@dataclass
class FakeGateway:
    """Pages speak by messages that are `Answer`s by name; `answers` is what is said when asked by reference.

    Debits go by `script`, one behaviour each, and by `otherwise` once it is used up. A question number is
    taken once a Paris day. A token or subscriber in `forgotten` is no longer known.
    """

    messages: dict[bytes, Answer] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    """The transactions of pages that our account at the gateway holds as paid."""
    answers: dict[str, Answer] = field(default_factory=dict)
    is_up: bool = True
    is_clear: bool = True
    """Whether direct questions other than debits are answered."""
    pages: list[PaymentPage] = field(default_factory=list)
    script: deque[Behaviour] = field(default_factory=deque)
    otherwise: Behaviour = Behaviour.ACCEPT
    delay: timedelta = timedelta(minutes=3)
    lateness: timedelta = timedelta(minutes=12)
    forgotten: set[str] = field(default_factory=set)
    captures: list[Capture] = field(default_factory=list)
    refusals: dict[str, Answer] = field(default_factory=dict)
    questions: set[tuple[date, int]] = field(default_factory=set)
    asked_debits: list[str] = field(default_factory=list)
    """The reference of each debit that arrived, in order."""
    banked_on: date | None = None
    """The day that an inquiry tells of a debit."""
    given_back: set[str] = field(default_factory=set)
    """The references of debits that were taken, then given back whole."""
    on_the_way: list[tuple[datetime, Debit, Mandate]] = field(default_factory=list)
    vault: RefundVault = field(default_factory=RefundVault)
    remitting: Remitting = field(default_factory=Remitting)
    _transactions: "count[int]" = field(default_factory=lambda: count(FIRST_TRANSACTION))

    def reference(self, attempt_id: str) -> str:
        return f"{SITE}-32-{attempt_id}"

    def attempt_id(self, reference: str) -> str | None:
        prefix = f"{SITE}-32-"
        return reference.removeprefix(prefix) if reference.startswith(prefix) else None

    def payment_page(self, attempt: Attempt, payer: Person, school: School, language: str) -> PaymentPage:
        if not self.is_up:
            raise GatewayUnavailable
        fields = (
            ("reference", attempt.reference),
            ("total", str(attempt.amount_cents)),
            ("language", language),
        )
        return PaymentPage("https://gateway.test/pay", fields)

    def says(self, body: bytes, answer: Answer) -> bytes:
        """Sign a message; what it says was paid, the books hold too."""
        if answer.outcome is Outcome.PAID:
            self.answers.setdefault(answer.reference, answer)
            self.held.add(answer.transaction)
        return self.signs_elsewhere(body, answer)

    def gives_back(self, reference: str) -> None:
        """The school gives the whole amount back in the gateway's back office."""
        if found := self.answers.get(reference):
            self.answers[reference] = replace(found, refunded_cents=found.amount_cents)
        self.given_back.add(reference)

    def signs_elsewhere(self, body: bytes, answer: Answer) -> bytes:
        """Sign a message that our account holds nothing of: the same key signs for every merchant."""
        self.messages[body] = answer
        return body

    def read_notification(self, body: bytes) -> Answer:
        if body not in self.messages:
            raise SignatureMismatch("Cette notification n'est pas signée par la passerelle.")
        return self.messages[body]

    def signed_return(self, parameters: Mapping[str, str]) -> bytes | None:
        """Take the message that stands whole in `signed`."""
        body = parameters.get("signed", "").encode()
        return body if body in self.messages else None

    def kept_text(self, body: bytes) -> str:
        return body.decode()

    def forget_card(self, subscriber: str, next_question: Callable[[], int], now: datetime) -> bool:
        next_question()
        if self.is_clear:
            self.forgotten.add(subscriber)
        return self.is_clear

    def inquire(self, attempt: Attempt, next_question: Callable[[], int], now: datetime) -> Answer:
        next_question()
        not_found = Answer(attempt.reference, attempt.amount_cents, Outcome.NOT_FOUND, "00018")
        found = self.answers.get(attempt.reference, not_found)
        return replace(
            found, token="", token_expires=""
        )  # the gateway hands a token over with the page alone

    def confirm(
        self, attempt: Attempt, announced: Answer, next_question: Callable[[], int], now: datetime
    ) -> Answer:
        found = self.inquire(attempt, next_question, now)
        if (
            found.outcome in {Outcome.NOT_FOUND, Outcome.UNKNOWN}
            or found.transaction == announced.transaction
        ):
            return found
        if announced.transaction in self.held:
            return replace(announced, token="", token_expires="")
        return replace(found, outcome=Outcome.NOT_FOUND, code="00018", transaction="", call="")

    def holding(self, payment: Payment, next_question: Callable[[], int], now: datetime) -> Holding:
        next_question()
        if not self.is_clear:
            return Holding(Outcome.UNKNOWN)
        if payment.transaction in self.vault.strange:
            return Holding(Outcome.NOT_FOUND, "00018")
        back = self.vault.returned(payment.transaction) >= payment.amount_cents
        reference = self.reference(payment.attempt_id)
        answer = self.answers.get(reference)
        is_back = back or reference in self.given_back or bool(answer and answer.refunded_cents)
        return Holding(Outcome.PAID, "00000", is_back, self.vault.is_remitted)

    def refund(
        self,
        refund: Refund,
        payment: Payment,
        next_question: Callable[[], int],
        now: datetime,
        *,
        is_debit: bool,
    ) -> Answer:
        return self.vault.ask(refund, payment, now, self._is_fresh, is_debit=is_debit)

    def inquire_refund(
        self, refund: Refund, payment: Payment, next_question: Callable[[], int], now: datetime
    ) -> Answer:
        next_question()
        return self.vault.inquire(refund, payment, now, is_clear=self.is_clear)

    def tell(self, movement: CardMovement, next_question: Callable[[], int], now: datetime) -> Told:
        next_question()
        return self.remitting.tell(self, movement, now)

    def read_export(self, raw: bytes) -> Export:
        return read_export(raw, "32")

    def debit(self, debit: Debit, mandate: Mandate, now: datetime) -> Answer:
        self.receive(now)
        behaviour = self.script.popleft() if self.script else self.otherwise
        if behaviour is Behaviour.LATE:
            self.on_the_way.append((now + self.lateness, debit, mandate))
        if behaviour in {Behaviour.LATE, Behaviour.DROP}:
            return _answer(debit, Outcome.UNKNOWN, "")
        said = self._heard(debit, mandate, behaviour, now)
        return _answer(debit, Outcome.UNKNOWN, "") if behaviour in _SILENT else said

    def receive(self, now: datetime) -> None:
        """Process what was on its way and is here by now."""
        here = [each for each in self.on_the_way if each[0] <= now]
        self.on_the_way = [each for each in self.on_the_way if each[0] > now]
        for at, debit, mandate in sorted(here, key=lambda each: each[0]):
            self._heard(debit, mandate, Behaviour.ACCEPT, at)

    def inquire_debit(self, debit: Debit, next_question: Callable[[], int], now: datetime) -> Answer:
        self.receive(now)
        question = next_question()
        if not self.is_clear or not self._is_fresh(question, now):
            return _answer(debit, Outcome.UNKNOWN, "")
        for capture in self.captures:
            if capture.reference == debit.reference and capture.taken_at <= now:
                refunded_cents = debit.amount_cents if debit.reference in self.given_back else 0
                paid = _paid(debit, capture)
                return replace(paid, refunded_cents=refunded_cents, banked_on=self.banked_on)
        return self.refusals.get(debit.reference, _answer(debit, Outcome.NOT_FOUND, "00018"))

    def taken(self, instalment_id: str) -> list[int]:
        """Every amount the books show as taken for one instalment, whichever debit took it."""
        prefix = f"{self.reference(instalment_id)}-"
        return [each.amount_cents for each in self.captures if each.reference.startswith(prefix)]

    def _heard(self, debit: Debit, mandate: Mandate, behaviour: Behaviour, now: datetime) -> Answer:
        self.asked_debits.append(debit.reference)
        if not self._is_fresh(debit.question, now):
            return _answer(debit, Outcome.UNKNOWN, "00039")
        if {mandate.token, mandate.subscriber} & self.forgotten:
            return _answer(debit, Outcome.REFUSED_HARD, "00017")
        return self._processed(debit, behaviour, now)

    def _processed(self, debit: Debit, behaviour: Behaviour, now: datetime) -> Answer:
        if behaviour in _REFUSALS:
            said = _answer(debit, *_REFUSALS[behaviour])
            if said.outcome is not Outcome.CONFIGURATION:
                self.refusals[debit.reference] = said
            return said
        wait = self.delay if behaviour is Behaviour.DELAY else timedelta()
        transaction = str(next(self._transactions))
        capture = Capture(debit.reference, debit.amount_cents, debit.question, transaction, now + wait)
        self.captures.append(capture)
        return _paid(debit, capture)

    def _is_fresh(self, question: int, now: datetime) -> bool:
        asked = (paris_day(now), question)
        is_fresh = asked not in self.questions
        self.questions.add(asked)
        return is_fresh


def _answer(debit: Debit, outcome: Outcome, code: str) -> Answer:
    return Answer(debit.reference, debit.amount_cents, outcome, code)


def _paid(debit: Debit, capture: Capture) -> Answer:
    return Answer(
        reference=debit.reference,
        amount_cents=capture.amount_cents,
        outcome=Outcome.PAID,
        code="00000",
        transaction=capture.transaction,
        call=f"9{capture.transaction}",
        evidence=Evidence(authorisation="XXXXXX"),
    )
