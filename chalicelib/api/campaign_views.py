from dataclasses import asdict

from chalicelib.domain.campaigns.exemptions import ExemptionCount
from chalicelib.domain.campaigns.preview import Preview, TariffChange
from chalicelib.domain.campaigns.versions import CampaignVersion
from chalicelib.web.schemas import campaigns as schemas


def version_view(version: CampaignVersion) -> schemas.CampaignVersionView:
    facts = asdict(version)
    return schemas.CampaignVersionView(campaign=facts.pop("campaign_id"), **facts)


def changes_view(preview: Preview) -> schemas.CampaignChanges:
    return schemas.CampaignChanges(
        is_new=preview.is_new,
        tariffs=[_tariff_view(each) for each in preview.tariffs],
        plans=preview.plans,
        programmes=preview.programmes,
        windows=preview.windows,
        others=preview.others,
        declared=preview.declared,
        invoiced=preview.invoiced,
        asked=preview.asked,
    )


def _tariff_view(change: TariffChange) -> schemas.TariffChangeView:
    return schemas.TariffChangeView(
        programme=change.programme_code,
        fee_situation=change.fee_situation_code,
        before_cents=change.before_cents,
        after_cents=change.after_cents,
        declared=change.declared,
        invoiced=change.invoiced,
        asked=change.asked,
    )


def exemptions_view(campaign_id: str, count: ExemptionCount) -> schemas.ExemptionsView:
    return schemas.ExemptionsView(
        campaign=campaign_id,
        registered=count.registered,
        by_right=count.by_right,
        by_decision=count.by_decision,
        base=count.base,
        most=count.most,
        percent=count.percent,
        is_over=count.is_over,
    )
