from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from chalicelib.domain.access import Action, permit
from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.changes import Changes, Row
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.chaining import Placed, new_lines, stored_line
from chalicelib.domain.treasury.csv_mapping import CsvFrame
from chalicelib.domain.treasury.lines import StatementLine, discarded_if_nothing
from chalicelib.domain.treasury.reading import ReadStatement, account_of, require_balanced, require_past
from chalicelib.domain.treasury.refusals import (
    StatementGap,
    StatementGapInFile,
    StatementTooLong,
    StatementUnfinished,
)
from chalicelib.domain.treasury.statements import BankStatement, StatementChain
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.races import again
from chalicelib.usecases.statements.ports import StatementPorts

MOST_LINES = 3000
"""Movements of one file: more take longer to write than a request may last."""
MOST_DETAILS = 500
"""Transactions of one batch: a row holds 400 KB at most."""
WRITTEN_AT_ONCE = 80
"""Lines of one commit: a transaction has 100 actions and 4 MB at most, details of a batch included."""


@dataclass(frozen=True)
class Imported:
    """One statement of a file, and whether it was imported before: then nothing was written."""

    statement: BankStatement
    is_known: bool


@dataclass(frozen=True)
class _Step:
    """One statement to write, its new lines, and the chain after it; `chain` is None if it is known."""

    statement: BankStatement
    lines: tuple[StatementLine, ...]
    chain: StatementChain | None


def accounts(ports: StatementPorts) -> Mapping[str, Campaign]:
    """Return the school's bank accounts by IBAN, each with the latest campaign that names it."""
    every = ((each.bank_account, each) for each in reversed(ports.campaigns.every()))
    return {account.iban: campaign for account, campaign in every if account}


def import_statement(
    ports: StatementPorts, data: bytes, by: Person, frame: CsvFrame | None = None
) -> tuple[Imported, ...]:
    """Import the statements of a file, or raise why none of it can be; the same file twice changes nothing.

    Each is written with its lines in one commit, a long one in several: interrupted, the same file completes
    it, and no other statement of the account is taken before.
    """
    permit(by, Action.KEEP_BOOKS, "")
    read = ports.read_statements(data, frame)
    for each in read:
        require_balanced(each)
        require_past(each, paris_day(ports.now()))
    _require_short(read)
    digest = sha256(data).hexdigest()
    done = again(lambda: _import(ports, read, digest, by), ports.pause)
    if frame:
        _remember(ports, frame)
    return done


def _require_short(read: Sequence[ReadStatement]) -> None:
    weights = [1 + len(line.details) for each in read for line in each.lines]
    if sum(weights) > MOST_LINES:
        raise StatementTooLong(MOST_LINES)
    if max(weights, default=0) > MOST_DETAILS:
        raise StatementTooLong(MOST_DETAILS)


def _import(
    ports: StatementPorts, read: Sequence[ReadStatement], digest: str, by: Person
) -> tuple[Imported, ...]:
    steps = tuple(_plan(ports, read, digest, by))
    return tuple(
        Imported(_write(ports, step, step.chain, by), is_known=False)
        if step.chain
        else Imported(step.statement, is_known=True)
        for step in steps
    )


def _plan(ports: StatementPorts, read: Sequence[ReadStatement], digest: str, by: Person) -> Iterator[_Step]:
    """Yield what is to be written, all checked: statements of one file follow each other too."""
    known, chains = accounts(ports), dict[str, StatementChain]()
    added: list[StatementLine] = []
    for each in read:
        iban = account_of(each, known)
        chain = chains.get(iban) or ports.statements.chain(iban)
        stored = ports.statements.find(each.id)
        if stored and stored.is_complete:
            yield _Step(stored, (), None)
            continue
        _require_finished(ports, chain, each)
        today = paris_day(ports.now())
        present = (*ports.statements.lines(iban, each.first_on, today), *added)
        before = [line for line in present if line.statement_id != each.id]
        of_account = [line for line in before if line.iban == iban]
        placed = _placed(each, chain, of_account, in_file=iban in chains)
        until = _kept_until(each, known[iban])
        made = (stored_line(one, iban, each.id, until) for one in placed)
        lines = tuple(discarded_if_nothing(line, ports.now()) for line in made)
        statement = stored or _statement(each, iban, len(lines), digest, by, ports.now(), until)
        if not lines and chain.closing_on and each.closing_on <= chain.closing_on and not stored:
            yield _Step(statement, (), None)
            continue
        chains[iban] = chain.after(statement)
        added += lines
        yield _Step(statement, lines, chain)


def _placed(
    read: ReadStatement, chain: StatementChain, stored: Sequence[StatementLine], *, in_file: bool
) -> tuple[Placed, ...]:
    """Return the new lines; a gap after a statement of the same file is told as one in the file."""
    try:
        return new_lines(read, chain, stored)
    except StatementGap as gap:
        if not in_file:
            raise
        raise StatementGapInFile(
            gap.last_on, gap.last_cents, gap.opening_on, gap.opening_cents, gap.first_on
        ) from None


def _require_finished(ports: StatementPorts, chain: StatementChain, read: ReadStatement) -> None:
    unfinished = ports.statements.find(chain.open_statement) if chain.open_statement != read.id else None
    if unfinished:
        raise StatementUnfinished(unfinished.number or unfinished.id[:8], unfinished.closing_on)


def _statement(
    read: ReadStatement, iban: str, new: int, digest: str, by: Person, now: datetime, until: datetime
) -> BankStatement:
    return BankStatement(
        id=read.id,
        iban=iban,
        format=read.format,
        number=read.number,
        opening_on=read.opening_on,
        opening_cents=read.opening_cents,
        closing_on=read.closing_on,
        closing_cents=read.closing_cents,
        lines=len(read.lines),
        new_lines=new,
        sha256=digest,
        imported_by=by.id,
        imported_at=now,
        kept_until=until,
        version=0,
    )


def _kept_until(read: ReadStatement, campaign: Campaign) -> datetime:
    return datetime(read.closing_on.year + campaign.retention.accounting_years + 1, 1, 1, tzinfo=PARIS)


def _write(ports: StatementPorts, step: _Step, chain: StatementChain, by: Person) -> BankStatement:
    """Write the lines that are not stored yet, the last of them with the end of the chain."""
    statement, waiting = step.statement, list(step.lines[step.statement.written :])
    while True:
        chunk = _chunk(waiting)
        waiting = waiting[len(chunk) :]
        written = statement.written + len(chunk)
        statement = replace(statement, written=written, version=statement.version + 1)
        rows: tuple[Row, ...] = (statement, *chunk)
        if not waiting:
            entry = audited(
                ports,
                by.id,
                Act.STATEMENT_IMPORTED,
                statement.id,
                statement.id,
                lines=statement.new_lines,
                closing_cents=statement.closing_cents,
                sha256=statement.sha256,
            )
            ports.store.commit(Changes((*rows, chain.after(statement)), entry))
            return statement
        if not chain.open_statement:
            chain = chain.begun(statement.id)
            rows = (*rows, chain)
        ports.store.commit(Changes(rows))


def _chunk(waiting: Sequence[StatementLine]) -> list[StatementLine]:
    """Return the first lines that fit into one commit: a batch counts each of its transactions."""
    chunk, weight = list[StatementLine](), 0
    for line in waiting:
        weight += 1 + len(line.details)
        if chunk and (weight > 4 * WRITTEN_AT_ONCE or len(chunk) == WRITTEN_AT_ONCE):
            break
        chunk.append(line)
    return chunk


def _remember(ports: StatementPorts, frame: CsvFrame) -> None:
    """Keep the headings that read the file: the next one of the account needs none."""
    kept = ports.statements.mapping(frame.mapping.iban)
    if frame.mapping.columns and frame.mapping.columns != kept.columns:
        ports.store.commit(Changes((replace(frame.mapping, version=kept.version + 1),)))
