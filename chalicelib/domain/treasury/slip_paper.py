"""The paper that goes to the bank with the cheques of a slip."""

from dataclasses import dataclass
from datetime import date

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.invoices import Seller
from chalicelib.domain.parties import seller_of
from chalicelib.domain.treasury.slips import Slip, SlipLine, SlipLines


@dataclass(frozen=True)
class SlipPaper:
    """What the paper says; `iban` is the school's account, "" where the campaign names none."""

    seller: Seller
    slip: str
    deposited_on: date
    iban: str
    lines: tuple[SlipLine, ...]

    @property
    def total_cents(self) -> int:
        return sum(each.amount_cents for each in self.lines)


def paper_of(slip: Slip, lines: SlipLines, campaign: Campaign) -> SlipPaper:
    """Return the paper of a deposited slip."""
    if slip.deposited_on is None:
        raise ValueError("a slip has its paper from its deposit on")
    account = campaign.bank_account
    return SlipPaper(
        seller_of(campaign), slip.id, slip.deposited_on, account.iban if account else "", lines.lines
    )
