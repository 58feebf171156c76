"""Letters and the aged balance of account 411 say what the journal says, to the cent, at any day."""

from datetime import date

from chalicelib.domain.account import Account
from chalicelib.domain.books.aged import AgedDebt, aged_debts, debts_of_plans
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.books.lettering import Group, groups_of
from chalicelib.domain.books.receivables import Receivable, receivable_cents, receivables_of
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.plan.instalments import Instalment
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.plans import MemoryUnpaid
from tests.fakes.storage import Memory


def check_letters(memory: Memory) -> None:
    entries = [each for each in memory.journal.values() if receivable_cents(each)]
    days = sorted({each.dated_on for each in entries})
    accounts = [MemoryAccounts(memory).account(each) for each in {entry.person_id for entry in entries}]
    receivables = [[items for _, items in receivables_of(each, _journal(each))] for each in accounts]
    awaited = tuple(MemoryUnpaid(memory).awaited())
    for day in {*days[:1], *days[-1:], *days[len(days) // 2 :][:1]}:
        owed = sum(receivable_cents(each) for each in entries if each.dated_on <= day)
        aged = sum(debt.cents for account in accounts for debt in _aged(account, day, awaited))
        lettered = sum(
            _lettered(account, owed_by, day) for account, owed_by in zip(accounts, receivables, strict=True)
        )
        assert aged == owed, f"the debtors of {day} owe {aged}, the journal says {owed}"
        assert lettered == owed, f"the groups of {day} hold {lettered}, the journal says {owed}"


def _journal(account: Account) -> tuple[JournalEntry, ...]:
    return (*account.journal, *account.of_payers.journal)


def _aged(account: Account, day: date, awaited: tuple[Instalment, ...]) -> list[AgedDebt]:
    found = list(aged_debts(account, _journal(account), day))
    own = [each for each in awaited if each.person_id == account.person.id]
    of_plans = debts_of_plans(account.person, own, _journal(account), day)
    assert of_plans is None or list(of_plans) == found, "the plan tells another debt than the account"
    is_nothing_less = all(cents >= 0 for debt in found for cents in debt.ages.values())
    assert is_nothing_less or _is_early(account, day), "less than nothing is owed"
    return found


def _is_early(account: Account, day: date) -> bool:
    """Whether money of a bank's line is dated up to the day, and was booked later, on a debt of that day."""
    of_lines = {each.id for each in account.payments if each.line_id}
    entries = (each for each in account.journal if each.subject in of_lines)
    return any(each.dated_on <= day < paris_day(each.booked_at) for each in entries)


def _lettered(account: Account, receivables: list[tuple[Receivable, ...]], day: date) -> int:
    total = 0
    for items in receivables:
        groups = groups_of(items, (), day)
        letters = [each.letter.upper() for each in groups if each.letter]
        assert len(set(letters)) == len(letters), "two groups have one letter"
        assert all(each.letter.islower() == bool(each.cents) for each in groups if each.letter)
        if not _is_early(account, day):
            _check_named(groups)
        total += sum(each.cents for each in groups)
    return total


def _check_named(groups: tuple[Group, ...]) -> None:
    """Every receipt is lettered with an invoice."""
    for group in groups:
        events = {each.entry.event for each in group.items}
        if events & {MoneyEvent.PAYMENT, MoneyEvent.SET_OFF, MoneyEvent.CREDIT_NOTE}:
            assert MoneyEvent.INVOICE in events, f"a receipt names no invoice: {group}"
