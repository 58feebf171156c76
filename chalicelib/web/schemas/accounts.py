"""The account of a student as the API shows it: orders, invoices, payments, covers. Amounts are cents."""

from collections.abc import Sequence
from datetime import date

from chalicelib.domain.refunds.refund import RefundState
from chalicelib.web.schemas.credit_notes import CreditNoteView
from chalicelib.web.schemas.models import Body, View
from chalicelib.web.schemas.texts import Day


class CoverView(View):
    """The part of a registration that somebody else pays; `invoice_number` is None until it is invoiced."""

    registration: str
    payer: str
    amount_cents: int
    invoice_number: int | None


class InvoiceView(View):
    number: int
    issued_on: date
    session: str
    excl_tax_cents: int
    tax_cents: int
    total_cents: int
    credited_cents: int
    paid_cents: int
    refunded_cents: int = 0
    settled_on: date | None
    rendered: bool


class InvoiceList(View):
    items: Sequence[InvoiceView]
    next: None = None


class RenderedDocument(View):
    sha256: str
    bytes: int


class StatementRequest(Body):
    """The statement of an account at the end of a Paris day, today by default."""

    as_of: Day | None = None


class IssuedCertificate(RenderedDocument):
    """A certificate; `link` expires in minutes."""

    link: str


class OrderView(View):
    number: int
    ordered_on: date
    settled_on: date | None
    blocked: bool
    excl_tax_cents: int
    tax_cents: int
    total_cents: int
    financed_cents: int
    invoiced_cents: int


class PaymentView(View):
    """A payment with the day of our booking and the bank's own, null if the gateway did not tell it.

    `received_on` is the earlier name of `booked_on`; `paid_on` is the day of a cheque or a transfer, and
    `bounced_cents` what the bank took back.
    """

    id: str
    received_on: date
    booked_on: date
    banked_on: date | None
    method: str
    amount_cents: int
    allocated_cents: int
    paid_on: date
    reference: str
    bounced_cents: int
    refunded_cents: int
    unpaid_cents: int = 0


class RefundView(View):
    """Money given back or on its way; `refunded_on` is null if the gateway did not tell the day.

    `id` and `state` are null for what was given back in the bank's back office.
    """

    id: str | None = None
    state: RefundState | None = None
    payment: str
    method: str
    amount_cents: int
    refunded_on: date | None = None


class AccountTotals(View):
    """The totals; `position_cents` is what is to pay today.

    It leaves out of the balance instalments to come, and what a plan that has not begun lets wait.
    """

    debit_cents: int
    credit_cents: int
    balance_cents: int
    position_cents: int


class TransferDetailsView(View):
    """How to pay by transfer: the student's reference for life (ISO 11649), and the amount to pay today."""

    holder: str
    iban: str
    bic: str
    reference: str
    amount_cents: int


class AccountView(View):
    """The account position; `unpaid_cents` is in arrears: instalments with every debit refused.

    `not_ordered_cents` is still asked for what is declared and not ordered yet: it is beside the totals, of
    which the position leaves out what was received for it. `covers` are the parts that third parties pay:
    nothing of them is in the other figures. `transfer` is null if the school names no bank account.
    """

    orders: Sequence[OrderView]
    invoices: Sequence[InvoiceView]
    payments: Sequence[PaymentView]
    credit_notes: Sequence[CreditNoteView]
    refunds: Sequence[RefundView]
    totals: AccountTotals
    unpaid_cents: int
    not_ordered_cents: int
    covers: Sequence[CoverView]
    transfer: TransferDetailsView | None
