"""P31: what is on its way on 5115 is the movements without a remittance and the remittances not credited."""

from collections import Counter
from collections.abc import Iterable

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.treasury.lines import ExplanationKind
from tests.fakes.storage import Memory


def check_treasury(memory: Memory) -> None:
    """Compare card movements, remittances and their entries, each recounted from the journal's rows."""
    movements = memory.card_movements.values()
    for each in movements:
        assert each.cents == _on(Book.CARDS, memory.journal[each.id]), "a movement is not its entry"
    in_remittances: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for each in movements:
        if each.remittance:
            in_remittances[each.remittance] += each.cents
            counts[each.remittance] += 1
    for (_, number), remittance in memory.remittances.items():
        told = (remittance.count, remittance.cents)
        assert told == (counts[number], in_remittances[number]), "a remittance is not its movements"
    _check_credits(memory)
    gathered = sum(each.cents for each in movements)
    credited = sum(each.cents for each in memory.remittances.values() if each.is_credited)
    on_the_way = sum(each.cents for each in movements if each.is_in_transit)
    on_the_way += sum(each.cents for each in memory.remittances.values() if not each.is_credited)
    assert gathered - credited == on_the_way, "P31: 5115 is not what is on its way"


def _check_credits(memory: Memory) -> None:
    """Compare each remittance with the sum of its entries: a credit that was undone leaves nothing."""
    entries = [each for each in memory.journal.values() if each.event is MoneyEvent.REMITTANCE]
    assert all(entry.is_balanced for entry in entries)
    known = {number for _, number in memory.remittances}
    assert known.issuperset(each.subject for each in entries), "a credit of no remittance"
    for (_, number), remittance in memory.remittances.items():
        own = [each for each in entries if each.subject == number]
        cents = remittance.cents if remittance.is_credited else 0
        assert _in(Book.CARDS, own) == -cents, "5115 is not relieved of the remittance"
        assert _in(Book.BANK_FEES, own) == remittance.fee_cents, "627 is not the fee"
        held = _in(Book.BANK, own) + _in(Book.SUSPENSE, own)
        assert held == remittance.credited_cents == cents - remittance.fee_cents


def _in(book: Book, entries: Iterable[JournalEntry]) -> int:
    return sum(_on(book, each) for each in entries)


def _on(book: Book, entry: JournalEntry) -> int:
    return sum(each.cents for each in entry.postings if each.book is book)


def moved_by_lines(memory: Memory) -> dict[Book, int]:
    """Return what lines and remittances put on each book of the treasury, beside payments and slips."""
    parts = [part for line in memory.statement_lines.values() for part in line.explanations]
    held = sum(each.cents for each in parts if each.kind is ExplanationKind.SUSPENSE)
    fees = sum(each.cents for each in parts if each.kind is ExplanationKind.FEE)
    credited = [each for each in memory.remittances.values() if each.is_credited]
    brought = sum(each.credited_cents for each in credited)
    return {
        Book.BANK: held + fees + brought,
        Book.SUSPENSE: -held,
        Book.BANK_FEES: -fees + sum(each.fee_cents for each in credited),
        Book.CARDS: -sum(each.cents for each in credited),
    }
