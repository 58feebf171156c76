"""Movements, remittances, runs and differences: each found in the list that its state says."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.books.journal import MoneyEvent
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.reconciliation.policies import (
    Difference,
    DifferenceState,
    FindingKind,
    Policy,
    Reconciliation,
)
from chalicelib.domain.treasury.bank_movements import BankMovement, shown
from chalicelib.domain.treasury.remittances import CardMovement, MovementCursor, Remittance
from tests.contract.conftest import Store
from tests.fakes.ports import MANUAL_DAY

DAY = date(2022, 6, 24)


def movement(number: int, day: date = DAY, series: str = "INP") -> CardMovement:
    return CardMovement(f"c1-t{number}-payment", series, "c1-1", f"c1-t{number}", 60100, day)


def run(day: date, hours: int = 0, policy: Policy = Policy.GATEWAY) -> Reconciliation:
    at = MANUAL_DAY + timedelta(hours=hours)
    return Reconciliation(f"{policy}-{day}-{hours}", "INP", policy, day, at, "schedule", 1, 0, 0, 0, (), 0, 0)


def difference(number: int, day: date = DAY) -> Difference:
    return Difference("INP", Policy.GATEWAY, FindingKind.NOT_AT_GATEWAY, f"m{number}", -number, day)


def test_movement_leaves_the_open_ones_for_its_remittance(store: Store) -> None:
    kept = store.reconciliations
    late, early = movement(1), movement(2, DAY - timedelta(days=1))
    store.commit(Changes((late, early, movement(3, series="OTHER"))))
    assert kept.open_movements("INP") == (early, late)
    done = replace(late, remittance="220624001", settled=True, version=2)
    named = replace(early, remittance="220624001", version=2)
    store.commit(Changes((done, named)))
    assert kept.open_movements("INP") == (named,)
    assert kept.movements_of("INP", "220624001") == ((done,), None)
    assert kept.movements([late.id, "unknown"]) == {late.id: done}


def test_remittance_leaves_the_open_ones_once_it_is_credited(store: Store) -> None:
    kept = store.reconciliations
    made = [Remittance("INP", f"22062{day}001", date(2022, 6, 20 + day)) for day in (2, 1, 3)]
    store.commit(Changes(tuple(made)))
    assert kept.open_remittances("INP") == (made[1], made[0], made[2])
    assert kept.remittance("INP", made[0].number) == made[0]
    assert kept.remittance("INP", "0") is None
    done = tuple(replace(each, credited_on=DAY, version=2) for each in made)
    store.commit(Changes(done))
    assert kept.open_remittances("INP") == ()
    assert kept.credited_remittances("INP") == ((done[2], done[0], done[1]), None)


def test_bank_movement_waits_until_a_line_shows_it(store: Store) -> None:
    kept = store.reconciliations
    one = BankMovement("c1-m1-payment", "INP", MoneyEvent.PAYMENT, "c1-m1", "c1-1", 60100, DAY)
    store.commit(Changes((one,)))
    assert kept.unshown("INP") == (one,)
    there = shown(one, "20220627-0-1")
    store.commit(Changes((there,)))
    assert kept.unshown("INP") == ()
    assert kept.bank_movements((one.id, "unknown")) == {one.id: there}


def test_two_readers_of_the_journal_never_pass_each_other(store: Store) -> None:
    cursor = store.reconciliations.cursor("INP", 2022)
    assert cursor == MovementCursor("INP", 2022)
    after = replace(cursor, last=40, version=1)
    store.commit(Changes((after,)))
    assert store.reconciliations.cursor("INP", 2022) == after
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((after,)))


def test_runs_are_listed_newest_first_and_never_written_over(store: Store) -> None:
    kept, second = store.reconciliations, run(DAY, 1)
    first, older, other = run(DAY), run(DAY - timedelta(days=1), 2), run(DAY, policy=Policy.BANK)
    store.commit(Changes((first, older, second, other)))
    assert kept.runs("INP", Policy.GATEWAY) == ((second, first, older), None)
    assert kept.run(older.id) == older
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((replace(first, checked=9),)))
    with pytest.raises(NotFound):
        kept.run("unknown")


def test_lists_of_runs_and_differences_page(store: Store) -> None:
    kept = store.reconciliations
    runs = [run(DAY - timedelta(days=days)) for days in range(60)]
    differences = [difference(number, DAY + timedelta(days=number)) for number in range(60)]
    store.commit(Changes(tuple(runs)))
    store.commit(Changes(tuple(differences)))
    for of, listed in (
        (runs, lambda after: kept.runs("INP", Policy.GATEWAY, after)),
        (differences, lambda after: kept.differences("INP", DifferenceState.UNEXPLAINED, after)),
    ):
        page, cursor = listed(None)
        rest, end = listed(cursor)
        assert ([*page, *rest], end) == (of, None)


def test_difference_moves_with_its_state(store: Store) -> None:
    kept, (one, other) = store.reconciliations, (difference(1), difference(2, DAY - timedelta(days=1)))
    store.commit(Changes((one, other)))
    assert kept.open_differences("INP") == (other, one)
    explained = replace(one, explanation="text", explained_at=MANUAL_DAY, version=2)
    store.commit(Changes((explained,)))
    assert kept.open_differences("INP") == (other, explained)
    assert kept.differences("INP", DifferenceState.EXPLAINED) == ((explained,), None)
    settled = replace(other, settled_on=DAY, version=2)
    store.commit(Changes((settled,)))
    assert kept.open_differences("INP") == (explained,)
    assert kept.differences("INP", DifferenceState.SETTLED) == ((settled,), None)
    assert kept.difference(settled.id) == settled
    assert kept.difference("unknown") is None
