"""Cheques are found by their number, and while they wait; slips by their number, and by their state."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.treasury.slips import (
    Cheque,
    SlipLine,
    SlipSequence,
    SlipState,
    begun,
    credited,
    deposited,
    frozen,
)
from tests.contract.conftest import CHRIS, FILE, Store, audit
from tests.fakes.ports import MANUAL_DAY

DAY = date(2022, 6, 24)


def cheque(name: str, number: str = "0012345", day: int = 23) -> Cheque:
    return Cheque(f"{CHRIS.id}-m{name}", FILE.id, "INP", number, "Banque", 60100, date(2022, 6, day))


def test_cheque_is_found_by_its_number_however_it_was_typed(store: Store) -> None:
    first, second, other = cheque("1"), cheque("2", " 12345"), cheque("3", "99", 22)
    store.commit(Changes((first, second, other), audit()))
    assert store.cheques.numbered("12345") == (first, second)
    assert store.cheques.find("12 345", first.payment_id) == first
    assert store.cheques.find("99", first.payment_id) is None
    assert store.cheques.waiting() == ((other, first, second), None)


def test_slip_moves_from_state_to_state_and_its_cheques_wait_no_more(store: Store) -> None:
    waiting = cheque("1")
    store.commit(Changes((waiting,), audit("entered")))
    sequence, slip, on_it = begun(store.cheques.sequence("INP"), (waiting,), "by", MANUAL_DAY)
    store.commit(Changes((sequence, slip, *on_it), audit("begun")))
    assert store.cheques.sequence("INP") == SlipSequence("INP", 1, 1)
    assert store.cheques.waiting() == ((), None)
    assert store.cheques.slips(SlipState.OPEN) == ((slip,), None)
    locked = deposited(slip, "0" * 64, DAY, "by")
    lines = frozen(locked, (SlipLine("0012345", "Banque", "TESTCD Chris", 60100),), 10)
    store.commit(Changes((locked, lines), audit("deposited")))
    assert store.cheques.slips(SlipState.OPEN) == ((), None)
    assert store.cheques.slip("INP-000001") == locked
    assert store.cheques.lines("INP-000001") == lines
    done = credited(locked, 60100, DAY, DAY, "by")
    store.commit(Changes((done,), audit("credited")))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((replace(done, line="another"),), audit("again")))
    assert store.cheques.slips(SlipState.CREDITED) == ((done,), None)


def test_unknown_slip_is_not_found(store: Store) -> None:
    for ask in (store.cheques.slip, store.cheques.lines):
        with pytest.raises(NotFound):
            ask("INP-000009")
