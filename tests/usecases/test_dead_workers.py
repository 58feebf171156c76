"""Midnight strikes, a worker dies, a sandbox freezes and thaws: nothing is sent that was given up."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.plan.instalments import DebitState, InstalmentState, claimed
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from tests.usecases.conftest import Student

JULY = date(2022, 7, 10)


@pytest.fixture
def started(chris: Student) -> Student:
    chris.starts_the_plan()
    return chris


def second(student: Student) -> str:
    return f"{student.registration_id}-i2"


class TestMidnight:
    def test_in_paris_between_the_claim_and_the_mark_stops_the_sending(
        self, started: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write = started.ports.store.commit

        def slow(*arguments: object, **named: object) -> None:
            write(*arguments, **named)  # type: ignore[arg-type]
            started.is_at("2022-07-11T00:00")

        # Midnight strikes while the claim is written: only the storage can be that slow.
        monkeypatch.setattr(started.ports.store, "commit", slow)
        started.debits_run("2022-07-10T23:59")
        monkeypatch.undo()
        assert started.ports.gateway.asked_debits == []
        assert started.instalment(2).state is InstalmentState.CLAIMED
        assert started.reconciles(minutes=11).freed == 1
        started.debits_run("2022-07-11T00:30")
        assert started.taken(2) == [20031]

    def test_in_paris_between_the_mark_and_the_question_stops_the_sending(
        self, started: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write = started.ports.store.commit

        def slow(*arguments: object, **named: object) -> None:
            write(*arguments, **named)  # type: ignore[arg-type]
            started.ports.move(seconds=20)

        # The second write, the mark, ends twenty seconds after midnight: well within a worker's patience.
        monkeypatch.setattr(started.ports.store, "commit", slow)
        started.is_at("2022-07-10T23:59")
        started.ports.move(seconds=21)
        debit_instalment(started.ports, second(started), JULY)
        monkeypatch.undo()
        assert started.ports.gateway.asked_debits == []
        assert started.instalment(2).state is InstalmentState.SENT


class TestDeadWorker:
    def test_claim_nobody_marked_is_freed_and_planned_again(self, started: Student) -> None:
        started.debits_run("2022-07-10T00:30")  # a claim of another day does not matter here
        third = started.instalment(3)
        started.is_at("2022-08-10T00:30")
        debit = replace(
            started.debit(2),
            id=f"{third.id}-1",
            instalment_id=third.id,
            state=DebitState.CLAIMED,
            claimed_at=started.ports.at,
            version=1,
        )
        started.ports.store.commit(Changes((claimed(third, started.ports.at), debit)))
        assert started.reconciles(minutes=9).freed == 0
        assert started.reconciles(minutes=2).freed == 1
        assert started.debit(3).state is DebitState.DROPPED
        started.debits_run("2022-08-10T01:00")
        assert (started.taken(3), len(started.account.debits)) == ([20038], 3)

    def test_process_that_thaws_after_its_claim_was_freed_does_not_send(
        self, started: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write = started.ports.store.commit

        def frozen(*arguments: object, **named: object) -> None:
            write(*arguments, **named)  # type: ignore[arg-type]
            monkeypatch.undo()
            started.reconciles(minutes=11)

        # The sandbox freezes right after its claim, and thaws when it was given up.
        monkeypatch.setattr(started.ports.store, "commit", frozen)
        started.debits_run("2022-07-10T00:30")
        assert started.ports.gateway.asked_debits == []
        started.debits_run("2022-07-10T01:00")
        assert started.taken(2) == [20031]

    def test_process_that_thaws_after_its_mark_does_not_send(
        self, started: Student, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write = started.ports.store.commit

        def frozen(*arguments: object, **named: object) -> None:
            write(*arguments, **named)  # type: ignore[arg-type]
            started.ports.move(seconds=40)

        # Forty seconds after the claim, then forty after the mark are well; ninety after it are not.
        monkeypatch.setattr(started.ports.store, "commit", frozen)
        started.debits_run("2022-07-10T00:30")
        assert len(started.ports.gateway.asked_debits) == 1

        def longer(*arguments: object, **named: object) -> None:
            write(*arguments, **named)  # type: ignore[arg-type]
            started.ports.move(seconds=90)

        monkeypatch.setattr(started.ports.store, "commit", longer)
        started.debits_run("2022-08-10T00:30")
        assert len(started.ports.gateway.asked_debits) == 1
        assert started.instalment(3).state is InstalmentState.SENT
        monkeypatch.undo()
        started.reconciles(minutes=6)
        started.reconciles(minutes=6)
        assert started.taken(3) == [20038]
