from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.campaigns.preview import Preview
from chalicelib.domain.campaigns.refusals import CampaignFileRefused, CampaignNotPossible
from chalicelib.domain.campaigns.versions import CampaignRegister, CampaignVersion, VersionState
from chalicelib.usecases.campaigns.ports import CampaignPorts
from chalicelib.usecases.campaigns.preview_campaign import compared


@dataclass(frozen=True)
class ListedCampaign:
    """One campaign; `versions` are latest first, `holds` is the number of the one that holds."""

    id: str
    label: str
    is_current: bool
    holds: int | None
    versions: Sequence[CampaignVersion]


@dataclass(frozen=True)
class ShownVersion:
    """`preview` is what a waiting version would change; None once it is decided, and if it is `refused`.

    `campaign` is what the text says, None where today's reader does not take it.
    """

    version: CampaignVersion
    text: str
    campaign: Campaign | None = None
    preview: Preview | None = None
    refused: CampaignNotPossible | None = None


def list_campaigns(ports: CampaignPorts) -> Sequence[ListedCampaign]:
    """Return the campaigns that hold, the current one first, then those that only wait."""
    register, now = ports.campaign_versions.register(), ports.now()
    held = {each.campaign_id: each.number for each in register.side_by_side(now)}
    ids = dict.fromkeys([*held, *(each.campaign_id for each in reversed(register.versions))])
    current = next(iter(held), None)
    return tuple(_listed(register, each, held.get(each), each == current) for each in ids)


def _listed(
    register: CampaignRegister,
    campaign_id: str,
    holds: int | None,
    is_current: bool,  # noqa: FBT001 - a fact of the list
) -> ListedCampaign:
    versions = register.of_campaign(campaign_id)[::-1]
    shown = next((each for each in versions if each.number == holds), versions[0])
    return ListedCampaign(campaign_id, shown.label, is_current, holds, versions)


def show_version(ports: CampaignPorts, campaign_id: str, number: int) -> ShownVersion:
    """Return one version with its file, and while it waits what it would change; raise `NotFound`."""
    version = ports.campaign_versions.register().find(campaign_id, number)
    text = ports.campaign_versions.text(campaign_id, number).text
    is_waiting = version.state is VersionState.PROPOSED
    try:
        campaign = ports.campaign_reader.read(text, f"{campaign_id}.yaml")
    except CampaignFileRefused as refused:  # an old file, or one that today's rules do not take
        return ShownVersion(version, text, refused=refused if is_waiting else None)
    if not is_waiting:
        return ShownVersion(version, text, campaign)
    try:
        return ShownVersion(version, text, campaign, compared(ports, campaign))
    except CampaignNotPossible as refused:
        return ShownVersion(version, text, campaign, refused=refused)
