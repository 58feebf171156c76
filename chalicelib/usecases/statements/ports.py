"""Interfaces that statements of the bank need."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from chalicelib.domain.treasury.lines import LineState, StatementLine
from chalicelib.domain.treasury.statements import BankStatement, StatementChain
from chalicelib.usecases.collection.ports import CollectionPorts


class Statements(Protocol):
    def chain(self, iban: str) -> StatementChain:
        """Return the end of an account's statements; version 0 if there is none yet."""

    def find(self, statement_id: str) -> BankStatement | None: ...

    def listed(self, after: str | None = None) -> tuple[Sequence[BankStatement], str | None]:
        """Return one page of the statements, by account and day, and the cursor of the next page."""

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
