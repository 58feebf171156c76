"""Interfaces that accounting batches and files of the books need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.isolation import IsolationPorts
from chalicelib.usecases.registrations.ports import RegistrationPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.domain.exports.batches import Batch, BatchKind, BatchSequence, BatchText
    from chalicelib.domain.exports.catch_up import JournalCatchUp
    from chalicelib.domain.exports.files import BatchOrder, FecOrder, LedgerOrder
    from chalicelib.domain.exports.returns import BatchReturn
    from chalicelib.domain.exports.titles import TitleOrder
    from chalicelib.usecases.campaigns.ports import CampaignUse
    from chalicelib.usecases.journal.ports import Journal
    from chalicelib.usecases.storage_ports import People


class Batches(Protocol):
    def sequence(self, series: str, kind: BatchKind) -> BatchSequence:
        """Return the end of a series as it is now, one at 0 before the first batch."""

    def listed(self, kind: BatchKind, after: str | None = None) -> tuple[Sequence[Batch], str | None]:
        """Return one page of the batches, by series and number, and the cursor of the next page."""

    def find(self, batch_id: str) -> Batch:
        """Raise `NotFound`."""

    def text(self, batch_id: str) -> BatchText:
        """Return the whole frozen file; raise `NotFound`, also once it may not be kept any more."""

    def returned(self, batch: Batch) -> BatchReturn:
        """Return what came back of the batch, one at version 0 before anything did."""

    def catch_up(self, campaign_id: str) -> JournalCatchUp:
        """Return how far the entries of a campaign are completed, one at version 0 before the first run."""


class Downloads(Protocol):
    def offer(self, name: str, data: bytes) -> str:
        """Store a file to take away for a day; return a link that expires in minutes."""


class CatchUpPorts(RegistrationPorts, IsolationPorts, Protocol):
    """The ports of the run that completes the journal."""

    @property
    def campaign_use(self) -> CampaignUse: ...

    @property
    def batches(self) -> Batches: ...


class ExportPorts(CatchUpPorts, Protocol):
    """The ports of files of the books."""

    @property
    def journal(self) -> Journal: ...

    @property
    def people(self) -> People: ...

    @property
    def render_batch(self) -> Callable[[BatchOrder], bytes]:
        """Return a function from a batch to the bytes of its file; it raises `LayoutOverflow`."""

    @property
    def render_titles(self) -> Callable[[TitleOrder], bytes]: ...


class BookPorts(ExportPorts, Protocol):
    """The ports of whole books taken away."""

    @property
    def render_fec(self) -> Callable[[FecOrder], bytes]: ...

    @property
    def render_ledger(self) -> Callable[[LedgerOrder], bytes]: ...
