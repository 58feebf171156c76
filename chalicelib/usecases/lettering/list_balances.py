from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from chalicelib.domain.account import Account
from chalicelib.domain.books.aged import AgedDebt, Balances, aged_debts, debts_of_plans
from chalicelib.domain.books.as_of import BalanceTooLong, evening
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.books.receivables import receivable_cents
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.plan.instalments import Instalment
from chalicelib.domain.plan.unbegun import Asked, asked_of
from chalicelib.domain.registration_file import file_of
from chalicelib.usecases.isolation import LONGEST_REQUEST, for_each, within
from chalicelib.usecases.lettering.ports import LetteringPorts

EVERY = 1_000_000
PAGE = 50
Entries = Mapping[str, Sequence[JournalEntry]]
"""Entries of account 411 by account."""


def list_balances(
    ports: LetteringPorts, series: str, as_of: date | None, after: str = "", most: int = PAGE
) -> Balances:
    """Return a page of the debtors behind the account `after`, by account.

    Names and due days are read of the accounts that owe; amounts are those of one reading of the journal, so
    what the debtors owe adds up to its balance. Raise `DayToCome`.
    """
    day = evening(as_of, paris_day(ports.now()))
    entries = _by_person(ports, series, day)
    owing = _owing(entries)
    behind = [person_id for person_id in owing if person_id > after]
    page, debts = behind[:most], list[AgedDebt]()
    passed = for_each(
        ports, "debtor not listed", page, lambda each: debts.extend(_of_account(ports, each, entries, day))
    )
    cursor = page[-1] if page and len(behind) > len(page) else None
    return Balances(day, _total(entries), len(owing), debts, cursor, passed.failed)


def balances_for_file(ports: LetteringPorts, series: str, as_of: date | None) -> Balances:
    """Return all debtors, as the pages do.

    The accounts of those whose plan tells what is open are not read: a file has one request's time. Raise
    `DayToCome`, `BalanceTooLong`.
    """
    has_time = within(ports.now, LONGEST_REQUEST)
    today = paris_day(ports.now())
    day, known = evening(as_of, today), _by_person(ports, series, today)
    entries = _until(day, known)
    owing, awaited, debts = _owing(entries), _by_owner(ports.unpaid.awaited()), list[AgedDebt]()
    people = {each.id: each for each in ports.people.persons(owing)}

    def add(person_id: str) -> None:
        person, instalments = people.get(person_id), awaited.get(person_id, ())
        of_plans = debts_of_plans(person, instalments, known[person_id], day) if person else None
        debts.extend(_of_account(ports, person_id, entries, day) if of_plans is None else of_plans)

    passed = for_each(ports, "debtor not listed", owing, add, has_time)
    if passed.left:
        raise BalanceTooLong(len(owing))
    return Balances(day, _total(entries), len(owing), debts, None, passed.failed)


def _of_account(ports: LetteringPorts, person_id: str, entries: Entries, day: date) -> Iterator[AgedDebt]:
    account = ports.accounts.account(person_id)
    return aged_debts(account, entries[person_id], day, _asked(ports, account, day))


def _asked(ports: LetteringPorts, account: Account, day: date) -> Mapping[str, Asked]:
    """Return what is asked of each file of which a plan has not begun."""
    waiting = [each for each in account.plan_requests if each.is_binding and not each.started]
    campaigns = {each.registration_id: ports.campaigns.get(each.campaign_id) for each in waiting}
    return {each: asked_of(file_of(account, each, campaign), day) for each, campaign in campaigns.items()}


def _total(entries: Entries) -> int:
    return sum(receivable_cents(entry) for own in entries.values() for entry in own)


def _by_owner(instalments: Iterable[Instalment]) -> Mapping[str, Sequence[Instalment]]:
    found: dict[str, list[Instalment]] = {}
    for each in instalments:
        found.setdefault(each.person_id, []).append(each)
    return found


def _by_person(ports: LetteringPorts, series: str, day: date) -> Entries:
    """Return the entries of account 411 up to a day by account, each once: one may be numbered meanwhile."""
    found = {each.id: each for each in _read(ports, series, day)}
    entries: dict[str, list[JournalEntry]] = {}
    for entry in found.values():
        if entry.series == series and entry.dated_on <= day and receivable_cents(entry):
            entries.setdefault(entry.person_id, []).append(entry)
    return entries


def _until(day: date, entries: Entries) -> Entries:
    dated = {key: [each for each in own if each.dated_on <= day] for key, own in entries.items()}
    return {key: own for key, own in dated.items() if own}


def _read(ports: LetteringPorts, series: str, day: date) -> Iterator[JournalEntry]:
    yield from ports.journal.waiting(EVERY)
    for sequence in ports.journal.sequences():
        if sequence.series == series and sequence.year <= day.year:
            yield from ports.journal.numbered(series, sequence.year)


def _owing(entries: Entries) -> Sequence[str]:
    return sorted(person_id for person_id, own in entries.items() if _owes(own))


def _owes(entries: Sequence[JournalEntry]) -> bool:
    by_file: Counter[str] = Counter()
    for entry in entries:
        by_file[entry.registration_id] += receivable_cents(entry)
    return any(by_file.values())
