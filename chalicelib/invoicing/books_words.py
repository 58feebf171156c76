"""What the papers of the books print, as words: slips of cheques."""

import re
from typing import Any

from chalicelib.domain.invoices import Client
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
