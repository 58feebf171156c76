"""Amounts: integer cents in euros; rates are exact decimals, in percent."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


def percent_of(cents: int, percent: Decimal) -> int:
    """Return `percent` % of `cents`, rounded half-up to the cent."""
    if not percent:
        return 0
    return int((cents * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True)
class FeeLine:
    """One line of what is owed: `product` as printed, unit price before tax, rates in percent."""

    product: str
    quantity: int
    unit_price_cents: int
    vat_rate: Decimal = Decimal(0)
    discount_percent: Decimal = Decimal(0)

    @property
    def total_excl_tax_cents(self) -> int:
        full = self.quantity * self.unit_price_cents
        return full - percent_of(full, self.discount_percent)

    @property
    def tax_cents(self) -> int:
        return percent_of(self.total_excl_tax_cents, self.vat_rate)

    @property
    def total_cents(self) -> int:
        return self.total_excl_tax_cents + self.tax_cents


@dataclass(frozen=True)
class Totals:
    """The totals of some lines, in cents: before tax (HT), tax (TVA) and with tax (TTC)."""

    excl_tax_cents: int
    tax_cents: int

    @property
    def total_cents(self) -> int:
        return self.excl_tax_cents + self.tax_cents


def totals(lines: Iterable[FeeLine]) -> Totals:
    kept = tuple(lines)
    return Totals(
        excl_tax_cents=sum(line.total_excl_tax_cents for line in kept),
        tax_cents=sum(line.tax_cents for line in kept),
    )


def euros(cents: int) -> str:
    """Write an amount in the French form: 377000 → "3 770,00 €", with non-breaking spaces."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return f"{sign}{grouped},{rest:02d}\N{NO-BREAK SPACE}€"
