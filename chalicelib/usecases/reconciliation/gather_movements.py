from collections.abc import Iterator, Sequence
from dataclasses import replace

from chalicelib.domain.account import Account
from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, JournalSequence
from chalicelib.domain.changes import Changes, Row, existing
from chalicelib.domain.treasury.bank_movements import BankMovement, bank_movement_of, slip_movement_of
from chalicelib.domain.treasury.booked_refunds import cents_on
from chalicelib.domain.treasury.remittances import CardMovement, MovementCursor, movement_of
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each
from chalicelib.usecases.reconciliation.balances import EVERY, years_of
from chalicelib.usecases.reconciliation.ports import ReconciliationPorts

BATCH = 40
"""Entries a transaction, of its 100 actions: each may be two movements, and the cursor is one."""
WHAT = "movements not gathered"
BOOKS = frozenset({Book.CARDS, Book.BANK})


def gather_movements(ports: ReconciliationPorts, series: str, has_time: HasTime = always) -> Passed:
    """Write a movement for each numbered entry on the cards in transit or the bank, from the cursor on.

    Movements and cursor are one commit, so a run that ends early goes on where it stopped.
    """
    passed = Passed()
    for sequence in ports.journal.sequences():
        if sequence.series == series:
            passed.add(_of_year(ports, sequence, has_time))
    return passed


def movements_to_come(ports: ReconciliationPorts, series: str) -> Iterator[BankMovement]:
    """Yield the movements of 512 whose entries have no number yet, or were not gathered for lack of time."""
    accounts: dict[str, Account] = {}
    for entry in _not_gathered(ports, series):
        movement = slip_movement_of(entry)
        if not entry.is_treasury and cents_on(Book.BANK, entry):
            account = _account(ports, entry, accounts)
            kept = {each.id: each for each in (*account.journal, *account.of_payers.journal)}
            movement = bank_movement_of(kept[entry.id], account)  # the index may lag
        if movement:
            yield movement


def _not_gathered(ports: ReconciliationPorts, series: str) -> Iterator[JournalEntry]:
    for year in years_of(ports, series):
        yield from ports.journal.numbered(series, year, ports.reconciliations.cursor(series, year).last)
    yield from (each for each in ports.journal.waiting(EVERY) if each.series == series)


def _of_year(ports: ReconciliationPorts, sequence: JournalSequence, has_time: HasTime) -> Passed:
    cursor = ports.reconciliations.cursor(sequence.series, sequence.year)
    following = _following(cursor, ports.journal.numbered(sequence.series, sequence.year, cursor.last))
    batches = [following[first : first + BATCH] for first in range(0, len(following), BATCH)]
    accounts: dict[str, Account] = {}
    state = [cursor]

    def gather(batch: Sequence[JournalEntry]) -> None:
        after = replace(state[0], last=batch[-1].number, version=state[0].version + 1)
        ports.store.commit(Changes((after, *_movements(ports, batch, accounts))))
        state[0] = after

    return for_each(ports, WHAT, batches, gather, has_time)


def _following(cursor: MovementCursor, entries: Sequence[JournalEntry]) -> Sequence[JournalEntry]:
    """Return the entries that follow without a gap: the index may tell a later one first."""
    return [each for place, each in enumerate(entries, cursor.last + 1) if each.number == place]


def _movements(
    ports: ReconciliationPorts, batch: Sequence[JournalEntry], accounts: dict[str, Account]
) -> Iterator[Row]:
    for entry in batch:
        yield from existing(slip_movement_of(entry))
        if entry.is_treasury or not any(each.book in BOOKS for each in entry.postings):
            continue
        account = _account(ports, entry, accounts)
        yield from existing(_movement(ports, entry, account), bank_movement_of(entry, account))


def _account(ports: ReconciliationPorts, entry: JournalEntry, accounts: dict[str, Account]) -> Account:
    if entry.person_id not in accounts:
        accounts[entry.person_id] = ports.accounts.account(entry.person_id)
    return accounts[entry.person_id]


def _movement(ports: ReconciliationPorts, entry: JournalEntry, account: Account) -> CardMovement | None:
    payment = next((each for each in account.payments if each.id == entry.subject), None)
    reference = ports.gateway.reference(payment.attempt_id) if payment and payment.attempt_id else ""
    return movement_of(entry, account, reference)
