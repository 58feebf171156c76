"""Files of transfers: written once, listed by number, their text apart."""

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.refunds.transfer_files import TransferFile, TransferSequence, kept
from tests.contract.conftest import Store, audit
from tests.fakes.ports import MANUAL_DAY


def file(number: int) -> TransferFile:
    refunds = ("00000000000000c1-1-r00000000000000f1",)
    return TransferFile("INP", number, refunds, 60100, "FR76", "00000000000000a1", MANUAL_DAY, "0" * 64)


def makes(store: Store, number: int, text: str = "text") -> None:
    sequence = store.transfer_files.sequence("INP").drawn()
    made = file(number)
    store.commit(Changes((sequence, made, kept(made, text, 10)), audit()))


def test_file_is_found_with_its_text_and_listed_by_number(store: Store) -> None:
    assert store.transfer_files.sequence("INP") == TransferSequence("INP")
    for number in (1, 2):
        makes(store, number, f"text {number}")
    assert store.transfer_files.find("INP-000002") == file(2)
    assert store.transfer_files.text("INP-000002") == "text 2"
    assert store.transfer_files.listed() == ((file(1), file(2)), None)
    assert store.transfer_files.sequence("INP") == TransferSequence("INP", 2, 2)


def test_file_is_never_written_over(store: Store) -> None:
    makes(store, 1)
    with pytest.raises(ConcurrentUpdate):
        makes(store, 1, "another text")
    assert store.transfer_files.text("INP-000001") == "text"
    for ask in (store.transfer_files.find, store.transfer_files.text):
        with pytest.raises(NotFound):
            ask("INP-000009")
