"""The balance of account 411 by debtor as at a day, by the age of what is owed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.account import Account
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.books.receivables import Debtor, Receivable, receivable_cents, receivables_of
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.domain.plan.unbegun import WHOLE, Asked


class Age(StrEnum):
    """How long a debt is late at the day, counted from the day on which it fell due."""

    NOT_DUE = "not_due"
    TO_30 = "to_30"
    TO_60 = "to_60"
    TO_90 = "to_90"
    OLDER = "older"


_LAST_DAYS = ((30, Age.TO_30), (60, Age.TO_60), (90, Age.TO_90))


@dataclass(frozen=True)
class AgedDebt:
    """What one debtor owes at the day, in cents by age; `registrations` are the files that it is for."""

    debtor: Debtor
    registrations: tuple[str, ...]
    ages: Mapping[Age, int]

    @property
    def cents(self) -> int:
        return sum(self.ages.values())


@dataclass(frozen=True)
class Balances:
    """Account 411 of a school at the end of a day: its balance in the journal, and one page of its debtors.

    `people` counts the accounts that owe; `failed` those that could not be read: their debts are missing.
    """

    as_of: date
    journal_cents: int
    people: int
    debts: Sequence[AgedDebt]
    next: str | None
    failed: int


def aged_debts(
    account: Account,
    entries: Iterable[JournalEntry],
    as_of: date,
    asked: Mapping[str, Asked] = MappingProxyType({}),
) -> Iterator[AgedDebt]:
    """Yield what each debtor of an account owes at the end of `as_of`, none that owes nothing.

    `asked` is what is asked of the student then of a file, if not the whole.

    Amounts are those of the entries alone, to the cent. What fell due when is read from instalments and
    invoices: what is open is what fell due last, and of an instalment that was paid since, its whole amount.
    """
    dated = [each for each in entries if each.dated_on <= as_of]
    for debtor, items in receivables_of(account, dated):
        by_file: dict[str, list[Receivable]] = {}
        for item in items:
            by_file.setdefault(item.entry.registration_id, []).append(item)
        open_files = {file: own for file, own in by_file.items() if _sum(own)}
        ages: Counter[Age] = Counter()
        for registration_id, own in open_files.items():
            own_asked = WHOLE if debtor.payer_id else asked.get(registration_id, WHOLE)
            for due_on, cents in _open_parts(account, debtor, registration_id, own, as_of, own_asked):
                ages[age_of(due_on, as_of)] += cents
        if open_files:
            yield AgedDebt(debtor, tuple(open_files), {age: ages[age] for age in Age})


def debts_of_plans(
    person: Person, instalments: Sequence[Instalment], entries: Sequence[JournalEntry], as_of: date
) -> tuple[AgedDebt, ...] | None:
    """Return what a student owes where these instalments are all that is open; None where others may be.

    They add up to what all the entries leave open of each file, and none is later than the day: so no other
    document tells when it fell due.
    """
    owed, planned = Counter[str](), Counter[str]()
    for entry in entries:
        owed[entry.registration_id] += receivable_cents(entry)
    for each in instalments:
        planned[each.registration_id] += each.remaining_cents
    if owed != planned or any(each.payer_id or each.dated_on > as_of for each in entries):
        return None
    return tuple(aged_debts(Account(person, instalments=tuple(instalments)), entries, as_of))


def age_of(due_on: date, as_of: date) -> Age:
    days = (as_of - due_on).days
    if days < 0:
        return Age.NOT_DUE
    return next((age for last, age in _LAST_DAYS if days <= last), Age.OLDER)


def _sum(items: Sequence[Receivable]) -> int:
    return sum(each.cents for each in items)


def _open_parts(
    account: Account,
    debtor: Debtor,
    registration_id: str,
    items: Sequence[Receivable],
    as_of: date,
    asked: Asked,
) -> Iterator[tuple[date, int]]:
    """Yield the day on which each part of what is open fell due, and its cents: they add up to it."""
    left = _sum(items)
    if waiting := asked.waiting_cents(left):
        left -= waiting
        yield date.max, waiting
    for due_on, cents in _due(account, debtor, registration_id, items, as_of):
        part = min(left, cents)
        if part > 0:
            left -= part
            yield max(due_on, asked.since), part
    if left:
        yield min(each.entry.dated_on for each in items), left


def _due(
    account: Account, debtor: Debtor, registration_id: str, items: Sequence[Receivable], as_of: date
) -> list[tuple[date, int]]:
    """Return what may be open, the latest due first: instalments not paid by then, then the invoices."""
    instalments = () if debtor.payer_id else account.instalments_of(registration_id)
    planned = [(each.due_on, _unpaid_cents(each, as_of)) for each in instalments]
    numbers = {each.invoice_number for each in items}
    invoices = (*account.invoices, *account.of_payers.invoices)
    invoiced = [
        (each.buyer.due_on if each.buyer else each.issued_on, each.totals.total_cents)
        for each in invoices
        if each.registration_id == registration_id and each.number in numbers
    ]
    return [*sorted(planned, reverse=True), *sorted(invoiced, reverse=True)]


def _unpaid_cents(instalment: Instalment, as_of: date) -> int:
    """Return what of an instalment was not paid at the end of the day, as far as its payment is dated."""
    if instalment.state is InstalmentState.CANCELLED:
        return 0
    if instalment.paid_at and paris_day(instalment.paid_at) > as_of:
        return instalment.amount_cents - instalment.credited_cents
    return instalment.remaining_cents
