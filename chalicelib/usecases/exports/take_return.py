from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journal import JournalEntry
from chalicelib.domain.changes import Changes
from chalicelib.domain.exports.batches import Batch, BatchKind
from chalicelib.domain.exports.returns import Answered, BatchReturn, read_answers, with_answers
from chalicelib.domain.exports.titles import liquidated
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.exports.ports import ExportPorts
from chalicelib.usecases.races import again


def take_return(ports: ExportPorts, batch_id: str, data: bytes, by: Person) -> BatchReturn:
    """Take the file that came back of a batch, whole or not at all; the same file twice changes nothing.

    Raise `BatchReturnNotPossible` with the row that cannot be taken.
    """
    permit(by, Action.EXPORT_BOOKS, "")
    batch = ports.batches.find(batch_id)
    answers = tuple(read_answers(data))
    numbers = frozenset(each.number for each in entries_of(ports, batch))
    return again(lambda: _take(ports, batch, numbers, answers, by))


def entries_of(ports: ExportPorts, batch: Batch) -> tuple[JournalEntry, ...]:
    """Return the entries that a batch holds, as the journal has them."""
    count = batch.last - batch.first + 1
    found = ports.journal.numbered(batch.series, batch.year, batch.first - 1, count)
    return tuple(liquidated(found)) if batch.kind is BatchKind.TITLES else tuple(found)


def _take(
    ports: ExportPorts,
    batch: Batch,
    numbers: frozenset[int],
    answers: tuple[Answered, ...],
    by: Person,
) -> BatchReturn:
    known = ports.batches.returned(batch)
    after = with_answers(known, numbers, answers, by.id, ports.now())
    if after is known:
        return known
    trace = audited(
        ports,
        by.id,
        Act.BATCH_RETURNED,
        batch.id,
        batch.id,
        taken=len(after.taken),
        rejected=len(after.rejected),
    )
    ports.store.commit(Changes((after,), audit=trace))
    return after
