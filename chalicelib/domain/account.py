"""All that one student owes and has paid, and the account position of menu 5."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from chalicelib.domain.books.chart import ARRIVALS, GIVEN_UP, Book
from chalicelib.domain.books.hand_letterings import HandLettering
from chalicelib.domain.books.journal import JournalEntry, balances
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.corrections.credit_notes import CreditNote, credited_cents
from chalicelib.domain.corrections.waiver import Waiver
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import ordinal_of
from chalicelib.domain.invoices import Invoice, Order, StoredDocument
from chalicelib.domain.lists.comments import Comment
from chalicelib.domain.payers.books import NO_BOOKS, PayerBooks, apart
from chalicelib.domain.payers.payer import Payer
from chalicelib.domain.payment_links.link import PaymentLink
from chalicelib.domain.payments import Attempt, Payment
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import Debit, Instalment, InstalmentState, Mandate
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.refunds.refund import SHOWN, Refund, RefundState
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.domain.trail.undo import LastAct

Numbered = TypeVar("Numbered", Invoice, CreditNote)
OfRegistration = TypeVar("OfRegistration", JournalEntry, Invoice, Payment)


@dataclass(frozen=True)
class Position:
    """The totals of menu 5, in cents: owed, received, remaining and payable today.

    `not_asked_cents` of the balance are not yet due, or of a refused registration, less what was received for
    what is not ordered yet.
    """

    debit_cents: int
    credit_cents: int
    not_asked_cents: int = 0

    @property
    def balance_cents(self) -> int:
        return self.debit_cents - self.credit_cents

    @property
    def position_cents(self) -> int:
        return self.balance_cents - self.not_asked_cents


@dataclass(frozen=True)
class Account:
    """One student's whole account, as returned by one read."""

    person: Person
    registrations: tuple[Registration, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    orders: tuple[Order, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    payments: tuple[Payment, ...] = ()
    plan_requests: tuple[PlanRequest, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    debits: tuple[Debit, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    journal: tuple[JournalEntry, ...] = ()
    refunds: tuple[Refund, ...] = ()
    payers: tuple[Payer, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    payment_links: tuple[PaymentLink, ...] = ()
    of_payers: PayerBooks = NO_BOOKS
    """The documents and payments of third-party payers: never among the student's own."""
    comments: tuple[Comment, ...] = ()
    last_acts: tuple[LastAct, ...] = ()
    letterings: tuple[HandLettering, ...] = ()
    documents: Mapping[int, StoredDocument] = field(default_factory=dict)
    """The stored PDF of each invoice that has one, by its number."""
    credit_documents: Mapping[int, StoredDocument] = field(default_factory=dict)
    """The stored PDF of each credit note that has one, by its number."""

    @property
    def latest_registration(self) -> Registration | None:
        """Return the registration with the highest ordinal, the one opened last, or None."""
        return max(self.registrations, key=lambda registration: ordinal_of(registration.id), default=None)

    def registration(self, registration_id: str) -> Registration:
        for registration in self.registrations:
            if registration.id == registration_id:
                return registration
        raise NotFound

    def attempt(self, attempt_id: str) -> Attempt | None:
        return next((each for each in self.attempts if each.id == attempt_id), None)

    def invoice(self, number: int) -> Invoice:
        """Return an invoice of the student's own; raise `NotFound`."""
        return _numbered(self.invoices, number)

    def any_invoice(self, number: int) -> Invoice:
        """Return an invoice of the student's own or of a payer; raise `NotFound`."""
        return _numbered((*self.invoices, *self.of_payers.invoices), number)

    def credit_note(self, number: int) -> CreditNote:
        """Return a credit note of the student's own; raise `NotFound`."""
        return _numbered(self.credit_notes, number)

    @property
    def every_credit_note(self) -> tuple[CreditNote, ...]:
        return (*self.credit_notes, *self.of_payers.credit_notes)

    @property
    def every_payment(self) -> tuple[Payment, ...]:
        return (*self.payments, *self.of_payers.payments)

    def credited_cents(self, invoice: Invoice) -> int:
        return credited_cents(self.every_credit_note, invoice.number)

    def paid_cents(self, invoice: Invoice) -> int:
        own = (each for each in self.every_payment if each.invoice_number == invoice.number)
        return sum(each.allocated_cents for each in own)

    def has_payment(self, transaction: str) -> bool:
        return any(payment.transaction == transaction for payment in self.payments)

    def plan_request(self, registration_id: str) -> PlanRequest | None:
        return next((each for each in self.plan_requests if each.registration_id == registration_id), None)

    def instalments_of(self, registration_id: str) -> tuple[Instalment, ...]:
        return tuple(each for each in self.instalments if each.registration_id == registration_id)

    def instalment(self, instalment_id: str) -> Instalment | None:
        return next((each for each in self.instalments if each.id == instalment_id), None)

    def debit(self, debit_id: str) -> Debit | None:
        return next((each for each in self.debits if each.id == debit_id), None)

    def refund(self, refund_id: str) -> Refund | None:
        return next((each for each in self.refunds if each.id == refund_id), None)

    def comment(self, registration_id: str) -> Comment:
        """Return the internal comment on a registration; version 0 if none was ever written."""
        found = (each for each in self.comments if each.registration_id == registration_id)
        return next(found, Comment(registration_id))

    def last_act(self, registration_id: str) -> LastAct:
        """Return the note of the last act that can be taken back; version 0 if none was ever written."""
        found = (each for each in self.last_acts if each.registration_id == registration_id)
        return next(found, LastAct(registration_id))

    @property
    def shown_refunds(self) -> tuple[Refund, ...]:
        """Return the refunds that the student sees: those that a second person approved."""
        return tuple(each for each in self.refunds if each.state in SHOWN)

    def given_back_elsewhere(self, payment: Payment) -> int:
        """Return what was given back of a payment in the bank's back office, in cents."""
        own = (each for each in self.refunds if each.payment_id == payment.id)
        done = sum(each.amount_cents for each in own if each.state is RefundState.DONE)
        return max(0, payment.refunded_cents - done)

    def mandate(self, registration_id: str) -> Mandate | None:
        return next((each for each in self.mandates if each.registration_id == registration_id), None)

    def settled_on(self, order_number: int, total_cents: int) -> date | None:
        """Return the Paris day on which payments and credit notes reached an order's total.

        It is that of the latest of them; None if they have not.
        """
        paid = [each for each in self.payments if each.order_number == order_number]
        credited = [each for each in self.credit_notes if each.order_number == order_number]
        less = sum(each.totals.total_cents for each in credited)
        less += sum(e.written_off_cents for e in self.registrations if e.order_number == order_number)
        if sum(each.allocated_cents for each in paid) + less < total_cents:
            return None
        days = (*(paris_day(each.received_at) for each in paid), *(each.issued_on for each in credited))
        return max(days, default=None)

    @property
    def arrears_cents(self) -> int:
        """Return what is in arrears, in cents; nothing is of a refused registration."""
        refused = self._refused
        late = (each for each in self.instalments if each.state is InstalmentState.ARREARS)
        return sum(each.remaining_cents for each in late if each.registration_id not in refused)

    def position(self, today: date) -> Position:
        """Return the totals, read from the journal.

        The amount payable today leaves out instalments not yet due and never refused, and what is owed for a
        refused registration: nothing is asked of it.
        """
        refused = self._refused
        kept = (each for each in self.instalments if each.registration_id not in refused)
        waiting = (each for each in kept if each.state is InstalmentState.DUE and not each.tries)
        not_yet_due = sum(each.remaining_cents for each in waiting if each.due_on > today)
        of_refused = sum(max(0, self._totals(registration_id).balance_cents) for registration_id in refused)
        return replace(self._totals(), not_asked_cents=not_yet_due + of_refused)

    @property
    def _refused(self) -> frozenset[str]:
        refused = (each for each in self.registrations if each.status is RegistrationStatus.REFUSED)
        return frozenset(each.id for each in refused)

    def _totals(self, registration_id: str | None = None) -> Position:
        """Return what was charged and received, of one registration or of all."""

        def chosen(rows: Iterable[OfRegistration]) -> Iterator[OfRegistration]:
            return (each for each in rows if registration_id in {None, each.registration_id})

        books = balances(chosen(self.journal), chosen(self.invoices), chosen(self.payments))
        return Position(
            debit_cents=-books[Book.FEES] - books[Book.TAX] - sum(books[book] for book in GIVEN_UP),
            credit_cents=sum(books[book] for book in ARRIVALS),
        )


def with_payers_apart(account: Account) -> Account:
    """Return an account of which each row is read, with the rows of payers in their own books."""
    if not any(each.buyer for each in account.invoices):
        return account
    own, theirs = apart(
        PayerBooks(
            account.orders,
            account.invoices,
            account.credit_notes,
            account.payments,
            account.journal,
            account.waivers,
        )
    )
    return replace(
        account,
        orders=own.orders,
        invoices=own.invoices,
        credit_notes=own.credit_notes,
        payments=own.payments,
        journal=own.journal,
        of_payers=theirs,
    )


def _numbered(rows: Iterable[Numbered], number: int) -> Numbered:
    for row in rows:
        if row.number == number:
            return row
    raise NotFound
