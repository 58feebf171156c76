from collections.abc import Sequence

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.treasury.lines import LineState, StatementLine
from chalicelib.domain.treasury.remittances import Remittance, is_likely_credit
from chalicelib.usecases.reconciliation.credit_remittances import RemittancePorts

_WAITING = (LineState.NEW, LineState.PROPOSED, LineState.SUSPENSE)


def fit_lines(
    ports: RemittancePorts, campaign: Campaign, remittances: Sequence[Remittance]
) -> dict[str, tuple[StatementLine, ...]]:
    """Return the lines of the school's account that may credit each remittance, the nearest amount first."""
    account = campaign.bank_account
    waiting = [
        line
        for state in _WAITING
        for line in ports.statements.of_state(state)[0]
        if account and line.iban == account.iban
    ]
    return {each.number: _fitting(each, waiting) for each in remittances}


def _fitting(remittance: Remittance, lines: Sequence[StatementLine]) -> tuple[StatementLine, ...]:
    found = [
        line
        for line in lines
        if line.booked_on > remittance.day and is_likely_credit(remittance, line.open_cents)
    ]
    return tuple(sorted(found, key=lambda line: (remittance.cents - line.open_cents, line.booked_on)))
