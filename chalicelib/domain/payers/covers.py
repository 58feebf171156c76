"""What a student is told of the part that somebody else pays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class Cover:
    """A part that a third party pays; the number and the day of its invoice are None before that.

    `is_awaited` is set while nothing is asked of the student until that invoice.
    """

    registration_id: str
    payer: str
    cents: int
    invoice_number: int | None = None
    invoiced_on: date | None = None
    is_awaited: bool = False


def covers_of(file: RegistrationFile) -> Iterator[Cover]:
    """Yield a cover for each payer of a registration that takes, or is going to take, a part of it."""
    days = {each.number: each.issued_on for each in file.of_payers.invoices}
    for payer in file.payers:
        is_awaited = payer is file.awaited_payer
        cents = payer.facts.share_cents if is_awaited else file.share_cents(payer)
        number = payer.invoice_number
        if cents:
            day = days.get(number) if number else None
            yield Cover(file.registration.id, payer.facts.name, cents, number, day, is_awaited)
