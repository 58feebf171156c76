"""The steps of stories about statements of the bank."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from chalicelib.domain.books.chart import Book
from chalicelib.domain.changes import Changes
from chalicelib.domain.treasury.lines import LineState, StatementLine
from chalicelib.usecases.statements.import_statement import Imported, import_statement
from chalicelib.usecases.statements.propose_matches import Matching, propose_matches
from tests.fakes.bank_files import Movement, Period, camt
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import ACCOUNTANT

DAY = date(2022, 6, 23)
REFERENCE = "RF060000000000061"
"""That of the student of most stories."""


def moved(cents: int, label: str = "VIR SEPA", party: str = "", reference: str = "") -> Movement:
    return Movement(DAY, cents, label, party, reference)


def arrives(ports: FakePorts, *movements: Movement, opening: int = 0) -> tuple[Imported, ...]:
    """The statement of a day with these movements is imported."""
    return import_statement(ports, camt(Period(DAY, opening, movements)), ACCOUNTANT)


def looks(ports: FakePorts) -> Matching:
    return propose_matches(ports, ACCOUNTANT)


def one_line(ports: FakePorts, *movements: Movement) -> StatementLine:
    arrives(ports, *movements)
    return lines(ports)[0]


def lines(ports: FakePorts, state: LineState | None = None) -> Sequence[StatementLine]:
    found = [ports.memory.statement_lines[key] for key in sorted(ports.memory.statement_lines)]
    return [each for each in found if state is None or each.state is state]


def book(ports: FakePorts, of: Book) -> int:
    totals: Counter[Book] = Counter()
    for entry in ports.memory.journal.values():
        assert entry.is_balanced
        for posting in entry.postings:
            totals[posting.book] += posting.cents
    return totals[of]


def comes_first(monkeypatch: pytest.MonkeyPatch, ports: FakePorts, act: Callable[[], object]) -> None:
    """Let `act` happen between the reading and the commit of what is done next."""
    commit = ports.store.commit

    def late(changes: Changes) -> None:
        monkeypatch.setattr(ports.store, "commit", commit)
        act()
        commit(changes)

    monkeypatch.setattr(ports.store, "commit", late)
