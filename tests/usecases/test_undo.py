"""Acts that draw no number and leave no mail, taken back within ten minutes."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.domain.causes import OwnFile
from chalicelib.domain.errors import ConcurrentUpdate, Forbidden
from chalicelib.domain.lists.comments import Written
from chalicelib.domain.privacy.erasure import redactions_of_erasure
from chalicelib.domain.registration import Decision
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.trail.undo import LastAct, NothingToUndo, UndoOvertaken, UndoTooLate, minutes_left
from chalicelib.usecases.lists.comment_registration import comment_registration
from chalicelib.usecases.lists.show_registration import show_registration
from chalicelib.usecases.registrations.block_registration import block_registration
from chalicelib.usecases.registrations.decide_registration import decide_registration, tick_steps
from chalicelib.usecases.registrations.mark_provisional import mark_provisional
from chalicelib.usecases.registrations.undo_act import undo_act
from tests.usecases.conftest import ACCOUNTANT, CHRIS, REGISTRAR, Student

STEPS = frozenset({"cvec"})


def blocks(chris: Student, *, blocked: bool = True) -> None:
    block_registration(chris.ports, chris.registration_id, blocked, "à vérifier", ACCOUNTANT)


def ticks(chris: Student, steps: frozenset[str] = STEPS) -> None:
    tick_steps(chris.ports, chris.registration_id, steps, REGISTRAR)


def comments(chris: Student, text: str = "à rappeler", seen: int = 0) -> None:
    written = Written(text, date(2022, 7, 1), seen)
    comment_registration(chris.ports, chris.registration_id, written, ACCOUNTANT)


def last(chris: Student) -> LastAct:
    return chris.account.last_act(chris.registration_id)


def undoes(chris: Student, by: Any = ACCOUNTANT, seen: int | None = None) -> LastAct:
    version = last(chris).version if seen is None else seen
    return undo_act(chris.ports, chris.registration_id, version, by)


def state(chris: Student) -> tuple[Any, ...]:
    row, comment = chris.registration, chris.account.comment(chris.registration_id)
    return (row.blocked, row.block_reason, row.seen_steps, comment.text, comment.follow_up_on)


def test_each_act_is_taken_back_to_what_was_before(chris: Student) -> None:
    ticks(chris)
    comments(chris, "avant")
    blocks(chris)
    before = state(chris)
    blocks(chris, blocked=False)
    assert undoes(chris).act is Act.REGISTRATION_UNBLOCKED
    assert state(chris) == before
    ticks(chris, frozenset())
    undoes(chris, REGISTRAR)
    assert state(chris) == before
    comments(chris, "après", seen=1)
    undoes(chris)
    assert state(chris) == before
    assert chris.account.comment(chris.registration_id).version == 3


def test_mark_of_a_grant_holder_who_waits_is_taken_back(chris: Student) -> None:
    chris.declares("02")
    first, second = date(2022, 10, 1), date(2022, 11, 1)
    mark_provisional(chris.ports, chris.registration_id, first, REGISTRAR)
    mark_provisional(chris.ports, chris.registration_id, second, REGISTRAR)
    with pytest.raises(Forbidden):
        undoes(chris)
    assert undoes(chris, REGISTRAR).act is Act.PROVISIONAL_MARKED
    assert (chris.registration.provisional_until, chris.registration.blocked) == (first, False)
    with pytest.raises(NothingToUndo):
        undoes(chris, REGISTRAR)


def test_it_is_an_act_of_its_own_and_only_once(chris: Student) -> None:
    blocks(chris)
    seen = last(chris).version
    undoes(chris)
    told = list(chris.ports.memory.audit_waiting.values())[-1]
    assert (told.act, told.details) == (Act.ACT_UNDONE, {"undone": "registration_blocked"})
    assert chris.registration.version == 3, "the trail has both acts, and the file both versions"
    with pytest.raises(NothingToUndo):
        undoes(chris, seen=seen)
    with pytest.raises(NothingToUndo):
        undoes(chris)


def test_ten_minutes_are_ten_minutes(chris: Student) -> None:
    blocks(chris)
    chris.ports.move(minutes=9, seconds=59)
    shown = show_registration(chris.ports, chris.registration_id).undoable
    assert shown == last(chris)
    assert minutes_left(shown, chris.ports.at) == 1
    chris.ports.move(seconds=1)
    assert show_registration(chris.ports, chris.registration_id).undoable is None
    assert minutes_left(last(chris), chris.ports.at) == 0
    with pytest.raises(UndoTooLate):
        undoes(chris)


def test_what_follows_on_the_file_ends_it(chris: Student) -> None:
    blocks(chris)
    chris.declares("01")
    assert show_registration(chris.ports, chris.registration_id).undoable is None
    with pytest.raises(UndoOvertaken):
        undoes(chris)
    assert chris.registration.blocked


def test_comment_does_not_end_a_block_nor_is_it_ended_by_the_file(chris: Student) -> None:
    comments(chris)
    chris.declares("01")
    assert undoes(chris).act is Act.REGISTRATION_COMMENTED


def test_another_act_than_that_shown_is_not_taken_back(chris: Student) -> None:
    blocks(chris)
    shown = last(chris).version
    comments(chris)
    with pytest.raises(NothingToUndo):
        undoes(chris, seen=shown)


def test_who_may_not_do_the_act_may_not_take_it_back(chris: Student) -> None:
    blocks(chris)
    with pytest.raises(Forbidden):
        undoes(chris, REGISTRAR)
    with pytest.raises(Forbidden):
        undoes(chris, CHRIS)
    with pytest.raises(OwnFile):
        undoes(chris, replace(ACCOUNTANT, id=CHRIS.id))


def test_act_with_a_mail_is_not_among_them(chris: Student) -> None:
    chris.declares("01")
    decide_registration(chris.ports, chris.registration_id, Decision.VALIDATE, "", REGISTRAR, STEPS)
    assert show_registration(chris.ports, chris.registration_id).undoable is None
    with pytest.raises(NothingToUndo):
        undoes(chris, seen=0)


def test_of_two_who_take_it_back_at_once_one_does(chris: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks(chris)
    read = chris.account
    undoes(chris)
    monkeypatch.setattr(chris.ports.accounts, "account", lambda _: read)
    with pytest.raises(ConcurrentUpdate):
        undo_act(chris.ports, chris.registration_id, 1, ACCOUNTANT)


def test_note_holds_nothing_of_somebody_erased(chris: Student) -> None:
    blocks(chris)
    blocks(chris, blocked=False)
    assert "à vérifier" in str(last(chris))
    file = chris.ports.personal.file(CHRIS.id)
    chris.ports.personal.redact(CHRIS.id, redactions_of_erasure(file))
    assert "à vérifier" not in str(last(chris))
    with pytest.raises(NothingToUndo):
        undoes(chris)
