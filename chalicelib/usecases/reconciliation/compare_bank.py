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
    """Compare 512 with the statements of the school's account, up to the end of a day.

    Lines booked later and movements dated later are of later days. What a later entry or line explained by
    now is no difference. Before the first statement there is nothing to compare with: the run says that it
    compared nothing.
    """
    gathered = gather_movements(ports, series, has_time)
    standing = bank_standing(ports, series)
    if standing is None or day < standing.opened_on:
        return Compared(0, 0, (), _always)
    iban, movements = standing.iban, [each for each in standing.movements if each.day <= day]
    waiting = [each for each in in_states(ports, iban, _WAITING) if each.booked_on <= day]
    findings = [*line_findings(waiting), *movement_findings(movements, day)]
    moved = standing.closing_cents - standing.opening_cents  # whatever has its line and its entry cancels out
    findings += balance_findings(standing.book_cents, moved, standing.movements, standing.lines, iban)
    left = gathered.left + gathered.lost + gathered.failed

    def is_of_day(difference: Difference) -> bool:
        return difference.found_on <= day

    return Compared(len(movements) + len(findings), left, tuple(findings), is_of_day, concerns=is_of_day)


def _always(_: Difference) -> bool:
    return True
