"""A list of registrations as a file for a French spreadsheet: BOM, semicolons, decimal commas, no formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.lists.filters import Entry
from chalicelib.portal.list_words import PAID, marks, why

_NUMBER = re.compile(r"-[0-9]+,[0-9]{2}", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = (
    *("Dossier", "Nom", "Né(e) le", "Mail", "N° étudiant", "INE"),
    *("Formation", "Libellé", "Situation", "Statut", "Étapes vues"),
    *("Dû", "Payé", "Reste", "À rendre", "Paiement", "À regarder", "Trouvé par"),
)


def registrations_csv(entries: Iterable[Entry], campaign: Campaign) -> bytes:
    return csv_of((COLUMNS, *(_row(entry, campaign) for entry in entries)))


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows of cells as a file; a cell that a spreadsheet may take for a formula is made inert."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_inert(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def decimal(cents: int) -> str:
    """Write an amount as a French spreadsheet reads it: decimal comma, no thousands."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02}"


def _row(entry: Entry, campaign: Campaign) -> tuple[str, ...]:
    line, numbers = entry.line, dict(reversed(entry.line.numbers))
    return (
        line.id,
        line.holder,
        f"{line.birth_on:%d/%m/%Y}" if line.birth_on else "",
        line.email,
        numbers.get("student_number", ""),
        numbers.get("ine", "").upper(),
        line.programme_code,
        campaign.programme_label(line.programme_code).fr,
        line.fee_situation_code or "",
        campaign.text(f"status.{line.status}"),
        f"{len(line.seen_steps)} sur {len(campaign.previous_steps)}",
        "" if entry.owed_cents is None else decimal(entry.owed_cents),
        "" if line.is_partial else decimal(line.paid_cents),
        "" if line.is_partial else decimal(entry.rest_cents),
        decimal(entry.give_back_cents),
        PAID[entry.paid],
        ", ".join(marks(entry)),
        why(entry.hit),
    )


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; an amount below 0 is none."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell
