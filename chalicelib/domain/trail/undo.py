"""Acts that draw no number and leave no mail: each can be taken back for ten minutes, if nothing follows.

Refusals:

DecisionNotPossible
├── NothingToUndo
├── UndoOvertaken
└── UndoTooLate
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib.domain.access import Action
from chalicelib.domain.errors import DecisionNotPossible
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.lists.comments import Comment
from chalicelib.domain.registration import Registration
from chalicelib.domain.trail.audit import Act

UNDONE_WITHIN = timedelta(minutes=10)
ACTIONS: Mapping[Act, Action] = {
    Act.REGISTRATION_BLOCKED: Action.BLOCK_REGISTRATION,
    Act.REGISTRATION_UNBLOCKED: Action.BLOCK_REGISTRATION,
    Act.STEPS_TICKED: Action.TICK_STEPS,
    Act.PROVISIONAL_MARKED: Action.DECIDE_REGISTRATION,
    Act.REGISTRATION_COMMENTED: Action.COMMENT_REGISTRATION,
}
"""The acts that can be taken back, and the right that it takes: that of the act."""


class NothingToUndo(DecisionNotPossible):
    """No act of the last minutes can be taken back, or another one than that shown."""

    code = "nothing_to_undo"


class UndoTooLate(DecisionNotPossible):
    code = "undo_too_late"


class UndoOvertaken(DecisionNotPossible):
    """The file has changed since the act."""

    code = "undo_overtaken"


@dataclass(frozen=True)
class Before:
    """What an act replaced, as far as acts of this kind replace it."""

    blocked: bool = False
    block_reason: str = ""
    seen_steps: frozenset[str] = frozenset()
    provisional_until: date | None = None
    text: str = ""
    follow_up_on: date | None = None
    written_by: str = ""
    written_at: datetime | None = None


@dataclass(frozen=True)
class LastAct:
    """The last act on a registration that can be taken back; one a registration.

    `changed_version` is the version of the row that it wrote: registration or comment. `version` is 0 where
    none was ever noted.
    """

    registration_id: str
    act: Act = Act.STEPS_TICKED
    by: str = ""
    at: datetime | None = None
    changed_version: int = 0
    before: Before = Before()
    version: int = 0

    @property
    def person_id(self) -> str:
        return person_of(self.registration_id)

    @property
    def is_comment(self) -> bool:
        return self.act is Act.REGISTRATION_COMMENTED

    def until(self) -> datetime | None:
        return self.at + UNDONE_WITHIN if self.at else None


Changed = Registration | Comment


def noted(last: LastAct, act: Act, before: Changed, after: Changed, by: str, at: datetime) -> LastAct:
    """Return the note of an act, over that of the act before."""
    return replace(
        last,
        act=act,
        by=by,
        at=at,
        changed_version=after.version,
        before=_before(before),
        version=last.version + 1,
    )


def _before(row: Changed) -> Before:
    if isinstance(row, Comment):
        return Before(
            text=row.text,
            follow_up_on=row.follow_up_on,
            written_by=row.written_by,
            written_at=row.written_at,
        )
    return Before(
        blocked=row.blocked,
        block_reason=row.block_reason,
        seen_steps=row.seen_steps,
        provisional_until=row.provisional_until,
    )


def is_undoable(last: LastAct, changed_version: int, now: datetime) -> bool:
    """Return True while the act may be taken back; `changed_version` is that of its row now."""
    end = last.until()
    return end is not None and now < end and changed_version == last.changed_version


def minutes_left(last: LastAct | None, now: datetime) -> int:
    """Return the minutes for which the act may still be taken back, begun ones counted; 0 for none."""
    end = last.until() if last else None
    return max(0, -((now - end) // timedelta(minutes=1))) if end else 0


def require_undoable(last: LastAct, seen_version: int, changed_version: int, now: datetime) -> None:
    """Raise unless the act that was seen may still be taken back."""
    end = last.until()
    if end is None or last.version != seen_version:
        raise NothingToUndo
    if changed_version != last.changed_version:
        raise UndoOvertaken
    if now >= end:
        raise UndoTooLate


def taken_back(last: LastAct, row: Changed) -> Changed:
    """Return the next version of the row, with what the act replaced."""
    before, version = last.before, row.version + 1
    if isinstance(row, Comment):
        return replace(
            row,
            text=before.text,
            follow_up_on=before.follow_up_on,
            written_by=before.written_by,
            written_at=before.written_at,
            version=version,
        )
    if last.act is Act.STEPS_TICKED:
        return replace(row, seen_steps=before.seen_steps, version=version)
    if last.act is Act.PROVISIONAL_MARKED:
        return replace(row, provisional_until=before.provisional_until, version=version)
    return replace(row, blocked=before.blocked, block_reason=before.block_reason, version=version)


def closed(last: LastAct) -> LastAct:
    """Return the note without an act: it was taken back, or its person was erased."""
    return LastAct(last.registration_id, version=last.version + 1)
