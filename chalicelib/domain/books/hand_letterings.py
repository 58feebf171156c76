"""What a person lettered by hand on account 411, and undid: the only stored part of lettering."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from chalicelib.domain.books.lettering_refusals import LetteringUndone, LetteringUnreasoned
from chalicelib.domain.calendar import paris_day


@dataclass(frozen=True)
class HandLettering:
    """Entries of one debtor that a person lettered together, under a letter that is never given again."""

    id: str
    person_id: str
    debtor_id: str
    letter: str
    entries: tuple[str, ...]
    by: str
    at: datetime
    undone_by: str = ""
    undone_at: datetime | None = None
    undo_reason: str = field(default="", repr=False)
    version: int = 1

    def holds_on(self, as_of: date) -> bool:
        """Return True if it held at the end of a Paris day."""
        is_undone = self.undone_at is not None and paris_day(self.undone_at) <= as_of
        return paris_day(self.at) <= as_of and not is_undone


def undone(lettering: HandLettering, by: str, reason: str, now: datetime) -> HandLettering:
    """Return it undone; raise `LetteringUndone` if it was before, `LetteringUnreasoned` without a reason."""
    if lettering.undone_at:
        raise LetteringUndone
    if not reason.strip():
        raise LetteringUnreasoned
    return replace(lettering, undone_by=by, undone_at=now, undo_reason=reason, version=lettering.version + 1)
