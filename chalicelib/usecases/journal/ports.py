"""Interfaces that the journal needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.audit.ports import ActPorts
from chalicelib.usecases.isolation import IsolationPorts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.books.daily_sums import JournalSums
    from chalicelib.domain.books.journal import JournalEntry, JournalSequence


class Journal(Protocol):
    """The entries of all students."""

    def waiting(self, limit: int) -> Sequence[JournalEntry]:
        """Return at most `limit` entries without a number, oldest first."""

    def numbered(
        self, series: str, year: int, after: int = 0, limit: int | None = None
    ) -> Sequence[JournalEntry]:
        """Return the numbered entries of a year in order, behind the number `after`, at most `limit`.

        Raise `ValueError` for an unreadable one.
        """

    def sequences(self) -> Sequence[JournalSequence]:
        """Return the sequence of each series and year that has numbered entries."""

    def sums(self, series: str, year: int) -> JournalSums:
        """Return the sums by day as they are, empty before the first."""

    def sequence(self, series: str, year: int) -> JournalSequence:
        """Return the sequence as it is, one at 0 before the first number."""


class JournalPorts(ActPorts, IsolationPorts, Protocol):
    """The ports of the numbering."""

    @property
    def journal(self) -> Journal: ...
