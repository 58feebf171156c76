"""A block is set or lifted over the one that its author has read, or it is refused."""

import pytest

from chalicelib.domain.decisions import BlockMoved
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.registration import block_hash
from chalicelib.usecases.registrations.block_registration import block_registration
from tests.usecases.conftest import ACCOUNTANT, Student
from tests.usecases.test_pages_beside_each_other import meanwhile


def blocks(student: Student, reason: str, seen: str | None = None) -> None:
    """Set a block with a reason; lift it without."""
    block_registration(student.ports, student.registration_id, bool(reason), reason, ACCOUNTANT, seen)


def read(student: Student) -> str:
    return block_hash(student.registration_id, student.registration.block_reason)


def test_another_block_than_was_read_is_not_lifted(chris: Student) -> None:
    blocks(chris, "litige")
    seen = read(chris)
    blocks(chris, "")
    blocks(chris, "fraude")
    with pytest.raises(BlockMoved):
        blocks(chris, "", seen)
    assert chris.registration.block_reason == "fraude"
    today = read(chris)
    for _ in range(2):
        blocks(chris, "", today)
    assert not chris.registration.blocked


def test_block_of_another_is_not_replaced_by_a_page_that_read_none(chris: Student) -> None:
    seen = read(chris)
    for _ in range(2):
        blocks(chris, "fraude", seen)
    with pytest.raises(BlockMoved):
        blocks(chris, "litige", seen)
    blocks(chris, "litige", read(chris))
    assert chris.registration.block_reason == "litige"


def test_block_that_changes_before_the_commit_is_not_lifted(chris: Student) -> None:
    blocks(chris, "litige")
    meanwhile(chris.ports, lambda: blocks(chris, "fraude"))
    with pytest.raises(ConcurrentUpdate):
        blocks(chris, "", read(chris))
    assert chris.registration.block_reason == "fraude"
