"""The internal comment of the staff on a registration, with the day of its follow-up.

Refusals:

DecisionNotPossible
├── CommentChanged
├── FollowUpPast
└── FollowUpWithoutComment
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.domain.errors import DecisionNotPossible
from chalicelib.domain.identifiers import person_of


class CommentChanged(DecisionNotPossible):
    """Somebody else has written since the comment was shown."""

    code = "comment_changed"


class FollowUpPast(DecisionNotPossible):
    """The day of a follow-up is before today."""

    code = "follow_up_past"


class FollowUpWithoutComment(DecisionNotPossible):
    """A day without a word on what is to be done then."""

    code = "follow_up_without_comment"


@dataclass(frozen=True)
class Comment:
    """One a registration: `text` replaces what was written before; "" if it was taken away.

    It is a row of its own: writing it is no act on the account, so a prepared refund does not lapse by it.
    """

    registration_id: str
    text: str = ""
    follow_up_on: date | None = None
    written_by: str = ""
    written_at: datetime | None = None
    version: int = 0

    @property
    def person_id(self) -> str:
        return person_of(self.registration_id)

    def is_due(self, today: date) -> bool:
        return self.follow_up_on is not None and self.follow_up_on <= today


@dataclass(frozen=True)
class Written:
    """A new text of the comment; `seen_version` is the version that it replaces, 0 without any."""

    text: str
    follow_up_on: date | None
    seen_version: int


def comment(earlier: Comment, written: Written, by: str, now: datetime, today: date) -> Comment:
    """Return the comment after what was written; repeating changes nothing."""
    text, day = written.text.strip(), written.follow_up_on
    if (earlier.text, earlier.follow_up_on) == (text, day):
        return earlier
    if written.seen_version != earlier.version:
        raise CommentChanged
    if day and not text:
        raise FollowUpWithoutComment
    if day and day < today and day != earlier.follow_up_on:
        raise FollowUpPast
    return replace(
        earlier,
        text=text,
        follow_up_on=day,
        written_by=by,
        written_at=now,
        version=earlier.version + 1,
    )
