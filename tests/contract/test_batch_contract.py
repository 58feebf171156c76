"""Accounting batches: written once, listed by kind and number, their file and what came back apart."""

from dataclasses import replace
from os import urandom

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.exports.batches import Batch, BatchKind, BatchSequence, texts_of
from chalicelib.domain.exports.catch_up import JournalCatchUp
from chalicelib.domain.exports.control import Control
from chalicelib.domain.exports.returns import no_return
from tests.contract.conftest import Store, audit
from tests.fakes.ports import MANUAL_DAY


def batch(number: int, kind: BatchKind = BatchKind.JOURNAL) -> Batch:
    control = Control(1, 2, {"411": 0}, {"411": 60100}, {"706": 60100})
    facts = ("INP", kind, number, 2022, number, number, None, control, "lot.csv", "0" * 64, "0" * 64)
    return Batch(*facts, made_by="00000000000000a1", made_at=MANUAL_DAY)


def makes(store: Store, made: Batch, data: bytes = b"text") -> None:
    sequence = store.batches.sequence("INP", made.kind).drawn(made)
    store.commit(Changes((sequence, made, *texts_of(made, data, 10)), audit()))


def test_batch_is_found_with_its_file_and_listed_by_kind(store: Store) -> None:
    assert store.batches.sequence("INP", BatchKind.JOURNAL) == BatchSequence("INP", BatchKind.JOURNAL)
    made = [batch(1), batch(2), batch(1, BatchKind.TITLES)]
    for each in made:
        makes(store, each, each.id.encode())
    assert store.batches.find("INP-L000002") == batch(2)
    assert store.batches.text("INP-L000002").data == b"INP-L000002"
    assert store.batches.listed(BatchKind.JOURNAL) == (tuple(made[:2]), None)
    assert store.batches.listed(BatchKind.TITLES) == (tuple(made[2:]), None)
    end = store.batches.sequence("INP", BatchKind.JOURNAL)
    assert (end.last_number, end.last_hash, end.taken(2022).last) == (2, batch(2).hash, 2)


def test_batch_is_never_written_over(store: Store) -> None:
    makes(store, batch(1))
    with pytest.raises(ConcurrentUpdate):
        makes(store, batch(1), b"another text")
    assert store.batches.text("INP-L000001").data == b"text"
    for ask in (store.batches.find, store.batches.text):
        with pytest.raises(NotFound):
            ask("INP-L000009")


def test_file_longer_than_a_row_is_read_back_whole(store: Store) -> None:
    data = urandom(1_000_000)  # it does not get shorter when packed
    makes(store, batch(1), data)
    makes(store, batch(2), b"short")
    assert store.batches.text("INP-L000001").data == data
    assert store.batches.text("INP-L000002").data == b"short"


def test_what_came_back_and_how_far_the_journal_is_are_kept(store: Store) -> None:
    made, campaign = batch(1), "clermont-auvergne-inp-2022"
    assert store.batches.returned(made) == no_return(made)
    assert store.batches.catch_up(campaign) == JournalCatchUp(campaign)
    back = replace(no_return(made), taken=(1,), by="00000000000000a1", at=MANUAL_DAY, version=1)
    far = JournalCatchUp(campaign).moved("00000000000000c1", ("00000000000000c0",), is_done=True)
    store.commit(Changes((back, far), audit()))
    assert store.batches.returned(made) == back
    assert store.batches.catch_up(campaign) == far
