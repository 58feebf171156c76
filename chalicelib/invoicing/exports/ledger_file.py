"""The journal of some days, or receipts of one → a table for spreadsheets, its JSON, its control sheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.books.chart import MONEY
from chalicelib.domain.exports.files import LedgerKind, LedgerOrder
from chalicelib.domain.exports.ledger_lines import LedgerLine
from chalicelib.invoicing.exports.archive import as_json, zipped
from chalicelib.invoicing.exports.cells import amount, inert, paris, separated
from chalicelib.invoicing.exports.sheet_file import Facts, control_sheet
from chalicelib.invoicing.exports.words import EVENTS, account_label, entry_label

JOURNAL = (
    *("Numéro", "Date", "Enregistré le", "Compte", "Libellé du compte", "Tiers", "Nom du tiers"),
    *("Dossier", "Pièce", "Libellé", "Débit", "Crédit"),
)
RECEIPTS = (
    *("Numéro", "Enregistré le", "Moyen", "Événement", "Tiers", "Nom du tiers", "Dossier", "Pièce"),
    *("Encaissé", "Rendu"),
)


def render_ledger(order: LedgerOrder) -> bytes:
    """Return the ZIP: the table, its JSON, and its control sheet."""
    table = ledger_table(order)
    return zipped(
        {
            f"{order.name}.csv": table,
            f"{order.name}.json": as_json(_told(order)),
            f"{order.name}-controle.csv": control_sheet(_facts(order), order.control, table),
        },
        order.made_at,
    )


def ledger_table(order: LedgerOrder) -> bytes:
    """Return the table alone: UTF-8 with its mark, semicolons, decimal commas, no formula."""
    if order.kind is LedgerKind.RECEIPTS:
        lines = (line for line in order.lines if line.posting.book in MONEY)
        rows = [RECEIPTS, *(_receipt(line) for line in lines)]
    else:
        rows = [JOURNAL, *(_row(line) for line in order.lines)]
    return separated(rows).encode("utf-8-sig")


def _row(line: LedgerLine) -> Sequence[str]:
    entry = line.entry
    return (
        str(entry.number or ""),
        f"{entry.dated_on:%d/%m/%Y}",
        paris(entry.booked_at),
        line.posting.account,
        account_label(line.posting.book),
        line.party,
        inert(line.party_name),
        entry.registration_id,
        inert(entry.subject),
        inert(entry_label(entry)),
        amount(line.debit_cents),
        amount(line.credit_cents),
    )


def _receipt(line: LedgerLine) -> Sequence[str]:
    entry = line.entry
    return (
        str(entry.number or ""),
        paris(entry.booked_at),
        account_label(line.posting.book),
        EVENTS[entry.event],
        entry.person_id,
        inert(line.holder),
        entry.registration_id,
        inert(entry.subject),
        amount(line.debit_cents),
        amount(line.credit_cents),
    )


def _told(order: LedgerOrder) -> Mapping[str, Any]:
    control = order.control
    return {
        "kind": order.kind,
        "since": order.since,
        "until": order.until,
        "made_at": paris(order.made_at),
        "control": {
            "entries": control.entries,
            "lines": control.lines,
            "debit_cents": control.debit_cents,
            "credit_cents": control.credit_cents,
            "opening_cents": dict(control.opening),
            "closing_cents": dict(control.closing),
            "batch_hash": order.batch_hash,
        },
        "lines": [_line(line) for line in order.lines],
    }


def _line(line: LedgerLine) -> Mapping[str, Any]:
    entry = line.entry
    return {
        "number": entry.number or None,
        "entry": entry.id,
        "event": entry.event,
        "dated_on": entry.dated_on,
        "booked_at": paris(entry.booked_at),
        "account": line.posting.account,
        "book": line.posting.book,
        "person": entry.person_id,
        "name": line.holder,
        "registration": entry.registration_id,
        "document": entry.subject,
        "cents": line.posting.cents,
    }


def _facts(order: LedgerOrder) -> Facts:
    title = "Encaissements" if order.kind is LedgerKind.RECEIPTS else "Journal"
    days = f"du {order.since:%d/%m/%Y} au {order.until:%d/%m/%Y}"
    return Facts(f"{title} {days}", order.made_at, (("Dernier lot comptable, empreinte", order.batch_hash),))
