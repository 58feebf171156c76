"""The tables of the manual's menus 2a and 5 as formatted cells: one structure and one macro for all."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.collection.bounces import BOUNCED
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.invoices import Invoice, Order
from chalicelib.domain.money import FeeLine, Totals, euros, totals
from chalicelib.domain.payments import Payment
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.domain.refunds.refund import RefundState
from chalicelib.portal.wording import day, percent

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table. `words` is the number of leading columns with text and dates; the others hold figures.

    `totals` fill the last columns of the closing row, from the right, after `total_label`. The table that
    `holds_credit_notes` is followed by the links to their PDFs.
    """

    title: str
    columns: Row
    words: int
    rows: tuple[Row, ...] = ()
    totals: Row = ()
    total_label: str = "Total"
    holds_credit_notes: bool = False


def fee_table(lines: tuple[FeeLine, ...]) -> Table:
    """Return the table of the amounts to pay, with a column for discounts if there are any."""
    discounted = any(line.discount_percent for line in lines)
    discount = ("Remise",) if discounted else ()
    return Table(
        title="Récapitulatif de paiement",
        columns=(
            "Type de produit",
            "Quantité",
            "Prix unitaire HT",
            *discount,
            "Total HT",
            "Taux TVA",
            "Total TTC",
        ),
        words=1,
        rows=tuple(_fee_row(line, discounted=discounted) for line in lines),
        totals=(euros(totals(lines).total_cents),),
        total_label="Total à payer",
    )


def _fee_row(line: FeeLine, *, discounted: bool) -> Row:
    discount = (percent(line.discount_percent),) if discounted else ()
    return (
        line.product,
        str(line.quantity),
        euros(line.unit_price_cents),
        *discount,
        euros(line.total_excl_tax_cents),
        percent(line.vat_rate),
        euros(line.total_cents),
    )


def account_tables(account: Account, campaign: Campaign) -> tuple[Table, ...]:
    """Return the five tables of the account position, in the manual's order."""
    who = (campaign.school.name, account.person.last_name, account.person.first_name)
    return (
        _orders(account, who),
        _invoices(account, who),
        _payments(account, who),
        _credit_notes(account, who),
        _refunds(account, who),
    )


WHO = ("Entité", "Nom", "Prénom")


def _orders(account: Account, who: Row) -> Table:
    orders = account.orders
    return Table(
        title=f"Commandes ({len(orders)})",
        columns=(
            *WHO,
            "Date",
            "N°",
            "Solde",
            "Blocage",
            "HT",
            "TVA",
            "TTC",
            "Financé TTC",
            "Facturé TTC",
        ),
        words=7,
        rows=tuple(_order_row(account, order, who) for order in orders),
        totals=(
            *_amounts(_sum(order.totals for order in orders)),
            euros(sum(order.financed_cents for order in orders)),
            euros(sum(order.invoiced_cents for order in orders)),
        ),
    )


def _order_row(account: Account, order: Order, who: Row) -> Row:
    return (
        *who,
        day(order.ordered_on),
        str(order.number),
        day(account.settled_on(order.number, order.totals.total_cents)),
        "Oui" if account.registration(order.registration_id).blocked else "–",
        *_amounts(order.totals),
        euros(order.financed_cents),
        euros(order.invoiced_cents),
    )


def _invoices(account: Account, who: Row) -> Table:
    invoices = account.invoices
    return Table(
        title=f"Factures ({len(invoices)})",
        columns=(
            *WHO,
            "Date",
            "N°",
            "Solde",
            "HT",
            "TVA",
            "TTC",
            "Avoir TTC",
            "Réglé TTC",
            "Remboursé TTC",
        ),
        words=6,
        rows=tuple(_invoice_row(account, invoice, who) for invoice in invoices),
        totals=(
            *_amounts(_sum(invoice.totals for invoice in invoices)),
            euros(sum(account.credited_cents(invoice) for invoice in invoices)),
            euros(sum(account.paid_cents(invoice) for invoice in invoices)),
            euros(0),
        ),
    )


def _invoice_row(account: Account, invoice: Invoice, who: Row) -> Row:
    return (
        *who,
        day(invoice.issued_on),
        str(invoice.number),
        day(account.settled_on(invoice.order_number, invoice.totals.total_cents)),
        *_amounts(invoice.totals),
        euros(account.credited_cents(invoice)),
        euros(account.paid_cents(invoice)),
        euros(0),
    )


def _credit_notes(account: Account, who: Row) -> Table:
    notes = account.credit_notes
    return Table(
        title=f"Avoirs ({len(notes)})",
        columns=(*WHO, "Date", "N°", "Facture", "Motif", "HT", "TVA", "TTC") if notes else (),
        words=7 if notes else 0,
        rows=tuple(_credit_note_row(note, who) for note in notes),
        totals=_amounts(_sum(note.totals for note in notes)) if notes else (),
        holds_credit_notes=True,
    )


def _credit_note_row(note: CreditNote, who: Row) -> Row:
    numbers = (str(note.number), f"n° {note.invoice_number}")
    return (*who, day(note.issued_on), *numbers, note.reason, *_amounts(note.totals))


def _payments(account: Account, who: Row) -> Table:
    """Return the table of money received, followed by the instalments in arrears.

    One that a payment no longer pays is in the row of that payment.
    """
    late = [each for each in account.instalments if each.state is InstalmentState.ARREARS]
    unpaid = [each for each in late if each.refusal_code != BOUNCED]
    received = tuple(_payment_row(payment, who) for payment in account.payments)
    missing = tuple(
        (*who, day(each.due_on), "–", euros(0), euros(0), euros(each.amount_cents)) for each in unpaid
    )
    return Table(
        title=f"Règlements ({len(received)})",
        columns=(*WHO, "Date", "Date banque", "TTC", "Affecté TTC", "Impayé"),
        words=5,
        rows=received + missing,
        totals=(
            euros(sum(payment.amount_cents for payment in account.payments)),
            euros(sum(payment.allocated_cents for payment in account.payments)),
            euros(_unpaid_cents(account, unpaid)),
        ),
    )


def _payment_row(payment: Payment, who: Row) -> Row:
    days = (day(payment.paid_on), day(payment.banked_on))
    unpaid = euros(payment.bounced_cents) if payment.bounced_cents else "–"
    return (*who, *days, euros(payment.amount_cents), euros(payment.allocated_cents), unpaid)


def _unpaid_cents(account: Account, late: Iterable[Instalment]) -> int:
    bounced = sum(payment.bounced_cents for payment in account.payments)
    return bounced + sum(each.amount_cents for each in late)


def _refunds(account: Account, who: Row) -> Table:
    """Return the table of refunds with their state, and of what the bank gave back besides."""
    received = {payment.id: day(paris_day(payment.received_at)) for payment in account.payments}
    own = tuple(
        (
            *who,
            received.get(each.payment_id, "–"),
            day(paris_day(each.ended_at) if each.ended_at else None),
            REFUND_STATES[each.state],
            euros(each.amount_cents),
        )
        for each in account.shown_refunds
    )
    elsewhere = tuple(
        (*who, received[each.id], day(None), "Rendu par la banque", euros(cents))
        for each in account.payments
        if (cents := account.given_back_elsewhere(each))
    )
    rows = own + elsewhere
    return Table(
        title=f"Remboursements ({len(rows)})",
        columns=(*WHO, "Règlement du", "Date", "État", "TTC") if rows else (),
        words=6 if rows else 0,
        rows=rows,
        totals=(euros(sum(each.refunded_cents for each in account.payments)),) if rows else (),
    )


REFUND_STATES = {
    RefundState.APPROVED: "Accordé",
    RefundState.SENT: "Envoyé",
    RefundState.UNKNOWN: "En cours à la banque",
    RefundState.DONE: "Fait",
    RefundState.REFUSED: "Non abouti",
}


def _amounts(total: Totals) -> Row:
    return euros(total.excl_tax_cents), euros(total.tax_cents), euros(total.total_cents)


def _sum(each: Iterable[Totals]) -> Totals:
    kept = tuple(each)
    return Totals(sum(one.excl_tax_cents for one in kept), sum(one.tax_cents for one in kept))
