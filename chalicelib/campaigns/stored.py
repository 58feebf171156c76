"""Campaigns as versions that the running system stores; a shipped file stands in for one that it lacks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from chalicelib.campaigns.copies import SHAPE, campaign_of_copy, copy_of
from chalicelib.campaigns.reader import (
    CampaignFileError,
    load_shipped,
    read_campaign,
    read_stored,
    values_of,
)
from chalicelib.campaigns.unloaded import UNLOADED
from chalicelib.domain.campaign import Campaign, School
from chalicelib.domain.campaigns.refusals import CampaignFileRefused
from chalicelib.domain.campaigns.versions import (
    CampaignRegister,
    CampaignText,
    CampaignValues,
    CampaignVersion,
)
from chalicelib.domain.causes import CampaignUnknown

REGISTER_SECONDS = 5.0
"""How long a process trusts the register that it read: no tariff outlives its end by more."""


class Versions(Protocol):
    def register(self) -> CampaignRegister: ...

    def text(self, campaign_id: str, number: int) -> CampaignText: ...

    def values(self, campaign_id: str, number: int, shape: int) -> CampaignValues | None: ...


class StoredCampaigns:
    """The register is read every few seconds, a text once a process: its version never changes.

    `now` decides which version holds; `ticks` counts seconds and never goes back.
    """

    def __init__(self, versions: Versions, now: Callable[[], datetime], ticks: Callable[[], float]) -> None:
        self._versions = versions
        self._now = now
        self._ticks = ticks
        self._known: tuple[float, CampaignRegister] | None = None
        self._read: dict[str, Campaign] = {}
        self._served: dict[tuple[str, CampaignVersion | None, date | None], Campaign] = {}

    def get(self, campaign_id: str) -> Campaign:
        found = self._held(campaign_id) or self._shipped(campaign_id)
        if found is None:  # another process may have applied it since the register was read
            self.refresh()
            found = self._held(campaign_id)
        if found is None:
            raise CampaignUnknown(campaign_id)
        return found

    def current(self) -> Campaign:
        found = self._register().side_by_side(self._now())
        return self._load(found[0]) if found else UNLOADED

    def every(self) -> tuple[Campaign, ...]:
        return tuple(self._load(each) for each in self._register().side_by_side(self._now()))

    def refresh(self) -> None:
        self._known = None

    def _held(self, campaign_id: str) -> Campaign | None:
        version = self._register().holding(campaign_id, self._now())
        return self._load(version) if version else None

    def _register(self) -> CampaignRegister:
        ticks, known = self._ticks(), self._known
        if known is None or ticks - known[0] >= REGISTER_SECONDS:
            known = self._known = (ticks, self._versions.register())
        return known[1]

    def _load(self, version: CampaignVersion) -> Campaign:
        key = f"{version.campaign_id} {version.digest}"
        if key not in self._read:
            self._read[key] = self._from_copy(version) or self._from_text(version)
        return self._opened(self._read[key], version)

    def _from_copy(self, version: CampaignVersion) -> Campaign | None:
        copy = self._versions.values(version.campaign_id, version.number, SHAPE)
        return campaign_of_copy(copy, version) if copy else None

    def _from_text(self, version: CampaignVersion) -> Campaign:
        text = self._versions.text(version.campaign_id, version.number).text
        return read_stored(text, version.campaign_id)

    def _shipped(self, campaign_id: str) -> Campaign | None:
        found = _shipped(campaign_id)
        return self._opened(found, found.version) if found else None

    def _opened(self, campaign: Campaign, version: CampaignVersion | None) -> Campaign:
        """Return the campaign as its version, with the first day of its school's books that takes entries."""
        day = dict(self._register().open_from).get(campaign.numbering.series)
        key = campaign.id, version, day
        if key not in self._served:
            self._served[key] = replace(campaign, version=version, books_open_from=day)
        return self._served[key]


def _shipped(campaign_id: str) -> Campaign | None:
    try:
        return load_shipped(campaign_id)
    except CampaignFileError:
        return None


class FileReader:
    """Reads a campaign file as the stage serves it.

    `school_faults` returns the place and the sentence of each fact of the seller that the stage refuses;
    `served` is what the stage makes of each campaign, so that a version is compared with its like.
    """

    def __init__(
        self,
        school_faults: Callable[[School], tuple[tuple[str, str], ...]] = lambda _: (),
        served: Callable[[Campaign], Campaign] = lambda campaign: campaign,
    ) -> None:
        self._school_faults = school_faults
        self._served = served

    def values(self, text: str, version: CampaignVersion) -> CampaignValues | None:
        return copy_of(values_of(text, version.campaign_id), version)

    def read(self, text: str, name: str) -> Campaign:
        """Raise `CampaignFileRefused` with every error of the file, or of its seller."""
        try:
            campaign = read_campaign(text, name)
        except CampaignFileError as refused:
            raise CampaignFileRefused(tuple(_place_and_sentence(each) for each in refused.errors)) from None
        if faults := self._school_faults(campaign.school):
            raise CampaignFileRefused(faults)
        return self._served(campaign)


def _place_and_sentence(error: str) -> tuple[str, str]:
    place, _, sentence = error.partition(": ")
    return place.strip(), sentence
