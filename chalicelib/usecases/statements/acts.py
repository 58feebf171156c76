"""What the acts on a line share: its ledger, and the one commit of what explains it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.books.journaling import recorded
from chalicelib.domain.books.ledger import Ledger
from chalicelib.domain.books.ledger import ledger_of as ledger_of_campaign
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.lines import Explanation, LineState, StatementLine, explain
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.statements.import_statement import accounts
from chalicelib.usecases.statements.ports import StatementPorts

NOTHING = Changes()


def ledger_of(ports: StatementPorts, iban: str) -> Ledger:
    """Return the ledger of an account: of the latest campaign that names it; raise `NotFound` without one."""
    campaign = accounts(ports).get(iban)
    if campaign is None:
        raise NotFound
    return ledger_of_campaign(campaign, ports.now())


def open_line(ports: StatementPorts, line_id: str, seen: int = 0) -> StatementLine:
    """Return a line; raise `ConcurrentUpdate` if it is not at the version that was `seen`, 0 for any."""
    line = ports.statements.line(line_id)
    if seen and line.version != seen:
        raise ConcurrentUpdate
    return line


def explained(
    ports: StatementPorts,
    line: StatementLine,
    parts: Sequence[Explanation],
    entries: Iterable[JournalEntry | None],
    by: Person,
    reason: str = "",
    along: Changes = NOTHING,
) -> StatementLine:
    """Commit a line with what explains it, the journal entries of the parts, and the changes `along`."""
    done = explain(line, parts, by.id, ports.now(), reason)
    is_suspended = done.state is LineState.SUSPENSE and not line.explanations
    entry = audited(
        ports,
        by.id,
        Act.LINE_SUSPENDED if is_suspended else Act.LINE_EXPLAINED,
        line.id,
        line.id,
        reason,
        amount_cents=line.cents,
        parts=" ".join(f"{each.kind}={each.cents}" for each in parts),
    )
    changes = replace(along, rows=(*along.rows, done), audit=entry)
    ports.store.commit(recorded(changes, tuple(each for each in entries if each)))
    return done
