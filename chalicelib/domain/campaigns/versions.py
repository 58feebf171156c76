"""The versions of campaigns, proposed by one person and applied by another; which of them holds."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.campaigns.refusals import VersionDecided
from chalicelib.domain.causes import SamePerson
from chalicelib.domain.errors import NotFound


class VersionState(StrEnum):
    PROPOSED = "proposed"
    APPLIED = "applied"
    REFUSED = "refused"
    REPLACED = "replaced"


@dataclass(frozen=True)
class CampaignText:
    """A campaign file as it was loaded; never changed. `digest` is the SHA-256 of the text, in hex."""

    campaign_id: str
    number: int
    text: str
    digest: str


@dataclass(frozen=True)
class CampaignValues:
    """What the text of a version says, as JSON: a copy that a process reads faster than the text.

    `shape` is that of the values, `digest` the SHA-256 of the text in hex, `seal` that of all three.
    """

    campaign_id: str
    number: int
    shape: int
    digest: str
    values: str
    seal: str


@dataclass(frozen=True)
class CampaignVersion:
    """One version of a campaign: who loaded it, who decided on it, and the moment from which it holds.

    `begins_at` is the opening of the campaign's first window. The moment of `holds_from` is the one asked for
    until the version is applied, and never before its application.
    """

    campaign_id: str
    number: int
    digest: str
    label: str
    begins_at: datetime
    holds_from: datetime
    loaded_by: str
    loaded_at: datetime
    state: VersionState = VersionState.PROPOSED
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True)
class CampaignRegister:
    """All versions of all campaigns in one row, oldest first: which one holds is read from here.

    `open_from` has the first day that takes journal entries, by series, of each school that closed a month:
    whoever writes money reads this row, every few seconds at most, and nothing else for it.
    """

    versions: tuple[CampaignVersion, ...] = ()
    version: int = 0
    open_from: tuple[tuple[str, date], ...] = ()

    def find(self, campaign_id: str, number: int) -> CampaignVersion:
        """Raise `NotFound`."""
        found = (each for each in self.of_campaign(campaign_id) if each.number == number)
        if version := next(found, None):
            return version
        raise NotFound

    def of_campaign(self, campaign_id: str) -> tuple[CampaignVersion, ...]:
        return tuple(each for each in self.versions if each.campaign_id == campaign_id)

    def holding(self, campaign_id: str, at: datetime) -> CampaignVersion | None:
        """Return the version that holds; before the first one does, the first to come."""
        applied = [each for each in self.of_campaign(campaign_id) if each.state is VersionState.APPLIED]
        begun = [each for each in applied if each.holds_from <= at]
        if begun:
            return max(begun, key=_by_moment)
        return min(applied, key=_by_moment, default=None)

    def side_by_side(self, at: datetime) -> tuple[CampaignVersion, ...]:
        """Return the version that holds of each campaign: the current campaign first, then the latest."""
        ids = dict.fromkeys(each.campaign_id for each in self.versions)
        held = [found for each in ids if (found := self.holding(each, at))]
        latest = sorted(held, key=lambda each: (each.begins_at, each.campaign_id), reverse=True)
        current = next((each for each in latest if each.begins_at <= at), latest[-1] if latest else None)
        return (*([current] if current else []), *(each for each in latest if each is not current))


def _by_moment(version: CampaignVersion) -> tuple[datetime, int]:
    return version.holds_from, version.number


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def next_number(register: CampaignRegister, campaign_id: str) -> int:
    return max((each.number for each in register.of_campaign(campaign_id)), default=0) + 1


def opening(register: CampaignRegister, series: str, day: date | None) -> CampaignRegister:
    """Return the register with the first day that takes journal entries of a school."""
    days = {**dict(register.open_from), **({series: day} if day else {})}
    return replace(register, open_from=tuple(sorted(days.items())), version=register.version + 1)


def propose(register: CampaignRegister, proposed: CampaignVersion) -> CampaignRegister:
    """Add a version; one of the same campaign that still waits for a decision is replaced by it."""
    kept = (
        replace(
            each, state=VersionState.REPLACED, decided_by=proposed.loaded_by, decided_at=proposed.loaded_at
        )
        if each.campaign_id == proposed.campaign_id and each.state is VersionState.PROPOSED
        else each
        for each in register.versions
    )
    return replace(register, versions=(*kept, proposed), version=register.version + 1)


def decide(
    register: CampaignRegister,
    version: CampaignVersion,
    is_approved: bool,  # noqa: FBT001 - the decision
    by: str,
    now: datetime,
) -> CampaignRegister:
    """Record the decision of a second person; an applied version holds from now on at the earliest.

    Who loaded the version may take it back.
    """
    if is_approved and by == version.loaded_by:
        raise SamePerson
    if version.state is not VersionState.PROPOSED:
        raise VersionDecided
    state = VersionState.APPLIED if is_approved else VersionState.REFUSED
    decided = replace(
        version, state=state, decided_by=by, decided_at=now, holds_from=max(version.holds_from, now)
    )
    versions = tuple(decided if each is version else each for each in register.versions)
    return replace(register, versions=versions, version=register.version + 1)
