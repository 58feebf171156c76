"""Bank statements and their lines: lines lie by month, and wait in one queue a state."""

from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib.domain.errors import NotFound
from chalicelib.domain.treasury.csv_mapping import CsvMapping
from chalicelib.domain.treasury.lines import LineState, StatementLine
from chalicelib.domain.treasury.statements import BankStatement, StatementChain
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.table import Table, load

STATEMENTS = "STATEMENTS"


def lines_queue(state: LineState) -> str:
    return f"STATEMENT_LINES#{state}"


def _line_place(line_id: str) -> Place:
    """Return the place by the month that the id begins with: YYYYMMDD."""
    return Place(f"STATEMENT_LINES#{line_id[:6]}", line_id)


def _statement_place(statement_id: str) -> Place:
    return Place(f"STATEMENT#{statement_id}", "STATEMENT")


def _chain_place(iban: str) -> Place:
    return Place(f"STATEMENT_CHAIN#{iban}", "END")


def _mapping_place(iban: str) -> Place:
    return Place(f"STATEMENT_CHAIN#{iban}", "CSV")


STATEMENT_KINDS = {
    BankStatement: Kind(
        lambda each: (_statement_place(each.id),),
        lambda each: Place(STATEMENTS, f"{each.iban}#{each.closing_on}#{each.id}"),
        counted,
        purge_at=lambda each: each.kept_until,
    ),
    CsvMapping: Kind(lambda each: (_mapping_place(each.iban),), version=counted),
    StatementChain: Kind(lambda each: (_chain_place(each.iban),), version=counted),
    StatementLine: Kind(
        lambda line: (_line_place(line.id),),
        lambda line: Place(lines_queue(line.state), line.id),
        counted,
        purge_at=lambda line: line.kept_until,
    ),
}


class DynamoStatements:
    def __init__(self, table: Table) -> None:
        self._table = table

    def chain(self, iban: str) -> StatementChain:
        row = self._table.get(*_chain_place(iban))
        return load(StatementChain, row) if row else StatementChain(iban)

    def find(self, statement_id: str) -> BankStatement | None:
        row = self._table.get(*_statement_place(statement_id))
        return load(BankStatement, row) if row else None

    def listed(self, after: str | None = None) -> tuple[Sequence[BankStatement], str | None]:
        page, cursor = self._table.page(STATEMENTS, after)
        return tuple(self._table.readable(BankStatement, page)), cursor

    def mapping(self, iban: str) -> CsvMapping:
        row = self._table.get(*_mapping_place(iban))
        return load(CsvMapping, row) if row else CsvMapping(iban)

    def line(self, line_id: str) -> StatementLine:
        row = self._table.get(*_line_place(line_id))
        if row is None:
            raise NotFound
        return load(StatementLine, row)

    def lines(self, iban: str, first: date, last: date) -> Sequence[StatementLine]:
        found = (
            load(StatementLine, row)
            for month in _months(first, last)
            for row in self._table.partition(f"STATEMENT_LINES#{month}")
        )
        return tuple(each for each in found if each.iban == iban and first <= each.booked_on <= last)

    def of_state(
        self, state: LineState, after: str | None = None
    ) -> tuple[Sequence[StatementLine], str | None]:
        page, cursor = self._table.page(lines_queue(state), after)
        return tuple(self._table.readable(StatementLine, page)), cursor


def _months(first: date, last: date) -> Iterator[str]:
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield f"{month // 12:04}{month % 12 + 1:02}"
