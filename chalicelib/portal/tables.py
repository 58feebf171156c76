"""The tables of the manual's menus 2a and 5 as formatted cells: one structure and one macro for all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.collection.bounces import BOUNCED
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.invoices import Invoice, Order
from chalicelib.domain.money import FeeLine, Totals, totals
from chalicelib.domain.payments import Payment
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.refunds.refund import RefundState
from chalicelib.portal.texts import marked


class Term(str):
    """A word of ours in a cell, to be shown in the reader's language."""

    __slots__ = ()


Cell = str | int | Decimal | date | None
"""Text as it is, cents, a rate in percent, or a day; `None` is shown as a dash."""
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table. `words` is the number of leading columns with text and dates; the others hold figures.

    `totals` fill the last columns of the closing row, from the right, after `total_label`. The table that
    `holds_credit_notes` is followed by the links to their PDFs.
    """

    title: str
    columns: tuple[str, ...]
    words: int
    rows: tuple[Row, ...] = ()
    totals: Row = ()
    total_label: str = marked("Total")
    count: int | None = None
    holds_credit_notes: bool = False


def fee_table(lines: tuple[FeeLine, ...]) -> Table:
    """Return the table of the amounts to pay, with a column for discounts if there are any."""
    discounted = any(line.discount_percent for line in lines)
    discount = (marked("Remise"),) if discounted else ()
    return Table(
        title=marked("Détail des frais"),
        columns=(
            marked("Type de produit"),
            marked("Quantité"),
            marked("Prix unitaire HT"),
            *discount,
            marked("Total HT"),
            marked("Taux TVA"),
            marked("Total TTC"),
        ),
        words=1,
        rows=tuple(_fee_row(line, discounted=discounted) for line in lines),
        totals=(totals(lines).total_cents,),
        total_label=marked("Total à payer"),
    )


def _fee_row(line: FeeLine, *, discounted: bool) -> Row:
    discount = (line.discount_percent,) if discounted else ()
    return (
        line.product,
        str(line.quantity),
        line.unit_price_cents,
        *discount,
        line.total_excl_tax_cents,
        line.vat_rate,
        line.total_cents,
    )


def account_tables(account: Account) -> tuple[Table, ...]:
    """Return the five tables of the account position in the manual's order, after what is in arrears."""
    return (
        *_late(account),
        _orders(account),
        _invoices(account),
        _payments(account),
        _credit_notes(account),
        _refunds(account),
    )


def _orders(account: Account) -> Table:
    orders = account.orders
    return Table(
        title=marked("Commandes"),
        count=len(orders),
        columns=(
            marked("Date"),
            marked("N°"),
            marked("Soldée le"),
            marked("Blocage"),
            marked("HT"),
            marked("TVA"),
            marked("TTC"),
            marked("Financé TTC"),
            marked("Facturé TTC"),
        ),
        words=4,
        rows=tuple(_order_row(account, order) for order in orders),
        totals=(
            *_amounts(_sum(order.totals for order in orders)),
            sum(order.financed_cents for order in orders),
            sum(order.invoiced_cents for order in orders),
        ),
    )


def _order_row(account: Account, order: Order) -> Row:
    return (
        order.ordered_on,
        str(order.number),
        account.settled_on(order.number, order.totals.total_cents),
        Term(marked("Oui")) if account.registration(order.registration_id).blocked else None,
        *_amounts(order.totals),
        order.financed_cents,
        order.invoiced_cents,
    )


def _invoices(account: Account) -> Table:
    invoices = account.invoices
    return Table(
        title=marked("Factures"),
        count=len(invoices),
        columns=(
            marked("Date"),
            marked("N°"),
            marked("Soldée le"),
            marked("HT"),
            marked("TVA"),
            marked("TTC"),
            marked("Avoir TTC"),
            marked("Réglé TTC"),
            marked("Remboursé TTC"),
        ),
        words=3,
        rows=tuple(_invoice_row(account, invoice) for invoice in invoices),
        totals=(
            *_amounts(_sum(invoice.totals for invoice in invoices)),
            sum(account.credited_cents(invoice) for invoice in invoices),
            sum(account.paid_cents(invoice) for invoice in invoices),
            0,
        ),
    )


def _invoice_row(account: Account, invoice: Invoice) -> Row:
    return (
        invoice.issued_on,
        str(invoice.number),
        account.settled_on(invoice.order_number, invoice.totals.total_cents),
        *_amounts(invoice.totals),
        account.credited_cents(invoice),
        account.paid_cents(invoice),
        0,
    )


def _credit_notes(account: Account) -> Table:
    notes = account.credit_notes
    return Table(
        title=marked("Avoirs"),
        count=len(notes),
        columns=(
            marked("Date"),
            marked("N°"),
            marked("Facture"),
            marked("Motif"),
            marked("HT"),
            marked("TVA"),
            marked("TTC"),
        )
        if notes
        else (),
        words=4 if notes else 0,
        rows=tuple(_credit_note_row(note) for note in notes),
        totals=_amounts(_sum(note.totals for note in notes)) if notes else (),
        holds_credit_notes=True,
    )


def _credit_note_row(note: CreditNote) -> Row:
    numbers = (str(note.number), f"n° {note.invoice_number}")
    return (note.issued_on, *numbers, note.reason, *_amounts(note.totals))


def _payments(account: Account) -> Table:
    return Table(
        title=marked("Règlements"),
        count=len(account.payments),
        columns=(
            marked("Date"),
            marked("Date banque"),
            marked("TTC"),
            marked("Affecté TTC"),
            marked("Impayé"),
        ),
        words=2,
        rows=tuple(_payment_row(payment) for payment in account.payments),
        totals=(
            sum(payment.amount_cents for payment in account.payments),
            sum(payment.allocated_cents for payment in account.payments),
            sum(payment.bounced_cents for payment in account.payments),
        ),
    )


def _payment_row(payment: Payment) -> Row:
    days = (payment.paid_on, payment.banked_on)
    unpaid = payment.bounced_cents or None
    return (*days, payment.amount_cents, payment.allocated_cents, unpaid)


def _late(account: Account) -> tuple[Table, ...]:
    """Return the table of the instalments in arrears, none without any.

    One that a payment no longer pays is in the row of that payment.
    """
    late = [each for each in account.instalments if each.state is InstalmentState.ARREARS]
    unpaid = [each for each in late if each.refusal_code != BOUNCED]
    shown = Table(
        title=marked("Échéances impayées"),
        count=len(unpaid),
        columns=(marked("Date"), marked("TTC")),
        words=1,
        rows=tuple((each.due_on, each.amount_cents) for each in unpaid),
        totals=(sum(each.amount_cents for each in unpaid),),
    )
    return (shown,) if unpaid else ()


def _refunds(account: Account) -> Table:
    """Return the table of refunds with their state, and of what the bank gave back besides."""
    received = {payment.id: paris_day(payment.received_at) for payment in account.payments}
    own = tuple(
        (
            received.get(each.payment_id),
            paris_day(each.ended_at) if each.ended_at else None,
            REFUND_STATES[each.state],
            each.amount_cents,
        )
        for each in account.shown_refunds
    )
    elsewhere = tuple(
        (received[each.id], None, Term(marked("Rendu par la banque")), cents)
        for each in account.payments
        if (cents := account.given_back_elsewhere(each))
    )
    rows = own + elsewhere
    return Table(
        title=marked("Remboursements"),
        count=len(rows),
        columns=(marked("Règlement du"), marked("Date"), marked("État"), marked("TTC")) if rows else (),
        words=3 if rows else 0,
        rows=rows,
        totals=(sum(each.refunded_cents for each in account.payments),) if rows else (),
    )


REFUND_STATES = {
    RefundState.APPROVED: Term(marked("Accordé")),
    RefundState.SENT: Term(marked("Envoyé")),
    RefundState.UNKNOWN: Term(marked("En cours à la banque")),
    RefundState.DONE: Term(marked("Fait")),
    RefundState.REFUSED: Term(marked("Non abouti")),
}


def _amounts(total: Totals) -> tuple[int, int, int]:
    return total.excl_tax_cents, total.tax_cents, total.total_cents


def _sum(each: Iterable[Totals]) -> Totals:
    kept = tuple(each)
    return Totals(sum(one.excl_tax_cents for one in kept), sum(one.tax_cents for one in kept))
