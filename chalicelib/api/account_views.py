"""A student's account as responses of the API."""

from collections.abc import Sequence
from datetime import date

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.collection.positions import not_ordered_cents, position_of
from chalicelib.domain.corrections.credit_notes import CreditedLine, CreditNote
from chalicelib.domain.invoices import Invoice, Order
from chalicelib.domain.payers.covers import Cover, covers_of
from chalicelib.domain.payments import Payment
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.treasury.details import TransferDetails, transfer_details
from chalicelib.web.schemas import accounts as schemas
from chalicelib.web.schemas.credit_notes import CreditLineView, CreditNoteView


def invoice_view(account: Account, invoice: Invoice) -> schemas.InvoiceView:
    return schemas.InvoiceView(
        number=invoice.number,
        issued_on=invoice.issued_on,
        session=invoice.session,
        excl_tax_cents=invoice.totals.excl_tax_cents,
        tax_cents=invoice.totals.tax_cents,
        total_cents=invoice.totals.total_cents,
        credited_cents=account.credited_cents(invoice),
        paid_cents=account.paid_cents(invoice),
        settled_on=account.settled_on(invoice.order_number, invoice.totals.total_cents),
        rendered=invoice.number in account.documents,
    )


def order_view(account: Account, order: Order) -> schemas.OrderView:
    return schemas.OrderView(
        number=order.number,
        ordered_on=order.ordered_on,
        blocked=account.registration(order.registration_id).blocked,
        settled_on=account.settled_on(order.number, order.totals.total_cents),
        excl_tax_cents=order.totals.excl_tax_cents,
        tax_cents=order.totals.tax_cents,
        total_cents=order.totals.total_cents,
        financed_cents=order.financed_cents,
        invoiced_cents=order.invoiced_cents,
    )


def payment_view(payment: Payment) -> schemas.PaymentView:
    return schemas.PaymentView(
        id=payment.id,
        received_on=paris_day(payment.received_at),
        booked_on=paris_day(payment.received_at),
        banked_on=payment.banked_on,
        method=payment.method,
        amount_cents=payment.amount_cents,
        allocated_cents=payment.allocated_cents,
        refunded_cents=payment.refunded_cents,
        paid_on=payment.paid_on,
        reference=payment.reference,
        bounced_cents=payment.bounced_cents,
    )


def _refund_views(account: Account) -> list[schemas.RefundView]:
    """Return the refunds that were approved, and what was given back at the bank besides."""
    own = [_refund_view(each) for each in account.shown_refunds]
    elsewhere = [
        schemas.RefundView(payment=each.id, method=each.method, amount_cents=cents)
        for each in account.payments
        if (cents := account.given_back_elsewhere(each))
    ]
    return [*own, *elsewhere]


def _refund_view(refund: Refund) -> schemas.RefundView:
    return schemas.RefundView(
        id=refund.id,
        state=refund.state,
        payment=refund.payment_id,
        method=refund.method,
        amount_cents=refund.amount_cents,
        refunded_on=paris_day(refund.ended_at)
        if refund.state is RefundState.DONE and refund.ended_at
        else None,
    )


def account_view(account: Account, files: Sequence[RegistrationFile], today: date) -> schemas.AccountView:
    return schemas.AccountView(
        orders=[order_view(account, order) for order in account.orders],
        invoices=[invoice_view(account, invoice) for invoice in account.invoices],
        payments=[payment_view(payment) for payment in account.payments],
        credit_notes=[
            credit_note_view(note, rendered=note.number in account.credit_documents)
            for note in account.credit_notes
        ],
        refunds=_refund_views(account),
        totals=schemas.AccountTotals.model_validate(position_of(account, files, today), from_attributes=True),
        unpaid_cents=account.arrears_cents,
        not_ordered_cents=not_ordered_cents(files),
        covers=[cover_view(cover) for file in files for cover in covers_of(file)],
        transfer=_transfer_view(transfer_details(account, files, today)),
    )


def _transfer_view(details: TransferDetails | None) -> schemas.TransferDetailsView | None:
    if details is None:
        return None
    school = details.account
    return schemas.TransferDetailsView(
        holder=school.holder,
        iban=school.iban,
        bic=school.bic,
        reference=details.reference,
        amount_cents=details.cents,
    )


def cover_view(cover: Cover) -> schemas.CoverView:
    return schemas.CoverView(
        registration=cover.registration_id,
        payer=cover.payer,
        amount_cents=cover.cents,
        invoice_number=cover.invoice_number,
    )


def credit_note_view(note: CreditNote, *, rendered: bool = False) -> CreditNoteView:
    return CreditNoteView(
        number=note.number,
        invoice=note.invoice_number,
        registration=note.registration_id,
        issued_on=note.issued_on,
        reason=note.reason,
        lines=[_line(line) for line in note.lines],
        excl_tax_cents=note.totals.excl_tax_cents,
        tax_cents=note.totals.tax_cents,
        total_cents=note.totals.total_cents,
        rendered=rendered,
    )


def _line(line: CreditedLine) -> CreditLineView:
    return CreditLineView(
        index=line.place,
        product=line.product,
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
        vat_rate=line.vat_rate,
        excl_tax_cents=line.excl_tax_cents,
        tax_cents=line.tax_cents,
        total_cents=line.total_cents,
    )
