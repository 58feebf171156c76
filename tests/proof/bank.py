"""The gateway's side of pages: every form is kept, may be posted whenever, and is paid once.

A form that was handed out stays in a browser's history: nothing at the gateway is known to end it, so a
payer may post it minutes or months later. One reference is paid once (00015). The message of a payment is
lost, late, or comes twice; the card's token may be missing in it. These books are the judge's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.domain.campaign import School
from chalicelib.domain.payments import Answer, Attempt, Outcome, PaymentPage
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import Debit
from tests.fakes.gateway import FakeGateway
from tests.usecases.conftest import CARD, accepted, refused

FIRST_ON_A_PAGE = 70_000


@dataclass(frozen=True)
class Taken:
    """Money that a page took; `kept_cents` is 0 once the school gave it back in the back office."""

    attempt_id: str
    transaction: str
    amount_cents: int
    taken_at: datetime
    kept_cents: int


@dataclass
class Message:
    """A signed message on its way. `must_arrive` if nothing else will ever tell of its payment."""

    arrives_at: datetime
    body: bytes
    must_arrive: bool = False


@dataclass
class Bank(FakeGateway):
    """`said_unpaid` holds the references of which a clear answer, after their last form, said: not paid."""

    forms: dict[str, Attempt] = field(default_factory=dict)
    taken_by_pages: dict[str, Taken] = field(default_factory=dict)
    said_unpaid: set[str] = field(default_factory=set)
    messages_on_the_way: list[Message] = field(default_factory=list)
    _made: set[str] = field(default_factory=set)
    _tries: int = FIRST_ON_A_PAGE

    def payment_page(self, attempt: Attempt, payer: Person, school: School, language: str) -> PaymentPage:
        self._made.add(attempt.reference)
        return super().payment_page(attempt, payer, school, language)

    def was_made(self, attempt: Attempt) -> bool:
        """Whether a form was made for it since the last one was handed out."""
        return attempt.reference in self._made

    def hand_out(self, attempt: Attempt) -> None:
        self.forms[attempt.reference] = attempt
        self._made.discard(attempt.reference)
        self.said_unpaid.discard(attempt.reference)

    def try_card(self, form: Attempt, now: datetime, *, is_accepted: bool, has_token: bool) -> Answer | None:
        """Return what is said of one card typed on a page, None if the reference is paid already."""
        if form.reference in self.taken_by_pages:
            return None
        self._tries += 1
        number = str(self._tries)
        if not is_accepted:
            answer = replace(refused(form, number), call=f"9{number}")
            self.answers[form.reference] = answer
            return answer
        token = CARD if has_token and form.terms else {}
        answer = replace(accepted(form, number), call=f"9{number}", **token)  # type: ignore[arg-type]  # its fields
        self.answers[form.reference] = answer
        self.held.add(number)
        cents = form.amount_cents
        self.taken_by_pages[form.reference] = Taken(form.id, number, cents, now, cents)
        return answer

    def sends(self, answer: Answer, arrives_at: datetime, *, must_arrive: bool = False) -> None:
        body = self.signs_elsewhere(f"message {answer.transaction}".encode(), answer)
        self.messages_on_the_way.append(Message(arrives_at, body, must_arrive))

    def signed_return_of(self, reference: str) -> dict[str, str]:
        """Return the variables with which the browser comes back by the accepted way."""
        body = f"return {reference}".encode()
        self.signs_elsewhere(body, self.answers[reference])
        return {"signed": body.decode()}

    def gives_back(self, reference: str) -> None:
        super().gives_back(reference)
        if taken := self.taken_by_pages.get(reference):
            self.taken_by_pages[reference] = replace(taken, kept_cents=0)

    def inquire(self, attempt: Attempt, next_question: Callable[[], int], now: datetime) -> Answer:
        if not self.is_clear:
            next_question()
            return Answer(attempt.reference, attempt.amount_cents, Outcome.UNKNOWN, "")
        found = super().inquire(attempt, next_question, now)
        if found.outcome is not Outcome.PAID:
            self.said_unpaid.add(attempt.reference)
        return self._as_it_is(found)

    def inquire_debit(self, debit: Debit, next_question: Callable[[], int], now: datetime) -> Answer:
        return self._as_it_is(super().inquire_debit(debit, next_question, now))

    def _as_it_is(self, found: Answer) -> Answer:
        """What was given back whole shows on the payment itself, a part does not."""
        is_whole = (
            found.outcome is Outcome.PAID and self.vault.returned(found.transaction) >= found.amount_cents
        )
        return replace(found, refunded_cents=found.amount_cents) if is_whole else found

    def returned(self, transaction: str) -> int:
        """What went back of one payment, whoever gave it."""
        return self.by_hand(transaction) + self.vault.returned(transaction)

    def by_hand(self, transaction: str) -> int:
        """What the school gave back of one payment in the back office."""
        pages = (each for each in self.taken_by_pages.values() if each.transaction == transaction)
        debits = (each for each in self.captures if each.transaction == transaction)
        of_debits = sum(each.amount_cents for each in debits if each.reference in self.given_back)
        return of_debits + sum(each.amount_cents - each.kept_cents for each in pages)

    def kept_of_debits(self, registration_id: str) -> dict[str, int]:
        """What the debits of one registration took and kept, by reference."""
        prefix = self.reference(f"{registration_id}-i")
        return {
            each.reference: 0 if each.reference in self.given_back else each.amount_cents
            for each in self.captures
            if each.reference.startswith(prefix)
        }
