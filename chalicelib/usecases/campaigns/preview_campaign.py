from dataclasses import dataclass
from datetime import date

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.campaigns.preview import Preview, preview, require_kept, use_of
from chalicelib.domain.campaigns.refusals import (
    CampaignBackdated,
    CampaignNotNamed,
    CampaignNotText,
    CampaignTooLong,
    CampaignUnchanged,
)
from chalicelib.domain.campaigns.versions import CampaignRegister, CampaignVersion, next_number
from chalicelib.domain.errors import NotFound
from chalicelib.usecases.campaigns.ports import CampaignPorts

MOST_BYTES = 180 * 1024
"""With every line break escaped it still fits in a row of the table."""


@dataclass(frozen=True)
class Previewed:
    """A readable file, the number that its version would have, and what it would change."""

    campaign: Campaign
    text: str
    number: int
    preview: Preview
    register: CampaignRegister


def preview_campaign(
    ports: CampaignPorts, campaign_id: str | None, data: bytes, holds_on: date | None = None
) -> Previewed:
    """Read a file whole and compare it with the version that holds; raise what forbids to load it.

    Without `campaign_id` the file says of which campaign it is.
    """
    text = _text_of(data)
    campaign = ports.campaign_reader.read(text, f"{campaign_id or 'campagne'}.yaml")
    if campaign_id and campaign.id != campaign_id:
        raise CampaignNotNamed(campaign.id, campaign_id)
    found, register = compared(ports, campaign), ports.campaign_versions.register()
    if found.is_empty and register.holding(campaign.id, ports.now()):  # a shipped file may be loaded
        raise CampaignUnchanged
    if found.invoiced and holds_on and holds_on < paris_day(ports.now()):
        raise CampaignBackdated(holds_on)
    return Previewed(campaign, text, next_number(register, campaign.id), found, register)


def _text_of(data: bytes) -> str:
    """Return the text of a file; API Gateway has put U+FFFD in the place of bytes that are no UTF-8."""
    if len(data) > MOST_BYTES:
        raise CampaignTooLong(MOST_BYTES // 1024)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise CampaignNotText from None
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise CampaignNotText
    return text


def compared(ports: CampaignPorts, campaign: Campaign) -> Preview:
    """Compare a campaign with the version that holds; raise if it drops what is in use."""
    use = use_of(ports.campaign_use.registrations(campaign.id), ports.campaign_use.plan_requests(campaign.id))
    before = _before(ports, campaign.id)
    require_kept(before, campaign, use)
    return preview(before, campaign, use)


def _before(ports: CampaignPorts, campaign_id: str) -> Campaign | None:
    try:
        return ports.campaigns.get(campaign_id)
    except NotFound:
        return None


def preview_version(ports: CampaignPorts, version: CampaignVersion) -> Preview:
    """Compare a version that waits with the one that holds now; raise if it drops what is in use."""
    text = ports.campaign_versions.text(version.campaign_id, version.number).text
    return compared(ports, ports.campaign_reader.read(text, f"{version.campaign_id}.yaml"))
