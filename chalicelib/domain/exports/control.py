"""Control totals: by account what was before, what moved, and what is after."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chalicelib.domain.books.journal import JournalEntry


@dataclass(frozen=True)
class Control:
    """The totals of some entries, in cents by account: opening balances, debits and credits."""

    entries: int = 0
    lines: int = 0
    opening: Mapping[str, int] = field(default_factory=dict)
    debits: Mapping[str, int] = field(default_factory=dict)
    credits: Mapping[str, int] = field(default_factory=dict)

    @property
    def debit_cents(self) -> int:
        return sum(self.debits.values())

    @property
    def credit_cents(self) -> int:
        return sum(self.credits.values())

    @property
    def accounts(self) -> tuple[str, ...]:
        return tuple(sorted({*self.opening, *self.debits, *self.credits}))

    @property
    def closing(self) -> Mapping[str, int]:
        """Return the balances after the entries, debit positive."""
        return {each: self.closing_of(each) for each in self.accounts}

    def closing_of(self, account: str) -> int:
        moved = self.debits.get(account, 0) - self.credits.get(account, 0)
        return self.opening.get(account, 0) + moved


def control_of(entries: Iterable[JournalEntry], opening: Mapping[str, int]) -> Control:
    debits, credited, count, lines = Counter[str](), Counter[str](), 0, 0
    for entry in entries:
        count += 1
        for posting in entry.postings:
            lines += 1
            (debits if posting.cents > 0 else credited)[posting.account] += abs(posting.cents)
    return Control(count, lines, dict(opening), dict(debits), dict(credited))
