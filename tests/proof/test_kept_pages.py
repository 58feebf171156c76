"""The judge of kept pages sees an act on another state than was read, and what is refused wrongly."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from chalicelib.domain.decisions import BlockMoved
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.registration import block_hash
from chalicelib.domain.trail.audit import Act as Trace
from chalicelib.usecases.registrations.block_registration import block_registration
from tests.fakes.ports import FakePorts, enrol_student
from tests.proof.bank import Bank
from tests.proof.judges import Judges
from tests.proof.kept_pages import Page, Reader, audited_as
from tests.proof.lifetime import CAMPAIGN
from tests.usecases.conftest import ACCOUNTANT, CHRIS

Post = Callable[["Desk", Any], object]


def as_read(desk: "Desk", ports: Any) -> object:
    return desk.blocks(ports, read=block_hash(desk.file, ""))


class Desk:
    """The page of one file's block, posted as `post` says, beside an accountant who blocks at once."""

    def __init__(self, post: Post = as_read) -> None:
        self.ports = FakePorts(CAMPAIGN)
        self.file = enrol_student(self.ports, CHRIS, "I2223_Y1_1A", CAMPAIGN.id).id
        self.judges = Judges(self.ports, Bank())
        self.ports.store = self.judges  # type: ignore[assignment]  # stands in for it
        page = Page(
            audited_as(Trace.REGISTRATION_BLOCKED),
            (BlockMoved,),
            self.reason,
            lambda ports: post(self, ports),
        )
        self.reader = Reader(self.ports, self.judges.pages, Random(1), (lambda _: page,) * 4)  # noqa: S311

    def reason(self) -> str:
        return self.ports.memory.registrations_by_id[self.file].block_reason

    def blocks(self, ports: Any, reason: str = "motif", read: str | None = None) -> object:
        blocked = True
        return block_registration(ports, self.file, blocked, reason, ACCOUNTANT, read)

    def reads_and_is_overtaken(self) -> None:
        self.reader.reads(self.file)
        self.blocks(self.ports, "autre motif")


def test_page_posted_as_it_was_read_is_judged() -> None:
    desk = Desk()
    desk.reader.reads(desk.file)
    desk.reader.posts(desk.file)
    assert (desk.reason(), desk.judges.pages.judged) == ("motif", 1)


def test_page_that_was_overtaken_is_refused_and_not_judged() -> None:
    desk = Desk()
    desk.reads_and_is_overtaken()
    with pytest.raises(BlockMoved):
        desk.reader.posts(desk.file)
    assert (desk.reason(), desk.judges.pages.judged) == ("autre motif", 0)


def test_act_on_another_state_than_was_read_breaks_the_proof() -> None:
    desk = Desk(Desk.blocks)
    desk.reads_and_is_overtaken()
    with pytest.raises(AssertionError, match="an act on another state than was read"):
        desk.reader.posts(desk.file)


def test_other_act_than_was_promised_breaks_the_proof() -> None:
    desk = Desk()
    page = Page(audited_as(Trace.REGISTRATION_BLOCKED), (), lambda: None, desk.blocks, lambda _: 1, 2)
    desk.reader.pages = (lambda _: page,) * 4
    with pytest.raises(AssertionError, match="another act than was read: 1, 2"):
        desk.reader.reads_and_posts(desk.file)


def test_refusal_after_the_act_was_written_breaks_the_proof() -> None:
    def writes_and_refuses(desk: Desk, ports: Any) -> None:
        desk.blocks(ports)
        raise ConcurrentUpdate

    desk = Desk(writes_and_refuses)
    with pytest.raises(AssertionError, match="refused, and written"):
        desk.reader.reads_and_posts(desk.file)


def test_refusal_as_moved_of_what_was_just_read_breaks_the_proof() -> None:
    def refuses(_: Desk, __: object) -> None:
        raise BlockMoved

    with pytest.raises(AssertionError, match="refused as moved"):
        (desk := Desk(refuses)).reader.reads_and_posts(desk.file)


def test_commit_that_another_writer_overtook_is_not_judged() -> None:
    def commits_too_late(desk: Desk, ports: Any) -> None:
        """What was read is overtaken between the use case's own read and its commit."""
        store = desk.judges.commit
        desk.judges.commit = lambda changes: (  # type: ignore[method-assign]  # once
            setattr(desk.judges, "commit", store),
            desk.blocks(desk.ports, "autre motif"),
            store(changes),
        )[2]
        desk.blocks(ports)

    desk = Desk(commits_too_late)
    with pytest.raises(ConcurrentUpdate):
        desk.reader.reads_and_posts(desk.file)
    assert desk.judges.pages.judged == 0
