"""Control sheets: counts, sums, opening balances and movements that make the closing ones, digests."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.exports.batches import Batch
from chalicelib.domain.exports.control import Control
from chalicelib.invoicing.exports.cells import amount, paris, separated

HEADINGS = ("Compte", "Solde avant", "Débit", "Crédit", "Solde après")


@dataclass(frozen=True)
class Facts:
    """What a sheet says above its totals."""

    title: str
    made_at: datetime
    rows: Sequence[tuple[str, str]] = ()


def control_sheet(facts: Facts, control: Control, file: bytes) -> bytes:
    """Return the sheet of a file just made, with the digest of its bytes."""
    return _sheet(facts, control, hashlib.sha256(file).hexdigest())


def batch_sheet(batch: Batch) -> bytes:
    """Return the control sheet of a frozen batch."""
    rows = (
        ("Écritures du journal", f"{batch.first} à {batch.last} de {batch.year}"),
        (
            "Date comptable",
            f"{batch.accounting_on:%d/%m/%Y}" if batch.accounting_on else "celle de l'écriture",
        ),
        ("Empreinte du lot", batch.hash),
        ("Empreinte du lot précédent", batch.previous),
    )
    return _sheet(Facts(f"Lot {batch.id}", batch.made_at, rows), batch.control, batch.sha256)


def _sheet(facts: Facts, control: Control, digest: str) -> bytes:
    rows: list[Sequence[str]] = [
        ("Contrôle", facts.title),
        ("Établi le", paris(facts.made_at)),
        ("Écritures", str(control.entries)),
        ("Lignes", str(control.lines)),
        ("Total débit", amount(control.debit_cents)),
        ("Total crédit", amount(control.credit_cents)),
        ("Empreinte SHA-256 du fichier", digest),
        *facts.rows,
        (),
        HEADINGS,
        *(_account(control, each) for each in control.accounts),
        (
            "Total",
            amount(sum(control.opening.values())),
            amount(control.debit_cents),
            amount(control.credit_cents),
            amount(sum(control.closing.values())),
        ),
    ]
    return separated(rows).encode("utf-8-sig")


def _account(control: Control, account: str) -> Sequence[str]:
    return (
        account,
        amount(control.opening.get(account, 0)),
        amount(control.debits.get(account, 0)),
        amount(control.credits.get(account, 0)),
        amount(control.closing_of(account)),
    )
