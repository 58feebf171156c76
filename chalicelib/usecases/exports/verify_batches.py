from collections.abc import Iterator
from typing import Protocol

from chalicelib.domain.errors import NotFound
from chalicelib.domain.exports.batches import Batch, BatchKind, BatchText
from chalicelib.domain.exports.verification import batch_flaws, told_batches
from chalicelib.usecases.audit.ports import AuditTrail
from chalicelib.usecases.exports.ports import Batches
from chalicelib.usecases.paging import every

EVERY = 1_000_000


class KeptBatches(Protocol):
    """The batches, and the audit trail to verify them against."""

    @property
    def audit(self) -> AuditTrail: ...
    @property
    def batches(self) -> Batches: ...


def verify_batches(ports: KeptBatches) -> tuple[str, ...]:
    """Return a sentence for each flaw of the frozen batches, none if they are as the audit trail tells.

    Acts may go on meanwhile: what a second read does not find again was one of them.
    """
    found = _read(ports)
    again = set(_read(ports)) if found else set()
    return tuple(flaw for flaw in found if flaw in again)


def _read(ports: KeptBatches) -> tuple[str, ...]:
    batches = [batch for kind in BatchKind for batch in _every(ports.batches, kind)]
    told = told_batches((*ports.audit.waiting(EVERY), *ports.audit.records(1)))
    series = {(each.series, each.kind) for each in batches}
    sequences = tuple(ports.batches.sequence(*each) for each in sorted(series))
    texts = {each.id: _text(ports.batches, each) for each in batches}
    return tuple(batch_flaws(batches, texts, sequences, told))


def _every(kept: Batches, kind: BatchKind) -> Iterator[Batch]:
    return every(lambda after: kept.listed(kind, after))


def _text(kept: Batches, batch: Batch) -> BatchText | None:
    try:
        return kept.text(batch.id)
    except NotFound:
        return None
