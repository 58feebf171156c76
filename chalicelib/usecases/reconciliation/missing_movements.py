from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from functools import partial
from itertools import chain, takewhile

from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.reconciliation.compared_exports import begun_on
from chalicelib.domain.reconciliation.exports import Export
from chalicelib.domain.treasury.remittances import REMITTED_WITHIN, CardMovement, Remittance
from chalicelib.usecases.paging import every
from chalicelib.usecases.reconciliation.ports import ReconciliationPorts


def missing_movements(
    ports: ReconciliationPorts,
    series: str,
    export: Export,
    shown: Collection[CardMovement],
    denied: Collection[CardMovement],
) -> list[CardMovement]:
    """Return the movements of ours that a file of transactions should show, and does not.

    `shown` are those of its accepted lines, `denied` those of lines that say that no euro moved. Whatever
    an earlier file or answer said, one that is denied, or was done on a day that the file has whole, is
    missing; one that was cancelled before its remittance is not.
    """
    known = {each.id for each in shown}
    own = (each for each in denied if each.series == series and not each.bears_payment)
    found = [each for each in own if each.remittance or not each.settled]
    if days := export.whole_days:
        kept = chain(ports.reconciliations.open_movements(series), _remitted(ports, series, days, shown))
        found += (each for each in kept if each.id not in known and _is_of(ports, each, days))
    missing = {each.id: each for each in found if each.id not in known}
    return sorted(missing.values(), key=lambda each: (each.day, each.id))


def _is_of(ports: ReconciliationPorts, movement: CardMovement, days: tuple[date, date]) -> bool:
    """Return True if the gateway did it on one of the days for certain: it was asked for and booked then.

    Where the account is not found, the day on which it was booked decides: a person looks.
    """
    if not days[0] <= movement.day <= days[1]:
        return False
    try:
        account = ports.accounts.account(person_of(movement.id))
    except NotFound:
        return True
    return begun_on(movement, account) >= days[0]


def _remitted(
    ports: ReconciliationPorts, series: str, days: tuple[date, date], shown: Collection[CardMovement]
) -> Iterator[CardMovement]:
    """Yield the settled movements of the remittances of the days; one that is shown whole misses none."""
    counts = Counter(each.remittance for each in shown if each.series == series)
    for remittance in _remittances(ports, series, days[0] - REMITTED_WITHIN, days[1] + REMITTED_WITHIN):
        if counts[remittance.number] != remittance.count:
            yield from every(partial(ports.reconciliations.movements_of, series, remittance.number))


def _remittances(ports: ReconciliationPorts, series: str, first: date, last: date) -> Iterator[Remittance]:
    newest_first = every(partial(ports.reconciliations.credited_remittances, series))
    credited = takewhile(lambda each: each.day >= first, newest_first)
    for each in chain(ports.reconciliations.open_remittances(series), credited):
        if first <= each.day <= last:
            yield each
