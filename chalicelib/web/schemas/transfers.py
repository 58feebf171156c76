"""Requests and responses of the API about files of transfers. Amounts are integer cents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from chalicelib.domain.refunds.transfer_files import LeftOut
from chalicelib.web.schemas.models import Body, View


class TransfersSeen(Body):
    """`digest` is the one of the transfers that were seen ready: others make no file."""

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class LeftOutView(View):
    """An approved transfer that the next file does not hold, and why."""

    refund: str
    amount_cents: int
    cause: LeftOut


class ReadyView(View):
    """The approved transfers that the next files hold, and how many files they make."""

    refunds: Sequence[str]
    total_cents: int
    digest: str
    files: int


class TransferFileView(View):
    """A frozen file; `sha256` is the digest of its bytes."""

    id: str
    refunds: Sequence[str]
    total_cents: int
    made_by: str
    made_at: datetime
    sha256: str


class TransferFilesMade(TransferFileView):
    """The first file that an act made; `further` are those that it made of what one cannot hold."""

    further: Sequence[TransferFileView]


class TransferFileList(View):
    """The files, by number, and what waits for the next one."""

    items: Sequence[TransferFileView]
    next: str | None
    ready: ReadyView
    left_out: Sequence[LeftOutView]
