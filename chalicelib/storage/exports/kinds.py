"""The kinds of what left for the school's own accounting: keys, queue and version of each."""

from collections.abc import Mapping

from chalicelib.domain.exports.batches import Batch, BatchKind, BatchSequence, BatchText, batch_id
from chalicelib.domain.exports.catch_up import JournalCatchUp
from chalicelib.domain.exports.returns import BatchReturn
from chalicelib.storage.kind import Kind, Place, counted


def batches_queue(kind: BatchKind) -> str:
    return f"BATCHES#{kind}"


def batch_place(series: str, kind: BatchKind, number: int, part: str) -> Place:
    return Place(f"BATCH#{batch_id(series, kind, number)}", part)


def text_place(text: BatchText) -> Place:
    part = "TEXT" if text.part == 1 else f"TEXT#{text.part}"
    return batch_place(text.series, text.kind, text.number, part)


def sequence_place(series: str, kind: BatchKind) -> Place:
    return Place(f"SEQUENCE#{series}", f"BATCHES#{kind}")


def catch_up_place(campaign_id: str) -> Place:
    return Place(f"JOURNAL_CATCH_UP#{campaign_id}", "END")


EXPORT_KINDS: Mapping[type, Kind] = {
    Batch: Kind(
        lambda each: (batch_place(each.series, each.kind, each.number, "BATCH"),),
        lambda each: Place(batches_queue(each.kind), each.id),
    ),
    BatchReturn: Kind(
        lambda each: (batch_place(each.series, each.kind, each.number, "RETURN"),), version=counted
    ),
    BatchSequence: Kind(lambda each: (sequence_place(each.series, each.kind),), version=counted),
    BatchText: Kind(
        lambda each: (text_place(each),),
        purge_at=lambda each: each.kept_until,
    ),
    JournalCatchUp: Kind(lambda each: (catch_up_place(each.campaign_id),), version=counted),
}
