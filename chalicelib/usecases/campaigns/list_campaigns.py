from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.campaigns.preview import Preview
from chalicelib.domain.campaigns.refusals import CampaignNotPossible
from chalicelib.domain.campaigns.versions import CampaignRegister, CampaignVersion, VersionState
from chalicelib.usecases.campaigns.ports import CampaignPorts
from chalicelib.usecases.campaigns.preview_campaign import preview_version


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
    """`preview` is what a waiting version would change; None once it is decided, and if it is `refused`."""

    version: CampaignVersion
    text: str
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
    if version.state is not VersionState.PROPOSED:
        return ShownVersion(version, text)
    try:
        return ShownVersion(version, text, preview_version(ports, version))
    except CampaignNotPossible as refused:
        return ShownVersion(version, text, refused=refused)
