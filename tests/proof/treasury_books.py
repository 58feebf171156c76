"""P31: 512, 471, 627, 5112 and 5115 are what statement lines, slips and remittances say of them."""

from collections import Counter
from dataclasses import dataclass

from chalicelib.domain.books.chart import Book
from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.books.periods import month_of
from chalicelib.domain.treasury.bank_movements import BankMovement
from chalicelib.domain.treasury.lines import ExplanationKind, StatementLine
from chalicelib.domain.treasury.rapprochement import prepared
from chalicelib.usecases.exports.verify_batches import verify_batches
from chalicelib.usecases.reconciliation.bank_standing import bank_standing
from tests.fakes.storage import Memory
from tests.proof.bank_account import OPENING_CENTS, BankAccount
from tests.proof.sums import Sums
from tests.proof.treasury import check_treasury

OWN = {ExplanationKind.SUSPENSE, ExplanationKind.FEE, ExplanationKind.DISCARDED}
"""What a line is by itself: of everything else there is one line at most."""


@dataclass
class TreasuryBooks:
    sums: Sums
    account: BankAccount

    def check(self) -> None:
        memory = self.sums.memory
        lines = list(memory.statement_lines.values())
        self._check_statement(lines)
        _check_shown(memory, lines)
        _check_slips(memory)
        if memory.card_movements:
            check_treasury(memory)
        _check_periods(memory)

    def check_rest(self) -> None:
        """The état de rapprochement is equal, and the batches are whole."""
        ports = self.sums.ports
        series = ports.campaigns.current().numbering.series
        standing = bank_standing(ports, series)
        if standing and not _disputed_twice(self.sums.memory):
            found = prepared(standing, series, "rest", "judge", ports.at)
            assert found.is_equal, f"P31: 512 differs from the statements by {found.difference_cents}"
            assert not [each for each in standing.movements if self._is_shown(each)], (
                "shown, and said not to be"
            )
        assert not list(verify_batches(ports)), "P19: a batch is not as it was frozen"

    def _is_shown(self, movement: BankMovement) -> bool:
        """Whether the row of a movement names the line that shows it."""
        memory = self.sums.memory
        if movement.event is MoneyEvent.DEPOSIT:
            return bool(memory.slips[movement.payment_id].line)
        payment = self.sums.payment(movement.payment_id)
        lines = {MoneyEvent.PAYMENT: payment.line_id, MoneyEvent.BOUNCE: payment.return_line}
        lines[MoneyEvent.CHARGEBACK] = payment.return_line
        return bool(lines.get(movement.event))

    def _check_statement(self, lines: list[StatementLine]) -> None:
        """Each movement of the bank is one line at most, and the chain ends where the lines end."""
        truth = {each.label: each.cents for each in self.account.moves}
        told = {each.label: each.cents for each in lines}
        assert len(told) == len(lines), "P31: a movement of the bank is on two lines"
        assert all(truth[label] == cents for label, cents in told.items()), "a line is not its movement"
        for chain in self.sums.memory.statement_chains.values():
            closing = OPENING_CENTS + sum(each.cents for each in lines)
            assert chain.closing_cents == closing or chain.open_statement, "the chain is not its lines"


def _check_shown(memory: Memory, lines: list[StatementLine]) -> None:
    """What explains a line adds up to it, and is shown by no other; each shown row names its line.

    A payment disputed twice is left out: its second return may be shown by a line of its own.
    """
    shown: Counter[tuple[ExplanationKind, str, bool]] = Counter()
    twice = _disputed_twice(memory)
    rows = (payment for _, payment in memory.payments.values())
    payments = {payment.id: payment for payment in rows if payment.id not in twice}
    told: dict[ExplanationKind, set[tuple[str, str, bool]]] = {kind: set() for kind in ExplanationKind}
    for line in lines:
        parts = line.explanations
        assert not parts or sum(each.cents for each in parts) == line.cents, "a line is not its parts"
        for part in (each for each in parts if each.subject not in twice):
            shown[part.kind, part.subject, part.cents > 0] += part.kind not in OWN
            told[part.kind].add((part.subject, line.id, part.cents > 0))
            if part.kind is ExplanationKind.PAYMENT:
                assert payments[part.subject].amount_cents == part.cents, "a payment is not its part"
            if part.kind is ExplanationKind.DEPOSIT:
                assert memory.slips[part.subject].line == line.id, "a slip names another line"
    assert max(shown.values(), default=0) <= 1, "two lines show one thing"
    kept = [each for each in payments.values() if not each.undone_line]
    assert told[ExplanationKind.PAYMENT] == {(each.id, each.line_id, True) for each in kept if each.line_id}
    back = {(each.id, each.return_line, False) for each in kept if each.return_line}
    won = {(each.id, each.dispute.line_id, True) for each in kept if each.dispute and each.dispute.line_id}
    assert told[ExplanationKind.BOUNCE] | told[ExplanationKind.CHARGEBACK] == back | won


def _disputed_twice(memory: Memory) -> set[str]:
    """Return the payments that were taken back, given back and taken back again."""
    entries = (each for each in memory.journal.values() if each.event is MoneyEvent.CHARGEBACK)
    return {subject for subject, count in Counter(each.subject for each in entries).items() if count > 1}


def _check_slips(memory: Memory) -> None:
    """P20: slips have no gap, and a cheque is on the slip that it names, on no other."""
    numbers = sorted(each.number for each in memory.slips.values())
    assert numbers == list(range(1, len(numbers) + 1)), "P20: a gap in the slips"
    on_slips = Counter(each.payment_id for slip in memory.slips.values() for each in slip.cheques)
    assert max(on_slips.values(), default=0) <= 1, "a cheque is on two slips"
    named = {each.payment_id for each in memory.cheques.values() if each.slip}
    assert named == set(on_slips), "a cheque is not on the slip that it names"


def _check_periods(memory: Memory) -> None:
    """A closed month takes no entry: what the journal holds at its end is what was closed."""
    for period in memory.periods.values():
        held: Counter[Book] = Counter()
        for entry in memory.journal.values():
            if month_of(entry.dated_on) <= period.month:
                held.update(_of(entry))
        left = {book: cents for book, cents in held.items() if cents}
        assert left == dict(period.balances), f"P31: {period.month} is not what was closed"


def _of(entry: JournalEntry) -> Counter[Book]:
    totals: Counter[Book] = Counter()
    for posting in entry.postings:
        totals[posting.book] += posting.cents
    return totals
