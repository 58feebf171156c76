from chalicelib.domain.access import Action, permit
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaigns import versions as rules
from chalicelib.domain.campaigns.versions import CampaignVersion
from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.campaigns.ports import CampaignPorts
from chalicelib.usecases.campaigns.preview_campaign import preview_version


def decide_campaign(
    ports: CampaignPorts,
    campaign_id: str,
    number: int,
    is_approved: bool,  # noqa: FBT001 - the decision
    by: Person,
) -> CampaignVersion:
    """Record a second person's decision; what was dropped and is in use by now still forbids to apply it."""
    permit(by, Action.DECIDE_CAMPAIGN, "")
    register = ports.campaign_versions.register()
    version = register.find(campaign_id, number)
    decided = rules.decide(register, version, is_approved, by.id, ports.now())
    if is_approved:
        preview_version(ports, version)
    applied = decided.find(campaign_id, number)
    entry = audited(
        ports,
        by.id,
        Act.CAMPAIGN_APPLIED if is_approved else Act.CAMPAIGN_REFUSED,
        campaign_id,
        f"{campaign_id}-{number}",
        digest=applied.digest,
        holds_from=paris_day(applied.holds_from),
    )
    ports.store.commit(Changes((decided,), entry))
    ports.campaigns.refresh()
    return applied
