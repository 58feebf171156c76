"""Bank statements: what a file says of one account and period, and the chain of balances they make."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum


class StatementFormat(StrEnum):
    CAMT_053 = "camt.053"
    CFONB_120 = "cfonb120"
    CSV = "csv"


@dataclass(frozen=True)
class BankStatement:
    """One imported statement of the account `iban`; balances in signed cents.

    `id` is the digest of its content, `sha256` that of the file's bytes. `lines` counts the lines of the
    statement, `new_lines` those that no earlier one had, `written` how many of these are stored: the import
    is complete once that is all of them.
    """

    id: str
    iban: str
    format: StatementFormat
    number: str
    opening_on: date
    opening_cents: int
    closing_on: date
    closing_cents: int
    lines: int
    new_lines: int
    sha256: str
    imported_by: str
    imported_at: datetime
    kept_until: datetime
    written: int = 0
    version: int = 1

    @property
    def is_complete(self) -> bool:
        return self.written == self.new_lines


@dataclass(frozen=True)
class StatementChain:
    """The end of an account's statements: the balance of the last one, and the day of that.

    `open_statement` is the id of one whose import was interrupted: until it is repeated no other follows.
    `version` is 0 before the first statement.
    """

    iban: str
    closing_on: date | None = None
    closing_cents: int = 0
    statements: int = 0
    open_statement: str = ""
    version: int = 0

    def begun(self, statement_id: str) -> "StatementChain":
        """Return the chain with the mark of a statement whose lines take several commits."""
        return replace(self, open_statement=statement_id, version=self.version + 1)

    def after(self, statement: BankStatement) -> "StatementChain":
        return replace(
            self,
            closing_on=max(statement.closing_on, self.closing_on or statement.closing_on),
            closing_cents=statement.closing_cents,
            statements=self.statements + 1,
            open_statement="",
            version=self.version + 1,
        )
