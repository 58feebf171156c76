"""Interfaces that statements of the bank need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.collection.ports import CollectionPorts
from chalicelib.usecases.refunds.ports import TransferPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from chalicelib.domain.treasury.csv_mapping import CsvFrame, CsvMapping
    from chalicelib.domain.treasury.lines import LineState, StatementLine
    from chalicelib.domain.treasury.reading import ReadStatement
    from chalicelib.domain.treasury.statements import BankStatement, StatementChain
    from chalicelib.usecases.lists.ports import RegistrationLines
    from chalicelib.usecases.storage_ports import People


class Statements(Protocol):
    def chain(self, iban: str) -> StatementChain:
        """Return the end of an account's statements; version 0 if there is none yet."""

    def find(self, statement_id: str) -> BankStatement | None: ...

    def listed(self, after: str | None = None) -> tuple[Sequence[BankStatement], str | None]:
        """Return one page of the statements, by account and day, and the cursor of the next page."""

    def mapping(self, iban: str) -> CsvMapping:
        """Return what an account's CSV files call their columns; version 0 if no file was mapped."""

    def line(self, line_id: str) -> StatementLine:
        """Raise `NotFound`."""

    def lines(self, iban: str, first: date, last: date) -> Sequence[StatementLine]:
        """Return an account's lines booked from the first to the last day, by day; a consistent read."""

    def of_state(
        self, state: LineState, after: str | None = None
    ) -> tuple[Sequence[StatementLine], str | None]:
        """Return one page of the lines in a state, by day, and the cursor of the next page."""


class StatementPorts(CollectionPorts, Protocol):
    """The ports of statements and of what explains their lines."""

    @property
    def statements(self) -> Statements: ...

    @property
    def people(self) -> People: ...

    @property
    def lines(self) -> RegistrationLines: ...

    @property
    def read_statements(self) -> Callable[[bytes, CsvFrame | None], tuple[ReadStatement, ...]]:
        """Return a function from a file to its statements; it raises what refuses the file."""


class SettlingPorts(StatementPorts, TransferPorts, Protocol):
    """The ports of lines that show refunds by transfer."""
