"""Interfaces that closing the books needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.audit.ports import ActPorts
from chalicelib.usecases.isolation import IsolationPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.domain.books.periods import Closing, Period
    from chalicelib.usecases.campaigns.ports import CampaignVersions
    from chalicelib.usecases.journal.ports import Journal
    from chalicelib.usecases.ports import Campaigns


class Periods(Protocol):
    def closing(self, series: str) -> Closing:
        """Return how far a school's books are closed, as it is now."""

    def closings(self) -> Sequence[Closing]:
        """Return the same of every school that ever closed a month; one may be behind for a moment."""

    def closed(self, series: str) -> Sequence[Period]:
        """Return the closed months of a school, the first one first."""


class ClosingPorts(ActPorts, IsolationPorts, Protocol):
    """The ports of the hourly run."""

    @property
    def periods(self) -> Periods: ...

    @property
    def journal(self) -> Journal: ...


class BeginningPorts(ClosingPorts, Protocol):
    """The ports of the first step, which tells every writer."""

    @property
    def pause(self) -> Callable[[int], None]: ...

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def campaign_versions(self) -> CampaignVersions: ...
