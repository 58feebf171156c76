"""Accounting batches in memory."""

from collections.abc import Sequence
from functools import cached_property

from chalicelib.domain.corrections.waiver import Waiver, WaiverState
from chalicelib.domain.errors import NotFound
from chalicelib.domain.exports.batches import Batch, BatchKind, BatchSequence, BatchText, whole_text
from chalicelib.domain.exports.catch_up import JournalCatchUp
from chalicelib.domain.exports.files import BatchOrder, FecOrder, LedgerOrder
from chalicelib.domain.exports.packs import Pack
from chalicelib.domain.exports.returns import BatchReturn, no_return
from chalicelib.domain.exports.titles import TitleOrder
from chalicelib.identity.sealing import Sealer
from chalicelib.invoicing.exports.fec_file import render_fec
from chalicelib.invoicing.exports.layout_file import render_batch
from chalicelib.invoicing.exports.ledger_file import render_ledger
from chalicelib.invoicing.exports.pack_file import render_pack
from chalicelib.invoicing.exports.sheet_file import batch_sheet
from chalicelib.invoicing.exports.title_file import render_titles
from chalicelib.usecases.ports import Sealer as SealerPort
from tests.fakes.events import MemoryEvents, MemoryServiceKeys
from tests.fakes.storage import Memory
from tests.fakes.webhooks import FakeReceivers, MemoryWebhooks, RecordedBus, RecordedDeliveryQueue


class MemoryWaivers:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def of_state(self, state: WaiverState, after: str | None = None) -> tuple[Sequence[Waiver], str | None]:
        found = [each for each in self._m.waivers.values() if each.state is state]
        return tuple(sorted(found, key=lambda each: (each.proposed_at, each.id))), None


class FakeDownloads:
    def __init__(self) -> None:
        self.offered: dict[str, bytes] = {}

    def offer(self, name: str, data: bytes) -> str:
        self.offered[name] = data
        return f"https://downloads.test/{name}"


class MemoryBatches:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def sequence(self, series: str, kind: BatchKind) -> BatchSequence:
        return self._m.batch_sequences.get((series, kind), BatchSequence(series, kind))

    def listed(self, kind: BatchKind, after: str | None = None) -> tuple[Sequence[Batch], str | None]:
        found = (self._m.batches[key] for key in sorted(self._m.batches))
        return tuple(each for each in found if each.kind is kind), None

    def find(self, batch_id: str) -> Batch:
        if batch_id not in self._m.batches:
            raise NotFound
        return self._m.batches[batch_id]

    def text(self, batch_id: str) -> BatchText:
        found = (each for each in self._m.batch_texts.values() if each.id == batch_id)
        return whole_text(sorted(found, key=lambda each: each.part))

    def returned(self, batch: Batch) -> BatchReturn:
        return self._m.batch_returns.get(batch.id, no_return(batch))

    def catch_up(self, campaign_id: str) -> JournalCatchUp:
        return self._m.catch_ups.get(campaign_id, JournalCatchUp(campaign_id))


class ExportFakes:
    """The ports of what leaves for the school's accounting; the files are the real ones."""

    memory: Memory

    @cached_property
    def events(self) -> MemoryEvents:
        return MemoryEvents(self.memory)

    key_prefix = "qtc_test_"

    event_bus: RecordedBus | None = None

    @cached_property
    def webhooks(self) -> MemoryWebhooks:
        return MemoryWebhooks(self.memory)

    endpoint_sealer: SealerPort = Sealer(bytes(32))

    @cached_property
    def receivers(self) -> FakeReceivers:
        return FakeReceivers()

    @cached_property
    def delivery_queue(self) -> RecordedDeliveryQueue:
        return RecordedDeliveryQueue()

    @cached_property
    def service_keys(self) -> MemoryServiceKeys:
        return MemoryServiceKeys(self.memory)

    @cached_property
    def batches(self) -> MemoryBatches:
        return MemoryBatches(self.memory)

    @cached_property
    def downloads(self) -> FakeDownloads:
        return FakeDownloads()

    @cached_property
    def waivers(self) -> MemoryWaivers:
        return MemoryWaivers(self.memory)

    def render_batch(self, order: BatchOrder) -> bytes:
        return render_batch(order)

    def render_titles(self, order: TitleOrder) -> bytes:
        return render_titles(order)

    def render_fec(self, order: FecOrder) -> bytes:
        return render_fec(order)

    def render_ledger(self, order: LedgerOrder) -> bytes:
        return render_ledger(order)

    def render_pack(self, pack: Pack) -> bytes:
        return render_pack(pack)

    def render_sheet(self, batch: Batch) -> bytes:
        return batch_sheet(batch)
