"""The documents of an amount owed, drawn with the first money or by an act of the staff."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.invoices import Invoice, Order, Sequence
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.parties import client_of, seller_of, session_of
from chalicelib.domain.people import Address
from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class Booking:
    """The order and the invoice of the whole amount, and the sequence after them."""

    order: Order
    invoice: Invoice
    sequence: Sequence


def book(
    account: Account,
    file: RegistrationFile,
    lines: tuple[FeeLine, ...],
    address: Address | None,
    sequence: Sequence,
    now: datetime,
) -> Booking:
    """Draw order and invoice for all `lines`, however much of them is paid by now."""
    day, whole = sequence.draw_on(paris_day(now)), totals(lines).total_cents
    order = Order(
        number=sequence.next_order,
        registration_id=file.registration.id,
        ordered_on=day,
        lines=lines,
        financed_cents=whole,
        invoiced_cents=whole,
    )
    invoice = _invoice(account, file, order, address, sequence.next_invoice)
    return Booking(order, invoice, sequence.drawn(day))


def drawn(file: RegistrationFile, booking: Booking) -> RegistrationFile:
    """Return the file with the documents."""
    return replace(file, orders=(*file.orders, booking.order), invoices=(*file.invoices, booking.invoice))


def stamped(booking: Booking, owed_cents: int) -> Booking:
    """Return the documents with the amount paid by now, as the invoice prints it, and `owed_cents` left."""
    paid_cents = booking.order.totals.total_cents - owed_cents
    settled_on = None if owed_cents else booking.invoice.issued_on
    return replace(booking, invoice=replace(booking.invoice, paid_cents=paid_cents, settled_on=settled_on))


def _invoice(
    account: Account, file: RegistrationFile, order: Order, address: Address | None, number: int
) -> Invoice:
    campaign = file.campaign
    return Invoice(
        number=number,
        registration_id=file.registration.id,
        order_number=order.number,
        issued_on=order.ordered_on,
        label=campaign.text("invoice.label"),
        session=session_of(file.registration, campaign),
        seller=seller_of(campaign),
        client=client_of(account.person, address),
        lines=order.lines,
        exemption_mention=campaign.exemption_mention.fr,
        paid_cents=0,
        settled_on=None,
    )
