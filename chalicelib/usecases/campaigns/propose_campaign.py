from datetime import date, datetime, time

from chalicelib.domain.access import Action, permit
from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.campaigns import versions as rules
from chalicelib.domain.campaigns.versions import CampaignText, CampaignVersion, digest_of
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.campaigns.ports import CampaignPorts
from chalicelib.usecases.campaigns.preview_campaign import Previewed, preview_campaign


def propose_campaign(
    ports: CampaignPorts, campaign_id: str | None, data: bytes, holds_on: date | None, by: Person
) -> tuple[CampaignVersion, Previewed]:
    """Store a version; it changes nothing until a second person applies it."""
    permit(by, Action.PROPOSE_CAMPAIGN, "")
    previewed = preview_campaign(ports, campaign_id, data, holds_on)
    now, campaign = ports.now(), previewed.campaign
    version = CampaignVersion(
        campaign_id=campaign.id,
        number=previewed.number,
        digest=digest_of(previewed.text),
        label=campaign.label.fr,
        begins_at=campaign.begins_at,
        holds_from=datetime.combine(holds_on, time(), PARIS) if holds_on else now,
        loaded_by=by.id,
        loaded_at=now,
    )
    kept = CampaignText(campaign.id, version.number, previewed.text, version.digest)
    entry = audited(
        ports,
        by.id,
        Act.CAMPAIGN_PROPOSED,
        campaign.id,
        f"{campaign.id}-{version.number}",
        digest=version.digest,
        holds_from=paris_day(version.holds_from),
    )
    values = ports.campaign_reader.values(previewed.text, version)
    rows = (rules.propose(previewed.register, version), kept, *existing(values))
    ports.store.commit(Changes(rows, entry))
    ports.campaigns.refresh()
    return version, previewed
