"""A long statement costs what its lines cost, not what their pairs cost."""

from dataclasses import replace

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.lists.lines import RegistrationLine
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.domain.treasury import reading
from chalicelib.domain.treasury.lines import LineState, StatementLine
from chalicelib.domain.treasury.proposals import Clue
from chalicelib.domain.treasury.register import Register
from tests.fakes.ports import FakePorts
from tests.usecases.conftest import Student
from tests.usecases.statement_steps import arrives, lines, looks, moved
from tests.usecases.test_statement_matches import owing

__all__ = ["owing"]
MANY = 120
PAGES = 3
"""Commits of proposals: 50 lines each, one proposal in each."""


def named(ports: FakePorts, many: int = MANY) -> None:
    arrives(ports, *(moved(1000 + each, "VIR TESTCD CHRIS") for each in range(many)))


def test_digests_grow_with_the_lines(owing: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    made, digest = [0], reading.canonical_digest

    def counted(told: object) -> str:
        made[0] += 1
        return digest(told)

    monkeypatch.setattr(reading, "canonical_digest", counted)
    named(owing.ports)
    assert made[0] <= 3 * MANY


def test_proposals_are_written_together_and_no_line_is_read_alone(
    owing: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(owing.ports)
    commits, commit = [0], owing.ports.store.commit

    def counted(changes: Changes) -> None:
        commits[0] += 1
        commit(changes)

    def never(line_id: str) -> StatementLine:
        raise AssertionError(line_id)

    monkeypatch.setattr(owing.ports.store, "commit", counted)
    monkeypatch.setattr(owing.ports.statements, "line", never)
    assert looks(owing.ports).proposed == MANY
    assert commits[0] == PAGES
    assert len(lines(owing.ports, LineState.PROPOSED)) == MANY


def test_line_that_another_changed_in_between_keeps_no_other_back(
    owing: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(owing.ports, 3)
    commit = owing.ports.store.commit

    def refuses(changes: Changes) -> None:
        if any(isinstance(each, StatementLine) and each.cents == 1001 for each in changes.rows):
            raise ConcurrentUpdate
        commit(changes)

    monkeypatch.setattr(owing.ports.store, "commit", refuses)
    done = looks(owing.ports)
    assert (done.proposed, done.passed.lost) == (2, 1)
    assert [each.cents for each in lines(owing.ports, LineState.NEW)] == [1001]


def test_register_finds_whole_names_of_more_than_one_word_and_invoices() -> None:
    line = RegistrationLine("r1", "p1", "c", "TESTCD Chris", "code", RegistrationStatus.VALIDATED)
    alone = replace(line, id="r2", person_id="p2", holder="Plato", numbers=(("invoice", "9196"),))
    register = Register([line, alone])
    assert register.people(Clue("VIR Chris TESTCD", 100)) == ("p1",)
    assert register.people(Clue("VIR Chris, Plato", 100)) == ()
    assert register.people(Clue("FACTURE 9196", 100)) == ("p2",)
