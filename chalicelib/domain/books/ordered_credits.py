"""Order and invoice of the declared situation, drawn for money that came before them."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.books.allocation import after, allocate
from chalicelib.domain.books.booking import book, drawn, stamped
from chalicelib.domain.changes import Changes, Row, existing
from chalicelib.domain.credits import free_cents
from chalicelib.domain.invoices import Sequence
from chalicelib.domain.owed import price_cents
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.settlement import unneeded_request


@dataclass(frozen=True)
class Ordered:
    """The file with its documents and its credits allocated, and the rows that make it so.

    The registration is written by the act that orders: its version is not the next.
    """

    file: RegistrationFile
    rows: tuple[Row, ...] = ()


def order_on_credit(account: Account, file: RegistrationFile, sequence: Sequence, now: datetime) -> Ordered:
    lines = file.programme.tariffs.get(file.registration.fee_situation_code or "", ())
    booking = book(account, file, lines, None, sequence, now)
    ordered = drawn(file, booking)
    allocation = allocate(ordered, now)
    paid, owed = stamped(booking, allocation.owed_cents), allocation.owed_cents
    registration = replace(file.registration, order_number=booking.order.number, part_paid=owed > 0)
    then = replace(after(ordered, allocation), registration=registration)
    return Ordered(then, (paid.order, paid.invoice, paid.sequence, *allocation.payments))


def cover_by_credit(
    account: Account, file: RegistrationFile, sequence: Sequence, now: datetime
) -> Changes | None:
    """Return the order and invoice of the declared situation if earlier credits pay all of it, else None.

    The registration is written at the version it has in `file`: that of the decision that comes with it.
    """
    credit = sum(map(free_cents, file.payments))
    if file.registration.has_order or not 0 < price_cents(file) <= credit:
        return None
    ordered = order_on_credit(account, file, sequence, now)
    return Changes(existing(ordered.file.registration, *ordered.rows, unneeded_request(ordered.file, 0)))
