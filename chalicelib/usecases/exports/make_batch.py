from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journal import JournalEntry, JournalSequence
from chalicelib.domain.books.ledger import ledger_of, require_open
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.exports.batches import (
    MOST_ENTRIES,
    Batch,
    BatchKind,
    BatchSequence,
    batch_id,
    digest_of,
    require_accounting_day,
    texts_of,
)
from chalicelib.domain.exports.control import Control, control_of
from chalicelib.domain.exports.files import BatchOrder
from chalicelib.domain.exports.ledger_lines import lines_of
from chalicelib.domain.exports.refusals import BatchesChanged, NothingToExport
from chalicelib.domain.exports.titles import MOST_TITLES, TitleOrder, liquidated, title_of
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.exports.complete_journal import require_complete_journal
from chalicelib.usecases.exports.ports import ExportPorts
from chalicelib.usecases.exports.reading import party_names

ACTIONS = {BatchKind.JOURNAL: Action.EXPORT_BOOKS, BatchKind.TITLES: Action.ISSUE_TITLES}
"""Who makes the batches of a kind."""
TITLES_ENDING = "csv"


@dataclass(frozen=True)
class Ready:
    """What the next batch would hold: the entries after `after` up to `last`. `is_more`: others follow."""

    sequence: BatchSequence
    year: int
    after: int
    last: int
    entries: tuple[JournalEntry, ...]
    control: Control
    is_more: bool

    @property
    def seen(self) -> str:
        """Return the words that name what was seen: another batch, or more entries numbered, change them."""
        return f"{self.sequence.version}-{self.year}-{self.after}-{self.last}"


@dataclass(frozen=True)
class BatchAsked:
    """`seen` names what was seen ready; `accounting_on` is the day for the school's accounting, if chosen."""

    kind: BatchKind
    seen: str
    accounting_on: date | None = None


def show_ready(ports: ExportPorts, campaign: Campaign, kind: BatchKind) -> Ready | None:
    """Return what the next batch would hold: of the oldest year with entries that no batch has; or None."""
    sequence = ports.batches.sequence(campaign.numbering.series, kind)
    ends = [each for each in ports.journal.sequences() if each.series == sequence.series]
    for end in sorted(ends, key=lambda each: each.year):
        taken = sequence.taken(end.year)
        if ready := _next(ports, sequence, end, taken.last):
            return ready
    return None


def last_batch_hash(ports: ExportPorts, campaign: Campaign) -> str:
    """Return the end of the chain of the journal's batches."""
    return ports.batches.sequence(campaign.numbering.series, BatchKind.JOURNAL).last_hash


def make_batch(ports: ExportPorts, asked: BatchAsked, by: Person) -> Batch:
    """Freeze the next batch into one commit: asked for twice at once, one is made.

    Raise `BatchesChanged` if the person saw another state, `JournalIncomplete`, `NothingToExport`,
    `AccountsUnmapped`, `LayoutOverflow`, `AccountingDateNotPossible` or `PeriodClosed`.
    """
    permit(by, ACTIONS[asked.kind], "")
    require_complete_journal(ports)
    campaign = ports.campaigns.current()
    ready = show_ready(ports, campaign, asked.kind)
    if ready is None:
        raise NothingToExport
    if ready.seen != asked.seen:
        raise BatchesChanged
    campaign.accounting.require_targets(ready.control.accounts)
    _require_day(campaign, asked.accounting_on, ready, ports.now())
    batch, data = _frozen(ports, campaign, ready, asked, by)
    try:
        _commit(ports, ready.sequence, batch, data, campaign)
    except ConcurrentUpdate:
        raise BatchesChanged from None
    return batch


def _next(ports: ExportPorts, sequence: BatchSequence, end: JournalSequence, after: int) -> Ready | None:
    """Return the next batch of a year: every entry, or the titles of a stretch that has some."""
    while after < end.last:
        found = ports.journal.numbered(sequence.series, end.year, after, MOST_ENTRIES)
        entries = tuple(_unbroken(found, after))
        if not entries:
            return None
        after = entries[-1].number
        if sequence.kind is BatchKind.JOURNAL:
            return _ready(sequence, entries, after, is_more=after < end.last)
        if titles := tuple(liquidated(entries))[:MOST_TITLES]:
            last = titles[-1].number if len(titles) == MOST_TITLES else after
            return _ready(sequence, titles, last, is_more=last < end.last)
    return None


def _unbroken(entries: Iterable[JournalEntry], after: int) -> Iterator[JournalEntry]:
    """Yield the entries that follow without a gap: the index may tell a later one first."""
    for number, entry in enumerate(entries, after + 1):
        if entry.number != number:
            return
        yield entry


def _ready(sequence: BatchSequence, entries: Sequence[JournalEntry], last: int, *, is_more: bool) -> Ready:
    year = entries[0].dated_on.year
    taken = sequence.taken(year)
    return Ready(
        sequence,
        year,
        taken.last,
        last,
        tuple(entries),
        control_of(entries, taken.balances),
        is_more,
    )


def _require_day(campaign: Campaign, chosen: date | None, ready: Ready, now: datetime) -> None:
    """Raise `AccountingDateNotPossible`, or `PeriodClosed` for a day of a closed month."""
    if chosen is not None:
        require_open(ledger_of(campaign, now), chosen)
        require_accounting_day(chosen, ready.entries, paris_day(now))


def _frozen(
    ports: ExportPorts, campaign: Campaign, ready: Ready, asked: BatchAsked, by: Person
) -> tuple[Batch, bytes]:
    """Return the batch of what is ready, and its file."""
    number, now = ready.sequence.last_number + 1, ports.now()
    made_id = batch_id(ready.sequence.series, asked.kind, number)
    data = _file(ports, campaign, ready, asked, made_id)
    ending = campaign.accounting.layout.ending if asked.kind is BatchKind.JOURNAL else TITLES_ENDING
    return (
        Batch(
            series=ready.sequence.series,
            kind=asked.kind,
            number=number,
            year=ready.year,
            first=ready.after + 1,
            last=ready.last,
            accounting_on=asked.accounting_on,
            control=ready.control,
            file_name=f"{made_id}.{ending}",
            sha256=digest_of(data),
            previous=ready.sequence.last_hash,
            made_by=by.id,
            made_at=now,
        ),
        data,
    )


def _file(ports: ExportPorts, campaign: Campaign, ready: Ready, asked: BatchAsked, made_id: str) -> bytes:
    """Return the file's bytes: the school's layout, or the list of titles with its slip."""
    now, chosen, export = ports.now(), asked.accounting_on, campaign.accounting
    if asked.kind is BatchKind.TITLES:
        accounts = {each: ports.accounts.account(each) for each in {e.person_id for e in ready.entries}}
        titles = tuple(title_of(each, accounts[each.person_id], campaign) for each in ready.entries)
        return ports.render_titles(TitleOrder(made_id, campaign.school.name, export, titles, chosen, now))
    lines = tuple(lines_of(ready.entries, party_names(ports, ready.entries)))
    return ports.render_batch(BatchOrder(made_id, export, lines, ready.control, chosen, now))


def _commit(
    ports: ExportPorts, sequence: BatchSequence, batch: Batch, data: bytes, campaign: Campaign
) -> None:
    trace = audited(
        ports,
        batch.made_by,
        Act.BATCH_MADE,
        batch.id,
        batch.id,
        amount_cents=batch.control.debit_cents,
        first=batch.first,
        last=batch.last,
        hash=batch.hash,
    )
    texts = texts_of(batch, data, campaign.retention.accounting_years)
    ports.store.commit(Changes((sequence.drawn(batch), batch, *texts), audit=trace))


def find_titles(ports: ExportPorts, batch_id: str) -> Batch:
    """Return a list of titles; raise `NotFound`, also for a batch of another kind."""
    batch = ports.batches.find(batch_id)
    if batch.kind is not BatchKind.TITLES:
        raise NotFound
    return batch
