"""Verification of frozen batches against their files, their chain and the audit trail."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from chalicelib.domain.exports.batches import Batch, BatchKind, BatchSequence, BatchText, digest_of
from chalicelib.domain.trail.audit import BEGINNING, Act, AuditEntry


def told_batches(records: Iterable[AuditEntry]) -> Mapping[str, str]:
    """Return the hash of each batch that the audit trail tells of, by its id."""
    return {each.target: each.details["hash"] for each in records if each.act is Act.BATCH_MADE}


def batch_flaws(
    batches: Sequence[Batch],
    texts: Mapping[str, BatchText | None],
    sequences: Iterable[BatchSequence],
    told: Mapping[str, str],
) -> Iterator[str]:
    """Yield a sentence for each batch that is not as it was frozen, missing, unknown or out of the chain.

    `batches` are in the order of their numbers in each series; a text that may not be kept any more is None.
    """
    known = {each.id: each for each in batches}
    for batch in batches:
        yield from _altered(batch, texts.get(batch.id), told.get(batch.id))
    for missing in sorted(told.keys() - known.keys()):
        yield f"Batch {missing} is missing: the audit trail tells of it."
    ends = {(each.series, each.kind): each for each in sequences}
    for place, chain in groupby(batches, key=lambda each: (each.series, each.kind)):
        yield from _broken(tuple(chain), ends.get(place))


def _altered(batch: Batch, text: BatchText | None, told: str | None) -> Iterator[str]:
    if told is None:
        yield f"Batch {batch.id}: no record of the audit trail tells of it."
    elif told != batch.hash:
        yield f"Batch {batch.id} is not as it was frozen: its hash differs."
    if text is not None and not _is_as_frozen(batch, text):
        yield f"Batch {batch.id}: its file is not as it was frozen."


def _is_as_frozen(batch: Batch, text: BatchText) -> bool:
    try:
        return digest_of(text.data) == batch.sha256
    except ValueError:
        return False


def _broken(chain: tuple[Batch, ...], end: BatchSequence | None) -> Iterator[str]:
    previous, number, last = BEGINNING, 0, dict[int, int]()
    for batch in chain:
        if (batch.number, batch.previous) != (number + 1, previous):
            yield f"Batch {batch.id} does not continue the batch before it."
        if batch.first != last.get(batch.year, 0) + 1:
            yield f"Batch {batch.id} does not begin after the last entry of the batch before it."
        previous, number = batch.hash, batch.number
        last[batch.year] = batch.last
    if end is None or (end.last_number, end.last_hash) != (number, previous):
        kind = "titles" if chain[-1].kind is BatchKind.TITLES else "the journal"
        yield f"The batches of {kind} of {chain[-1].series} do not end where their sequence ends."
