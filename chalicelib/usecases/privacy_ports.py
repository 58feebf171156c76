"""What the use cases need to show, blank and forget what is held on a person; as in `ports.py`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.erasure import Blanks, PersonalFile
from chalicelib.domain.instalments import Mandate
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.people import Person


class PersonalRecords(Protocol):
    """Everything about one person, in whichever partition it lies."""

    def held(self, person_id: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return every row by its kind, as its facts are stored: what must stay secret is still in it.

        Raise `NotFound`.
        """

    def file(self, person_id: str) -> PersonalFile:
        """Return the rows that have something personal to lose; `NotFound` for an unknown person."""

    def note(self, audit: AuditEntry) -> None:
        """Write an act that changes nothing."""

    def end(self, erased: Person, email: str, audit: AuditEntry) -> None:
        """Write a person's next version, without name, and remove the credentials, in one transaction."""

    def end_entries(self, person_id: str, now: datetime) -> None:
        """Remove what else lets a person in: identities, second factor, links, sessions."""

    def blank(self, person_id: str, blanks: Blanks, audit: AuditEntry | None = None) -> None:
        """Write the next version of each row; `Superseded` when one of them has changed.

        Many rows take several transactions, the entry goes with the first. Whoever repeats it after a crash
        finds less to do.
        """

    def review(self, person: Person) -> None:
        """Write the next version, of which nothing but the day of the next review is new."""

    def forget_card(self, entry: OutboxEntry, audit: AuditEntry, mandate: Mandate | None = None) -> None:
        """Write that a card is forgotten, and the mandate without its token; the entry is done with.

        One transaction; `Superseded` when the entry was done already, or when the mandate has changed.
        """
