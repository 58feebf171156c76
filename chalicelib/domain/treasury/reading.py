"""What a file says of one account and period, before anything is known of it, and the first checks of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from chalicelib.domain.refunds.ibans import masked
from chalicelib.domain.trail.audit import canonical_digest
from chalicelib.domain.treasury.lines import LineDetail
from chalicelib.domain.treasury.refusals import (
    StatementInFuture,
    StatementOfOtherAccount,
    StatementUnbalanced,
)
from chalicelib.domain.treasury.statements import StatementFormat

_BBAN = slice(4, -2)
"""The bank, branch and account of a French IBAN, without its own key: as CFONB names an account."""


@dataclass(frozen=True)
class ReadLine:
    """One movement as the file tells it; signed cents, positive for money that came in."""

    booked_on: date
    value_on: date
    cents: int
    label: str
    counterparty: str = ""
    reference: str = ""
    code: str = ""
    details: tuple[LineDetail, ...] = ()

    @cached_property
    def content(self) -> str:
        """The digest of what makes two movements equal."""
        told = [self.value_on.isoformat(), self.cents, self.label, self.counterparty, self.reference]
        return canonical_digest(told)[:16]


@dataclass(frozen=True)
class ReadStatement:
    """One statement of a file; `account` is an IBAN, or bank, branch and account number without keys."""

    account: str
    format: StatementFormat
    opening_on: date
    opening_cents: int
    closing_on: date
    closing_cents: int
    lines: tuple[ReadLine, ...] = field(default=())
    number: str = ""

    @property
    def first_on(self) -> date:
        return min((line.booked_on for line in self.lines), default=self.closing_on)

    @property
    def last_on(self) -> date:
        return max((line.booked_on for line in self.lines), default=self.closing_on)

    @cached_property
    def id(self) -> str:
        """The digest of the content: the same statement has it in whatever file it comes."""
        days = [self.opening_on.isoformat(), self.closing_on.isoformat()]
        lines = [[line.booked_on.isoformat(), line.content] for line in self.lines]
        told = [self.account, *days, self.opening_cents, self.closing_cents, lines]
        return canonical_digest(told)[:32]


def require_balanced(read: ReadStatement) -> None:
    """Raise `StatementUnbalanced` unless first balance and movements make the last balance."""
    movements = sum(line.cents for line in read.lines)
    if read.opening_cents + movements != read.closing_cents:
        raise StatementUnbalanced(read.opening_cents, movements, read.closing_cents)


def require_past(read: ReadStatement, today: date) -> None:
    """Raise `StatementInFuture` if a balance or a movement is of a day to come."""
    if (latest := max(read.closing_on, read.last_on)) > today:
        raise StatementInFuture(latest)


def account_of(read: ReadStatement, ibans: Iterable[str]) -> str:
    """Return the one of the school's IBANs that the statement is of; raise `StatementOfOtherAccount`."""
    for iban in ibans:
        if read.account in {iban, iban[_BBAN]}:
            return iban
    raise StatementOfOtherAccount(masked(read.account))
