"""Titles → the état liquidatif with its numbered slip: a table for a spreadsheet, totals, signatures."""

from collections.abc import Sequence

from chalicelib.domain.exports.layouts import ACCOUNT
from chalicelib.domain.exports.titles import Title, TitleOrder
from chalicelib.invoicing.exports.cells import amount, inert, paris, separated

HEADINGS = (
    *("Rang", "Nature", "Pièce", "Date", "Débiteur", "Nom", "Adresse", "Objet", "Base de liquidation"),
    *("Dossier", "Montant HT", "TVA", "Montant TTC", "Imputation"),
)


def render_titles(order: TitleOrder) -> bytes:
    rows: list[Sequence[str]] = [
        ("Bordereau de titres", order.id),
        ("Établissement", inert(order.school)),
        ("Établi le", paris(order.made_at)),
        ("Date comptable", f"{order.accounting_on:%d/%m/%Y}" if order.accounting_on else "celle du titre"),
        ("Titres et réductions", str(len(order.titles))),
        ("Total TTC", amount(order.total_cents)),
        (),
        HEADINGS,
        *(_row(order, rank, each) for rank, each in enumerate(order.titles, 1)),
        (),
        ("L'ordonnateur", "", "", "L'agent comptable"),
        ("Date et signature", "", "", "Date et signature"),
    ]
    return separated(rows).encode("utf-8-sig")


def _row(order: TitleOrder, rank: int, title: Title) -> Sequence[str]:
    return (
        str(rank),
        "Réduction" if title.is_reduction else "Titre",
        f"{'Avoir' if title.is_reduction else 'Facture'} {title.document}",
        f"{title.issued_on:%d/%m/%Y}",
        title.debtor_id,
        inert(title.debtor),
        inert(title.address),
        inert(title.subject),
        inert(title.basis),
        title.registration_id,
        amount(title.excl_tax_cents),
        amount(title.tax_cents),
        amount(title.total_cents),
        order.export.target(title.account)[ACCOUNT] if title.account else "",
    )
