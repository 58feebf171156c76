"""Everything one student owes and paid, and the account position of menu 5."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.domain.errors import NotFound
from chalicelib.domain.invoices import Invoice, Order, StoredDocument
from chalicelib.domain.payments import Attempt, AttemptState, Payment
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration


@dataclass(frozen=True)
class Position:
    """The last lines of menu 5, in cents: what is owed, what came in, the rest, and what is payable today."""

    debit_cents: int
    credit_cents: int

    @property
    def balance_cents(self) -> int:
        return self.debit_cents - self.credit_cents

    @property
    def position_cents(self) -> int:
        return self.balance_cents


@dataclass(frozen=True)
class Account:
    """One student's whole account, as one read returns it."""

    person: Person
    registrations: tuple[Registration, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    orders: tuple[Order, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    payments: tuple[Payment, ...] = ()
    documents: Mapping[int, StoredDocument] = field(default_factory=dict)
    """The stored PDF of each invoice that has one, by its number."""

    def registration(self, registration_id: str) -> Registration:
        for registration in self.registrations:
            if registration.id == registration_id:
                return registration
        raise NotFound

    def attempt(self, attempt_id: str) -> Attempt | None:
        return next((each for each in self.attempts if each.id == attempt_id), None)

    def invoice(self, number: int) -> Invoice:
        for invoice in self.invoices:
            if invoice.number == number:
                return invoice
        raise NotFound

    def paid_cents(self, invoice: Invoice) -> int:
        return sum(each.allocated_cents for each in self.payments if each.invoice_number == invoice.number)

    def has_payment(self, transaction: str) -> bool:
        return any(payment.transaction == transaction for payment in self.payments)

    def has_unclear_attempt(self, registration_id: str) -> bool:
        return any(
            attempt.state is AttemptState.UNKNOWN
            for attempt in self.attempts
            if attempt.registration_id == registration_id
        )

    @property
    def position(self) -> Position:
        return Position(
            debit_cents=sum(order.totals.total_cents for order in self.orders),
            credit_cents=sum(payment.amount_cents for payment in self.payments),
        )
