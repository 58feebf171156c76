"""Bank statements in memory."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chalicelib.domain.errors import NotFound
from chalicelib.domain.treasury.csv_mapping import CsvMapping
from chalicelib.domain.treasury.lines import LineState, StatementLine
from chalicelib.domain.treasury.statements import BankStatement, StatementChain
from tests.fakes.storage import Memory

PAGE = 50


class MemoryStatements:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def chain(self, iban: str) -> StatementChain:
        return self._m.statement_chains.get(iban, StatementChain(iban))

    def find(self, statement_id: str) -> BankStatement | None:
        return self._m.statements.get(statement_id)

    def listed(self, after: str | None = None) -> tuple[Sequence[BankStatement], str | None]:
        rows = self._m.statements.values()
        return _page({f"{each.iban}#{each.closing_on}#{each.id}": each for each in rows}, after)

    def mapping(self, iban: str) -> CsvMapping:
        return self._m.csv_mappings.get(iban, CsvMapping(iban))

    def line(self, line_id: str) -> StatementLine:
        if line_id not in self._m.statement_lines:
            raise NotFound
        return self._m.statement_lines[line_id]

    def lines(self, iban: str, first: date, last: date) -> Sequence[StatementLine]:
        found = [self._m.statement_lines[key] for key in sorted(self._m.statement_lines)]
        return tuple(each for each in found if each.iban == iban and first <= each.booked_on <= last)

    def of_state(
        self, state: LineState, after: str | None = None
    ) -> tuple[Sequence[StatementLine], str | None]:
        lines = self._m.statement_lines.values()
        return _page({each.id: each for each in lines if each.state is state}, after)


def _page(rows: dict[str, Any], after: str | None) -> tuple[Sequence[Any], str | None]:
    keys = sorted(key for key in rows if not after or key > after)
    page = keys[:PAGE]
    return tuple(rows[key] for key in page), page[-1] if len(keys) > PAGE else None
