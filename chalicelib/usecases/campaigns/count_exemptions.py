from chalicelib.domain.campaign import Campaign
from chalicelib.domain.campaigns.exemptions import ExemptionCount, count_of
from chalicelib.usecases.campaigns.ports import CountingPorts


def count_exemptions(ports: CountingPorts, campaign: Campaign) -> ExemptionCount:
    """Count the exemptions among those registered in a campaign."""
    return count_of(campaign, ports.campaign_use.registrations(campaign.id))
