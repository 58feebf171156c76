"""What a bank's CSV file calls its columns, remembered for each account, and what it does not say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

COLUMNS = ("booked_on", "value_on", "label", "amount", "debit", "credit", "counterparty", "reference")
GUESSED: Mapping[str, tuple[str, ...]] = {
    "booked_on": (
        "date",
        "date operation",
        "date de l'operation",
        "date comptable",
        "date de comptabilisation",
        "dateop",
    ),
    "value_on": ("date valeur", "date de valeur", "valeur", "dateval"),
    "label": ("libelle", "libelle operation", "libelle de l'operation", "nature de l'operation", "label"),
    "amount": ("montant", "montant eur", "montant euros", "montant de l'operation"),
    "debit": ("debit", "debit euros", "debit eur"),
    "credit": ("credit", "credit euros", "credit eur"),
    "counterparty": ("tiers", "contrepartie", "nom du tiers", "emetteur", "beneficiaire"),
    "reference": ("reference", "reference operation", "reference client", "numero d'operation"),
}
"""Headings that banks give, by our names; accents, case and spaces do not matter."""


@dataclass(frozen=True)
class CsvMapping:
    """The headings of one account's files, by our names of the columns; `version` is 0 for none."""

    iban: str
    columns: Mapping[str, str] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True)
class CsvFrame:
    """The account and the balances of a CSV file; signed cents."""

    mapping: CsvMapping
    opening_cents: int
    closing_cents: int
    closing_on: date | None = None
    """None: the day of the last movement."""
