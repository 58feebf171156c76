"""Credit notes: numbered and immutable, in a sequence of their own; each lowers one invoice by its lines.

Amounts by line are with tax. The tax in them is rounded so that the credit notes of a line that is wholly
credited add up to its tax.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from chalicelib.domain.corrections.refusals import (
    CreditNoteAboveInvoice,
    CreditNoteAboveLine,
    CreditNoteEmpty,
    InvoiceLineUnknown,
)
from chalicelib.domain.invoices import Client, Invoice, Seller
from chalicelib.domain.money import FeeLine, Totals


@dataclass(frozen=True)
class CreditNoteSequence:
    """The next number of a seller's credit notes, and the last day one was drawn: dates follow numbers.

    `version` counts the draws: 0 before the first.
    """

    series: str
    next_number: int = 1
    last_drawn_on: date | None = None
    version: int = 0

    def drawn(self, day: date) -> "CreditNoteSequence":
        return replace(self, next_number=self.next_number + 1, last_drawn_on=day, version=self.version + 1)


@dataclass(frozen=True)
class CreditedLine:
    """What a credit note takes back of one line of its invoice; `place` is that line's, from 0.

    A line taken back in one piece shows its own quantity and unit price, a part of it the part.
    """

    place: int
    product: str
    quantity: int
    unit_price_cents: int
    vat_rate: Decimal
    discount_percent: Decimal
    excl_tax_cents: int
    tax_cents: int

    @property
    def total_cents(self) -> int:
        return self.excl_tax_cents + self.tax_cents


@dataclass(frozen=True)
class CreditNote:
    """One numbered credit note with every fact its PDF prints.

    `issued_by` is the person who issued it. `request_id` and `request_hash` are digests of the idempotency
    key and of the request, so that a replayed request finds its answer; empty without a key.
    """

    number: int
    registration_id: str
    invoice_number: int
    invoiced_on: date
    order_number: int
    issued_on: date
    issued_by: str
    reason: str
    session: str
    seller: Seller
    client: Client
    lines: tuple[CreditedLine, ...]
    exemption_mention: str
    request_id: str = ""
    request_hash: str = ""

    @cached_property
    def totals(self) -> Totals:
        return Totals(
            excl_tax_cents=sum(line.excl_tax_cents for line in self.lines),
            tax_cents=sum(line.tax_cents for line in self.lines),
        )


def credited_cents(notes: Iterable[CreditNote], invoice_number: int) -> int:
    """Return what credit notes took back of an invoice, with tax."""
    return sum(note.totals.total_cents for note in notes if note.invoice_number == invoice_number)


def left_by_line(invoice: Invoice, notes: Iterable[CreditNote]) -> tuple[int, ...]:
    """Return what each line of the invoice still holds, with tax; 0 for a line that lowers the invoice."""
    return tuple(max(0, cents) for cents in charged_by_line(invoice, notes))


def charged_by_line(invoice: Invoice, notes: Iterable[CreditNote]) -> tuple[int, ...]:
    """Return each line less its credit notes, with tax: below 0 for one that lowers the invoice."""
    credited = [0] * len(invoice.lines)
    for note in notes:
        for line in note.lines if note.invoice_number == invoice.number else ():
            credited[line.place] += line.total_cents
    return tuple(line.total_cents - less for line, less in zip(invoice.lines, credited, strict=True))


def left_cents(invoice: Invoice, notes: Iterable[CreditNote]) -> int:
    """Return what the invoice still holds, with tax."""
    kept = tuple(notes)
    whole = invoice.totals.total_cents - credited_cents(kept, invoice.number)
    return min(whole, sum(left_by_line(invoice, kept)))


def spread(invoice: Invoice, notes: Iterable[CreditNote], cents: int) -> Mapping[int, int]:
    """Spread an amount over the lines in proportion to what each holds; the parts add up to it exactly.

    Raise `CreditNoteAboveInvoice` for more than the invoice holds.
    """
    kept = tuple(notes)
    left = left_by_line(invoice, kept)
    if cents > left_cents(invoice, kept):
        raise CreditNoteAboveInvoice(left_cents(invoice, kept))
    return dict(_shares(left, cents))


def _shares(left: tuple[int, ...], cents: int) -> Iterator[tuple[int, int]]:
    whole, passed, given = sum(left), 0, 0
    for place, held in enumerate(left):
        passed += held
        share = cents * passed // whole - given if whole else 0
        given += share
        if share:
            yield place, share


def require_within(invoice: Invoice, notes: Iterable[CreditNote], amounts: Mapping[int, int]) -> None:
    """Raise unless each amount is above zero and within its line, and their sum within the invoice."""
    kept = tuple(notes)
    if not amounts or min(amounts.values()) <= 0:
        raise CreditNoteEmpty
    left = left_by_line(invoice, kept)
    for place, cents in amounts.items():
        if not 0 <= place < len(left):
            raise InvoiceLineUnknown
        if cents > left[place]:
            raise CreditNoteAboveLine(left[place], invoice.lines[place].product)
    if sum(amounts.values()) > left_cents(invoice, kept):
        raise CreditNoteAboveInvoice(left_cents(invoice, kept))


def credited_lines(
    invoice: Invoice, notes: Iterable[CreditNote], amounts: Mapping[int, int]
) -> tuple[CreditedLine, ...]:
    """Return the lines of a credit note over these amounts, with their tax."""
    left = left_by_line(invoice, notes)
    return tuple(
        _credited(place, invoice.lines[place], left[place], cents) for place, cents in sorted(amounts.items())
    )


def _credited(place: int, line: FeeLine, left: int, cents: int) -> CreditedLine:
    before = line.total_cents - left
    tax = _tax_in(line, before + cents) - _tax_in(line, before)
    is_whole = cents == line.total_cents
    return CreditedLine(
        place=place,
        product=line.product,
        quantity=line.quantity if is_whole else 1,
        unit_price_cents=line.unit_price_cents if is_whole else cents - tax,
        vat_rate=line.vat_rate,
        discount_percent=line.discount_percent if is_whole else Decimal(0),
        excl_tax_cents=cents - tax,
        tax_cents=tax,
    )


def _tax_in(line: FeeLine, cents: int) -> int:
    """Return the tax in the first `cents` of a line, rounded half-up."""
    return (2 * line.tax_cents * cents + line.total_cents) // (2 * line.total_cents)
