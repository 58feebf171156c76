"""All the judges of a whole registration, asked within every commit and after every step."""

from datetime import date, timedelta
from typing import Protocol

from chalicelib.domain.account import Position
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.plan.instalments import InstalmentState
from chalicelib.domain.registration import RegistrationStatus
from tests.fakes.ports import FakePorts
from tests.proof.bank import Bank
from tests.proof.bank_account import BankAccount
from tests.proof.before import before
from tests.proof.correction_books import CorrectionBooks
from tests.proof.gateway_books import GatewayBooks
from tests.proof.kept_pages import KeptPages
from tests.proof.link_books import LinkBooks
from tests.proof.old_pages import Receipts
from tests.proof.refund_books import RefundBooks
from tests.proof.requests import Requests
from tests.proof.sums import Sums
from tests.proof.treasury_books import TreasuryBooks
from tests.usecases.conftest import CHRIS

TICK = timedelta(microseconds=1)
"""What a commit takes: two acts have no moment in common, and letters follow the order of acts."""


class Store(Protocol):
    def commit(self, changes: Changes) -> None: ...


class Judges:
    """Stands in for the store, so that each commit is judged before anything else can happen."""

    def __init__(self, ports: FakePorts, bank: Bank) -> None:
        self._store: Store = ports.store
        self._ports, self.accounts = ports, ports.accounts  # before anything stands between
        self.sums = Sums(ports, bank)
        self.requests = Requests(self.sums)
        self.receipts = Receipts(self.sums)
        self.links = LinkBooks(self.sums)
        self.books = GatewayBooks(self.sums)
        self.refunds = RefundBooks(self.sums)
        self.corrections = CorrectionBooks(self.sums)
        self.treasury = TreasuryBooks(self.sums, BankAccount(ports.memory, self.books.unbooked))
        self.pages = KeptPages()
        self._bank, self._is_news, self._given = bank, True, 0

    def commit(self, changes: Changes) -> None:
        was, shown = before(self._ports.memory), self.pages.shown(changes)
        self._store.commit(changes)
        self._is_news = True
        self.requests.judge(changes, was)
        self.receipts.judge(changes, was)
        self.links.judge(changes, was)
        self.refunds.judge(changes)
        self.corrections.judge(changes, was)
        self.pages.judge(changes, shown)
        self._ports.at += TICK

    def check(self) -> None:
        """Look at the books, if there was a commit or a refund at the gateway since the last look."""
        given = len(self._bank.vault.books)
        if self._is_news or given != self._given:
            self._is_news, self._given = False, given
            self.books.check()
            self.refunds.check()
            self.corrections.check()
            self.treasury.check()
            self._check_position()

    def _check_position(self) -> None:
        """P31: the position of menu 5 is the fold of the documents."""
        memory = self._ports.memory
        charged = sum(map(self.sums.ordered, memory.registrations_by_id))
        kept = sum(map(self.sums.kept, memory.registrations_by_id))
        today = paris_day(self._ports.at)
        position = self.accounts.account(CHRIS.id).position(today)
        assert position == Position(charged, kept, self._not_asked(today)), "P31: position is not the fold"

    def _not_asked(self, today: date) -> int:
        memory = self._ports.memory
        rows = memory.registrations_by_id.values()
        refused = {each.id for each in rows if each.status is RegistrationStatus.REFUSED}
        waiting = (
            each
            for each in memory.instalments.values()
            if each.state is InstalmentState.DUE and not each.tries and each.due_on > today
        )
        not_yet_due = sum(each.remaining_cents for each in waiting if each.registration_id not in refused)
        return not_yet_due + sum(max(0, self.sums.ordered(e) - self.sums.kept(e)) for e in refused)
