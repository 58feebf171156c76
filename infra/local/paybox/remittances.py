"""Remittances (télécollecte): in each night the debits and refunds of a day, one by contract.

A remittance follows from the books and the clock alone, so nothing runs at night: what was captured or given
back on a day and not cancelled belongs to the remittance of that day, once the day is over in Paris. Decided
here, because no document tells it: the number is the day as AAMMJJ with `001`, made at 03:00.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from infra.local.paybox.ledger import Transaction
from infra.local.paybox.merchants import contract_of

MADE_AT = time(3, 0)


@dataclass(frozen=True)
class Remittance:
    """One remittance of one contract; amounts in cents, `total_cents` is debits less refunds."""

    number: str
    contract: str
    rang: str
    made_at: datetime
    debits: int
    debit_cents: int
    credits: int
    credit_cents: int

    @property
    def total_cents(self) -> int:
        return self.debit_cents - self.credit_cents


def number_of(captured_on: str) -> str:
    """Return the number of the remittance of a day, given as YYYY-MM-DD."""
    return captured_on[2:].replace("-", "") + "001"


def made_at(captured_on: str) -> datetime:
    """Return when the remittance of a day is made, in Paris time."""
    return datetime.combine(date.fromisoformat(captured_on) + timedelta(days=1), MADE_AT)


def amount_of(transaction: Transaction) -> int:
    """Return what the bank moves for it, in cents, without a sign."""
    return transaction.captured_cents if transaction.is_debit else transaction.amount_cents


def remittances(transactions: Iterable[Transaction], today: str) -> list[Remittance]:
    """Return the remittances made before `today` (YYYY-MM-DD) began, by day, site and rank."""

    def key(each: Transaction) -> tuple[str, str, str]:
        return each.captured_on, each.site, each.rang

    remitted = sorted((each for each in transactions if each.is_remitted_by(today)), key=key)
    return [_remittance(*of, tuple(group)) for of, group in groupby(remitted, key)]


def _remittance(day: str, site: str, rang: str, group: tuple[Transaction, ...]) -> Remittance:
    debits = [amount_of(each) for each in group if each.is_debit]
    refunds = [amount_of(each) for each in group if not each.is_debit]
    return Remittance(
        number=number_of(day),
        contract=contract_of(site, rang),
        rang=rang,
        made_at=made_at(day),
        debits=len(debits),
        debit_cents=sum(debits),
        credits=len(refunds),
        credit_cents=sum(refunds),
    )
