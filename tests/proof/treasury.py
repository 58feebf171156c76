"""P31: what is on its way on 5115 is the movements without a remittance and the remittances not credited."""

from collections import Counter

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
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
    entries = [each for each in memory.journal.values() if each.event is MoneyEvent.REMITTANCE]
    done = {each.number: each for each in memory.remittances.values() if each.is_credited}
    assert sorted(each.subject for each in entries) == sorted(done), "a credit without its entry, or twice"
    for entry in entries:
        remittance = done[entry.subject]
        assert entry.is_balanced
        assert _on(Book.CARDS, entry) == -remittance.cents, "5115 is not relieved of the remittance"
        assert _on(Book.BANK_FEES, entry) == remittance.fee_cents, "627 is not the fee"
        held = _on(Book.BANK, entry) + _on(Book.SUSPENSE, entry)
        assert held == remittance.credited_cents == remittance.cents - remittance.fee_cents


def _on(book: Book, entry: JournalEntry) -> int:
    return sum(each.cents for each in entry.postings if each.book is book)
