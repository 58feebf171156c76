"""Interfaces that loading campaigns, and counting what uses them, need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.audit.ports import ActPorts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.campaign import Campaign
    from chalicelib.domain.campaigns.versions import (
        CampaignRegister,
        CampaignText,
        CampaignValues,
        CampaignVersion,
    )
    from chalicelib.domain.plan.plan_requests import PlanRequest
    from chalicelib.domain.registration import Registration
    from chalicelib.usecases.ports import Campaigns


class CampaignVersions(Protocol):
    def register(self) -> CampaignRegister:
        """Return the register as it is now; an empty one at version 0 before the first version."""

    def text(self, campaign_id: str, number: int) -> CampaignText:
        """Raise `NotFound`."""

    def values(self, campaign_id: str, number: int, shape: int) -> CampaignValues | None:
        """Return the values stored beside the text, of one shape; None where there are none."""


class CampaignReader(Protocol):
    def read(self, text: str, name: str) -> Campaign:
        """Return the campaign of a file; raise `CampaignFileRefused` with every error of it."""

    def values(self, text: str, version: CampaignVersion) -> CampaignValues | None:
        """Return the values to store beside a text that was accepted; None if a row cannot hold them."""


class CampaignUse(Protocol):
    """All rows of one campaign, by the index of their queues: the newest may be missing for a moment."""

    def registrations(self, campaign_id: str) -> Iterable[Registration]: ...

    def plan_requests(self, campaign_id: str) -> Iterable[PlanRequest]: ...


class CountingPorts(Protocol):
    """The ports of counts over a campaign."""

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def campaign_use(self) -> CampaignUse: ...


class CampaignPorts(ActPorts, CountingPorts, Protocol):
    """The ports of campaigns and their versions."""

    @property
    def campaign_versions(self) -> CampaignVersions: ...

    @property
    def campaign_reader(self) -> CampaignReader: ...
