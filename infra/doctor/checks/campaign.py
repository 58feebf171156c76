"""The campaign: loaded, readable, and not over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.campaigns.reader import CampaignFileError
from chalicelib.domain.calendar import PARIS
from infra.doctor.lines import Line, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed


def check(deployed: Deployed) -> Iterator[Line]:
    try:
        campaign = deployed.services.campaigns.current()
    except CampaignFileError as error:
        for each in error.errors:
            yield wrong(each, "Load a version of the campaign that this release reads.")
        return
    if not campaign.is_loaded:
        yield wrong("no campaign is loaded.", "Load one at the desk « Campagnes » (docs/campaigns.md).")
        return
    now = deployed.now()
    still = [each for each in campaign.windows if each.closes_at > now]
    if not still:
        yield wrong(f"{campaign.id} is over: all its windows are closed.", "Load the campaign of this year.")
        return
    first = min(still, key=lambda each: each.opens_at)
    if first.opens_at <= now:
        yield ok(f"{campaign.id} is open until {first.closes_at.astimezone(PARIS):%d/%m/%Y %H:%M}")
    else:
        yield ok(f"{campaign.id} opens on {first.opens_at.astimezone(PARIS):%d/%m/%Y %H:%M}")
