from datetime import date

from chalicelib.domain.reconciliation.bank import balance_findings, line_findings, movement_findings
from chalicelib.domain.reconciliation.policies import Difference
from chalicelib.domain.treasury.lines import LineState
from chalicelib.usecases.isolation import HasTime
from chalicelib.usecases.reconciliation.bank_standing import bank_standing, in_states
from chalicelib.usecases.reconciliation.gather_movements import gather_movements
from chalicelib.usecases.reconciliation.ports import ReconciliationPorts
from chalicelib.usecases.reconciliation.record_run import Compared

_WAITING = (LineState.NEW, LineState.PROPOSED, LineState.SUSPENSE)


def compare_bank(ports: ReconciliationPorts, series: str, day: date, has_time: HasTime) -> Compared:
    """Compare 512 with the statements of the school's account, as both are now.

    Before the first statement there is nothing to compare with: the run says that it compared nothing.
    """
    gathered = gather_movements(ports, series, has_time)
    standing = bank_standing(ports, series)
    if standing is None:
        return Compared(0, 0, (), _always)
    movements, iban = standing.movements, standing.iban
    findings = [*line_findings(in_states(ports, iban, _WAITING)), *movement_findings(movements, day)]
    moved = standing.closing_cents - standing.opening_cents
    findings += balance_findings(standing.book_cents, moved, movements, standing.lines, iban)
    left = gathered.left + gathered.lost + gathered.failed
    return Compared(len(movements) + len(findings), left, tuple(findings), _always)


def _always(_: Difference) -> bool:
    return True
