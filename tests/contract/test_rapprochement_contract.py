"""Frozen états de rapprochement: found by id, listed, checked once."""

from datetime import date

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.treasury.rapprochement import BankStanding, checked, prepared
from tests.contract.conftest import Store, audit
from tests.fakes.ports import MANUAL_DAY

DAY = date(2022, 6, 30)


def test_one_is_found_listed_and_checked_once(store: Store) -> None:
    found = prepared(BankStanding("FR76", DAY, 0, DAY, 0, 0, (), ()), "INP", "1", "by", MANUAL_DAY)
    store.commit(Changes((found,), audit("prepared")))
    assert store.rapprochements.find("INP-1") == found
    done = checked(found, found.digest, "other", MANUAL_DAY)
    store.commit(Changes((done,), audit("checked")))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((done,), audit("again")))
    assert store.rapprochements.listed() == ((done,), None)
    with pytest.raises(NotFound):
        store.rapprochements.find("INP-9")
