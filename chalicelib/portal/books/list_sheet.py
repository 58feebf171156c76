"""The control sheet of a list of registrations: its count, its sums by status, the digest of its file."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.lists.filters import Entry
from chalicelib.portal.list_csv import csv_of, decimal, registrations_csv

SHEET_NAME = "dossiers-controle.csv"
COLUMNS = ("Statut", "Dossiers", "Dû", "Payé", "Reste", "À rendre")


@dataclass(frozen=True)
class Taken:
    """When a list is taken, what it was searched by, and the end of the chain of accounting batches."""

    at: datetime
    typed: str
    batch_hash: str


def list_sheet(entries: Iterable[Entry], campaign: Campaign, taken: Taken) -> bytes:
    """Return the sheet; the list taken at another moment has another digest if anything changed."""
    found = tuple(entries)
    by_status = Counter(entry.line.status for entry in found)
    return csv_of(
        (
            ("Contrôle", f"Dossiers, {campaign.label.fr}"),
            ("Établi le", taken.at.astimezone(PARIS).isoformat(timespec="seconds")),
            ("Recherche", taken.typed),
            ("Dossiers", str(len(found))),
            ("Dossiers sans situation déclarée", str(sum(each.owed_cents is None for each in found))),
            ("Dossiers dont les règlements manquent", str(sum(each.line.is_partial for each in found))),
            ("Empreinte SHA-256 du fichier", hashlib.sha256(registrations_csv(found, campaign)).hexdigest()),
            ("Dernier lot comptable, empreinte", taken.batch_hash),
            (),
            COLUMNS,
            *(
                _sums(campaign.text(f"status.{status}"), (e for e in found if e.line.status == status))
                for status in sorted(by_status)
            ),
            _sums("Total", found),
        )
    )


def _sums(label: str, entries: Iterable[Entry]) -> tuple[str, ...]:
    """Add up what the columns of the file say, where they say an amount."""
    found = tuple(entries)
    told = tuple(each for each in found if not each.line.is_partial)
    return (
        label,
        str(len(found)),
        decimal(sum(each.owed_cents or 0 for each in found)),
        decimal(sum(each.line.paid_cents for each in told)),
        decimal(sum(each.rest_cents for each in told)),
        decimal(sum(each.give_back_cents for each in found)),
    )
