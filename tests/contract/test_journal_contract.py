"""The journal in memory and in DynamoDB: found while it waits and by number, each number drawn once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from chalicelib.domain.books.chart import DEFAULT_CHART, Book
from chalicelib.domain.books.journal import JournalEntry, JournalSequence, MoneyEvent, Posting
from chalicelib.domain.books.ledger import Ledger
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.treasury.entries import treasury_entry
from chalicelib.usecases.journal.number_journal import number_journal
from tests.contract.conftest import CHRIS, FILE, Store
from tests.fakes.ports import MANUAL_DAY, RecordedAlarms


def entry(rank: int, series: str = "S") -> JournalEntry:
    at = MANUAL_DAY + timedelta(minutes=rank)
    return JournalEntry(
        id=f"{CHRIS.id}-t{series}{rank}-payment",
        registration_id=FILE.id,
        person_id=CHRIS.id,
        series=series,
        event=MoneyEvent.PAYMENT,
        subject=f"{CHRIS.id}-t{rank}",
        dated_on=at.date(),
        booked_at=at,
        postings=(Posting(Book.CARDS, "5115", 100), Posting(Book.RECEIVABLE, "411", -100)),
    )


@dataclass
class Numbered:
    """The ports of the numbering, the next day."""

    store: Any
    journal: Any
    alarms: RecordedAlarms = field(default_factory=RecordedAlarms)
    _ids: Any = field(default_factory=lambda: count(1))

    def now(self) -> datetime:
        return MANUAL_DAY + timedelta(days=1)

    def new_id(self) -> str:
        return f"{next(self._ids):016x}"


@pytest.fixture
def ports(store: Store) -> Numbered:
    return Numbered(store, store.journal)


def test_entries_wait_oldest_first_and_are_in_the_account(store: Store) -> None:
    store.commit(Changes((entry(2), entry(1), entry(3))))
    assert list(store.journal.waiting(2)) == [entry(1), entry(2)]
    assert sorted(store.account.journal, key=lambda each: each.id) == [entry(1), entry(2), entry(3)]


def test_numbered_entries_are_found_by_number_and_wait_no_more(store: Store, ports: Numbered) -> None:
    store.commit(Changes((entry(2), entry(1), entry(1, "T"))))
    assert number_journal(ports).numbered == 3
    assert [(each.number, each.booked_at) for each in store.journal.numbered("S", 2022)] == [
        (1, entry(1).booked_at),
        (2, entry(2).booked_at),
    ]
    assert list(store.journal.waiting(10)) == []
    assert set(store.journal.sequences()) == {
        JournalSequence("S", 2022, 2, 1),
        JournalSequence("T", 2022, 1, 1),
    }
    assert store.journal.sequence("S", 2023) == JournalSequence("S", 2023)


def test_stretch_that_is_read_again_tells_what_follows_and_never_what_was(
    store: Store, ports: Numbered
) -> None:
    store.commit(Changes((entry(1), entry(2))))
    number_journal(ports)
    assert _numbers(store, 0, 3) == _numbers(store, 0, 3) == [1, 2]
    store.commit(Changes((entry(3), entry(4))))
    number_journal(ports)
    assert (_numbers(store, 0, 3), _numbers(store, 0, 3), _numbers(store, 0, 2)) == (
        [1, 2, 3],
        [1, 2, 3],
        [1, 2],
    )
    assert (_numbers(store, 2, 5), _numbers(store, 3, 5), _numbers(store, 4, 5)) == ([3, 4], [4], [])
    assert _numbers(store, 0, 3) == [1, 2, 3]
    others = (replace(each, subject="other", version=each.version + 1) for each in store.account.journal)
    store.commit(Changes(tuple(others)))
    assert {each.subject for each in store.journal.numbered("S", 2022, 0, 3)} == {"other"}


def _numbers(store: Store, after: int, limit: int) -> list[int]:
    return [each.number for each in store.journal.numbered("S", 2022, after, limit)]


def test_entry_of_the_treasury_is_of_no_student_written_once_and_numbered_with_the_others(
    store: Store, ports: Numbered
) -> None:
    moved, day = {Book.BANK: 100, Book.CARDS: -100}, MANUAL_DAY.date()
    banked = treasury_entry(
        MoneyEvent.REMITTANCE, "R7", day, moved, Ledger("S", DEFAULT_CHART, MANUAL_DAY + timedelta(hours=1))
    )
    store.commit(Changes((entry(1), banked)))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((banked,)))
    assert list(store.account.journal) == [entry(1)]
    assert number_journal(ports).numbered == 2
    assert [(each.number, each.subject) for each in store.journal.numbered("S", 2022)][1] == (2, "R7")


def test_of_many_runs_at_once_each_entry_gets_one_number(store: Store, ports: Numbered) -> None:
    ranks = range(1, 121)
    for first in range(0, 120, 40):
        store.commit(Changes(tuple(entry(rank) for rank in ranks[first : first + 40])))
    with ThreadPoolExecutor(4) as pool:
        drawn = sum(pool.map(lambda _: number_journal(ports).numbered, range(8)))
    drawn += number_journal(ports).numbered
    assert drawn == len(ranks)
    assert [each.number for each in store.journal.numbered("S", 2022)] == list(ranks)
