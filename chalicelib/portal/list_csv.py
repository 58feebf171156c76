"""A list of registrations as a file for a French spreadsheet: BOM, semicolons, decimal commas, no formula."""

import csv
from collections.abc import Iterable
from io import StringIO

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.lists.filters import Entry
from chalicelib.portal.list_words import PAID, marks, why

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = (
    *("Dossier", "Nom", "Né(e) le", "Mail", "N° étudiant", "INE"),
    *("Formation", "Libellé", "Situation", "Statut", "Étapes vues"),
    *("Dû", "Payé", "Reste", "À rendre", "Paiement", "À regarder", "Trouvé par"),
)


def registrations_csv(entries: Iterable[Entry], campaign: Campaign) -> bytes:
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([_inert(cell) for cell in _row(entry, campaign)])
    return text.getvalue().encode("utf-8-sig")


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
        "" if entry.owed_cents is None else _amount(entry.owed_cents),
        "" if line.is_partial else _amount(line.paid_cents),
        "" if line.is_partial else _amount(entry.rest_cents),
        _amount(entry.give_back_cents),
        PAID[entry.paid],
        ", ".join(marks(entry)),
        why(entry.hit),
    )


def _amount(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
