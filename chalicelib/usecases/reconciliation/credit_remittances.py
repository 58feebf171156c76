from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.books.ledger import Ledger
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Person
from chalicelib.domain.treasury.lines import (
    Explanation,
    ExplanationKind,
    StatementLine,
    require_near,
)
from chalicelib.domain.treasury.refusals import LineExplained
from chalicelib.domain.treasury.remittances import Remittance, credited
from chalicelib.usecases.races import again
from chalicelib.usecases.reconciliation.kept_ports import Reconciliations
from chalicelib.usecases.statements.acts import explained, ledger_of, open_line
from chalicelib.usecases.statements.ports import StatementPorts


class RemittancePorts(StatementPorts, Protocol):
    """The ports of remittances that the bank credits."""

    @property
    def reconciliations(self) -> Reconciliations: ...


def credit_remittances(
    ports: RemittancePorts, line_id: str, numbers: Sequence[str], by: Person, seen: int = 0
) -> StatementLine:
    """Explain what is open of a statement line as remittances, in one commit with their entries.

    What the line lacks of their sum is the bank's fee, of the last one. `seen` is the version of the line
    that was seen, 0 for any.

    Raise `NotFound`, `LineExplained`, `RemittanceCredited`, `CreditNotOfRemittance`.
    """
    permit(by, Action.KEEP_BOOKS, "")
    return again(lambda: _credit(ports, line_id, tuple(dict.fromkeys(numbers)), by, seen), ports.pause)


def _credit(
    ports: RemittancePorts, line_id: str, numbers: Sequence[str], by: Person, seen: int
) -> StatementLine:
    line = open_line(ports, line_id, seen)
    if not line.is_open:
        raise LineExplained
    ledger = ledger_of(ports, line.iban)
    remittances = [_remittance(ports, ledger, number) for number in numbers]
    for each in remittances:
        require_near(line, each.day)
    done, entries, parts = _parts(line, remittances, ledger)
    return explained(ports, line, parts, entries, by, along=Changes(tuple(done)))


def _remittance(ports: RemittancePorts, ledger: Ledger, number: str) -> Remittance:
    found = ports.reconciliations.remittance(ledger.series, number)
    if found is None:
        raise NotFound
    return found


def _parts(
    line: StatementLine, remittances: Sequence[Remittance], ledger: Ledger
) -> tuple[list[Remittance], list[JournalEntry], list[Explanation]]:
    left, done, entries, parts = line.open_cents, [], [], []
    for place, remittance in enumerate(remittances, 1):
        cents = left if place == len(remittances) else remittance.cents
        after, entry = credited(remittance, cents, line, ledger)
        done.append(after)
        entries.append(entry)
        parts.append(Explanation(ExplanationKind.REMITTANCE, remittance.number, cents))
        left -= cents
    return done, entries, parts
