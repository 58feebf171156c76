"""The documents, payments and journal entries of third-party payers, apart from the student's own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.corrections.waiver import Waiver
from chalicelib.domain.invoices import Invoice, Order
from chalicelib.domain.payers.payer import Payer
from chalicelib.domain.payments import Payment


class Owned(Protocol):
    @property
    def registration_id(self) -> str: ...


Row = TypeVar("Row", bound=Owned)


@dataclass(frozen=True)
class PayerBooks:
    """The rows of one or several payers alone."""

    orders: tuple[Order, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    payments: tuple[Payment, ...] = ()
    journal: tuple[JournalEntry, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    """What two people gave up of their invoices: the student does not owe that again."""

    @property
    def charged_cents(self) -> int:
        """The amount invoiced less that of the credit notes."""
        invoiced = sum(each.totals.total_cents for each in self.invoices)
        return invoiced - sum(each.totals.total_cents for each in self.credit_notes)

    @property
    def paid_cents(self) -> int:
        return sum(each.allocated_cents for each in self.payments)

    @property
    def waived_cents(self) -> int:
        return sum(each.amount_cents for each in self.waivers)

    @property
    def owed_cents(self) -> int:
        return self.charged_cents - self.paid_cents - self.waived_cents

    def of_registration(self, registration_id: str) -> "PayerBooks":
        return self._kept(lambda row: row.registration_id == registration_id)

    def of_invoice(self, number: int | None) -> "PayerBooks":
        """Return the part of the payer that one invoice is for; within one registration."""
        orders = {each.order_number for each in self.invoices if each.number == number}
        return PayerBooks(
            tuple(each for each in self.orders if each.number in orders),
            tuple(each for each in self.invoices if each.number == number),
            tuple(each for each in self.credit_notes if each.invoice_number == number),
            tuple(each for each in self.payments if each.invoice_number == number),
            self.journal,
            tuple(each for each in self.waivers if each.invoice_number == number),
        )

    def _kept(self, is_own: Callable[[Owned], bool]) -> "PayerBooks":
        return PayerBooks(
            tuple(filter(is_own, self.orders)),
            tuple(filter(is_own, self.invoices)),
            tuple(filter(is_own, self.credit_notes)),
            tuple(filter(is_own, self.payments)),
            tuple(filter(is_own, self.journal)),
            tuple(filter(is_own, self.waivers)),
        )


NO_BOOKS = PayerBooks()


def taken_cents(payer: Payer, books: PayerBooks) -> int:
    """Return what a payer takes over of the price; `books` are those of its registration."""
    if payer.is_named:
        return 0 if payer.is_after_order else payer.facts.share_cents
    return books.of_invoice(payer.invoice_number).charged_cents if payer.invoice_number else 0


def apart(everything: PayerBooks) -> tuple[PayerBooks, PayerBooks]:
    """Split the rows of an account into the student's own and the payers'.

    An invoice says by its buyer whose it is; the other rows by the invoice that they belong to.
    """
    theirs = {_key(each, each.number) for each in everything.invoices if each.buyer}
    orders = {_key(each, each.order_number) for each in everything.invoices if each.buyer}
    own_orders, payer_orders = _split(everything.orders, lambda row: _key(row, row.number) in orders)
    own_invoices, payer_invoices = _split(everything.invoices, lambda row: row.buyer is not None)
    own_notes, notes = _split(everything.credit_notes, lambda row: _key(row, row.invoice_number) in theirs)
    own_payments, payments = _split(everything.payments, lambda row: _key(row, row.invoice_number) in theirs)
    waivers = tuple(each for each in everything.waivers if each.is_of_payer and each.is_approved)
    told = _subjects(PayerBooks((), payer_invoices, notes, payments, (), waivers))
    own_journal, journal = _split(everything.journal, lambda row: (row.subject, _kind(row.event)) in told)
    return (
        PayerBooks(own_orders, own_invoices, own_notes, own_payments, own_journal),
        PayerBooks(payer_orders, payer_invoices, notes, payments, journal, waivers),
    )


def _key(row: Owned, number: int | None) -> tuple[str, int | None]:
    return row.registration_id, number


def _subjects(books: PayerBooks) -> set[tuple[str, MoneyEvent]]:
    return {
        *((str(each.number), MoneyEvent.INVOICE) for each in books.invoices),
        *((str(each.number), MoneyEvent.CREDIT_NOTE) for each in books.credit_notes),
        *((each.id, MoneyEvent.PAYMENT) for each in books.payments),
        *((each.id, MoneyEvent.PAYMENT) for each in books.waivers),
    }


def _kind(event: MoneyEvent) -> MoneyEvent:
    """Return the kind of document that an entry is about; a payment or a waiver is named by its id."""
    is_document = event in {MoneyEvent.INVOICE, MoneyEvent.CREDIT_NOTE}
    return event if is_document else MoneyEvent.PAYMENT


def _split(rows: Iterable[Row], is_payers: Callable[[Row], bool]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    kept = tuple(rows)
    return tuple(row for row in kept if not is_payers(row)), tuple(row for row in kept if is_payers(row))
