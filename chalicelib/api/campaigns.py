from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.api.campaign_views import changes_view, exemptions_view, version_view
from chalicelib.api.endpoint import Call, answered, endpoint
from chalicelib.domain import decisions, errors
from chalicelib.domain.access import Action
from chalicelib.domain.campaigns import refusals
from chalicelib.usecases.campaigns.count_exemptions import count_exemptions
from chalicelib.usecases.campaigns.decide_campaign import decide_campaign
from chalicelib.usecases.campaigns.list_campaigns import list_campaigns, show_version
from chalicelib.usecases.campaigns.preview_campaign import preview_campaign
from chalicelib.usecases.campaigns.propose_campaign import propose_campaign
from chalicelib.web.parsing import version_number
from chalicelib.web.schemas import campaigns as schemas

campaigns = Blueprint(__name__)
YAML = "application/yaml"
VERSION = "/staff/campaigns/{campaign_id}/versions/{version}"
FILE_REFUSALS = [
    refusals.CampaignFileRefused,
    refusals.CampaignNotText,
    refusals.CampaignTooLong,
    refusals.CampaignNotNamed,
    refusals.CampaignSeriesChanged,
    refusals.CampaignPartInUse,
    refusals.CampaignBackdated,
    refusals.CampaignUnchanged,
]


@endpoint(campaigns, "GET", "/staff/campaigns", answer=schemas.CampaignList, action=Action.READ_CAMPAIGNS)
def list_the_campaigns(call: Call) -> schemas.CampaignList:
    return schemas.CampaignList(
        items=[
            schemas.CampaignView(
                id=each.id,
                label=each.label,
                is_current=each.is_current,
                holds=each.holds,
                versions=[version_view(version) for version in each.versions],
            )
            for each in list_campaigns(call.ports)
        ]
    )


@endpoint(
    campaigns,
    "PUT",
    "/staff/campaigns/{campaign_id}",
    query=schemas.LoadQuery,
    takes=YAML,
    answer=schemas.LoadReport,
    also=HTTPStatus.CREATED,
    errors=[*FILE_REFUSALS, errors.ConcurrentUpdate],
    action=Action.PROPOSE_CAMPAIGN,
)
def load_a_campaign(call: Call, campaign_id: str) -> schemas.LoadReport | Response:
    asked: schemas.LoadQuery = call.query
    if asked.dry_run:
        previewed = preview_campaign(call.ports, campaign_id, call.upload, asked.holds_on)
        version = None
    else:
        version, previewed = propose_campaign(
            call.ports, campaign_id, call.upload, asked.holds_on, call.person
        )
    report = schemas.LoadReport(
        campaign=campaign_id,
        number=previewed.number,
        changes=changes_view(previewed.preview),
        version=version_view(version) if version else None,
    )
    return answered(report, HTTPStatus.CREATED) if version else report


@endpoint(
    campaigns,
    "GET",
    VERSION,
    answer=schemas.VersionDetail,
    errors=[errors.NotFound],
    action=Action.READ_CAMPAIGNS,
)
def show_a_version(call: Call, campaign_id: str, version: str) -> schemas.VersionDetail:
    shown = show_version(call.ports, campaign_id, version_number(version))
    return schemas.VersionDetail(
        version=version_view(shown.version),
        changes=changes_view(shown.preview) if shown.preview else None,
        text=shown.text,
    )


@endpoint(
    campaigns,
    "POST",
    f"{VERSION}/decision",
    body=schemas.VersionDecisionRequest,
    answer=schemas.CampaignVersionView,
    errors=[
        errors.NotFound,
        decisions.AlreadyDecided,
        refusals.CampaignFileRefused,
        refusals.CampaignPartInUse,
        refusals.CampaignSeriesChanged,
        errors.ConcurrentUpdate,
    ],
    action=Action.DECIDE_CAMPAIGN,
)
def decide_on_a_version(call: Call, campaign_id: str, version: str) -> schemas.CampaignVersionView:
    is_approved = call.body.decision is schemas.VersionDecision.APPLY
    decided = decide_campaign(call.ports, campaign_id, version_number(version), is_approved, call.person)
    return version_view(decided)


@endpoint(
    campaigns,
    "GET",
    "/staff/exemptions",
    query=schemas.ExemptionsQuery,
    answer=schemas.ExemptionsView,
    errors=[errors.NotFound],
    action=Action.READ_REGISTRATIONS,
)
def count_the_exemptions(call: Call) -> schemas.ExemptionsView:
    campaign = call.campaign_asked_for(call.query.campaign)
    return exemptions_view(campaign.id, count_exemptions(call.ports, campaign))
