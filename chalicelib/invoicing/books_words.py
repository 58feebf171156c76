"""What the papers of the books print, as words: slips of cheques, the état de rapprochement."""

import re
from typing import Any

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.invoices import Client
from chalicelib.domain.treasury.rapprochement import Suspended
from chalicelib.domain.treasury.rapprochement_paper import RapprochementPaper
from chalicelib.domain.treasury.slip_paper import SlipPaper
from chalicelib.invoicing.facts import FRENCH_DAY, NO_BREAK_SPACE, amount, euros, parties


def slip_words(paper: SlipPaper) -> dict[str, Any]:
    iban = NO_BREAK_SPACE.join(re.findall(".{1,4}", paper.iban))
    about = [["Remis le", paper.deposited_on.strftime(FRENCH_DAY)], ["Compte à créditer", iban]]
    return {
        **parties(paper.seller, Client("", "", None)),
        "title": f"Bordereau de remise de chèques {paper.slip}",
        "about": [row for row in about if row[1]],
        "lines": [
            [str(rank), line.number, line.bank, line.drawer, amount(line.amount_cents)]
            for rank, line in enumerate(paper.lines, start=1)
        ],
        "totals": [
            ["Nombre de chèques", str(len(paper.lines))],
            ["Total", euros(paper.total_cents)],
        ],
    }


EVENTS = {
    "payment": "Virement saisi, pas encore au relevé",
    "refund": "Virement émis, pas encore au relevé",
    "bounce": "Rejet enregistré, pas encore au relevé",
    "chargeback": "Contestation enregistrée, pas encore au relevé",
    "reinstatement": "Contestation gagnée, pas encore au relevé",
    "new": "Ligne non expliquée",
    "proposed": "Ligne proposée, non décidée",
    "discarded": "Ligne hors de ces comptes",
}


def rapprochement_words(paper: RapprochementPaper) -> dict[str, Any]:
    found = paper.found
    closing_on = found.closing_on.strftime(FRENCH_DAY)
    prepared_on = found.prepared_at.astimezone(PARIS).strftime(f"{FRENCH_DAY} à %H:%M")
    signed = found.checked_at.astimezone(PARIS).strftime(FRENCH_DAY) if found.checked_at else ""
    return {
        **parties(paper.seller, Client("", "", None)),
        "title": f"État de rapprochement bancaire au {closing_on}",
        "about": [
            ["Établi le", prepared_on],
            ["Compte bancaire", NO_BREAK_SPACE.join(re.findall(".{1,4}", found.iban))],
            ["Compte au journal", paper.account],
            ["Depuis le", f"{found.opened_on:{FRENCH_DAY}}, solde d'ouverture {euros(found.opening_cents)}"],
            ["Empreinte", found.digest],
        ],
        "sides": [
            {
                "title": "Aux livres",
                "items": [_suspended(each) for each in found.unbooked],
                "totals": [
                    [f"Solde du compte {paper.account}", euros(found.book_cents)],
                    ["Au relevé seul", euros(sum(each.cents for each in found.unbooked))],
                    ["Solde ajusté", euros(found.adjusted_book_cents)],
                ],
            },
            {
                "title": "À la banque",
                "items": [_suspended(each) for each in found.unshown],
                "totals": [
                    [f"Solde du relevé au {closing_on}", euros(found.statement_cents)],
                    ["Moins le solde d'ouverture", euros(-found.opening_cents)],
                    ["Aux livres seuls", euros(sum(each.cents for each in found.unshown))],
                    ["Solde ajusté", euros(found.adjusted_statement_cents)],
                ],
            },
        ],
        "totals": [
            ["Livres, ajustés", euros(found.adjusted_book_cents)],
            ["Banque, ajustée", euros(found.adjusted_statement_cents)],
            ["Différence", euros(found.difference_cents)],
        ],
        "signatures": [
            f"Établi par : {paper.prepared_by}",
            f"Contrôlé par : {paper.checked_by}, le {signed}" if paper.checked_by else "Contrôlé par :",
        ],
    }


def _suspended(item: Suspended) -> list[str]:
    return [item.day.strftime(FRENCH_DAY), EVENTS.get(item.label, item.label), amount(item.cents)]
