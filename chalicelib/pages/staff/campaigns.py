"""The desk of campaigns: a file is checked, shown, proposed by one person and applied by another."""

from contextlib import suppress
from datetime import date
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.campaigns.refusals import CampaignFileRefused, CampaignNotPossible
from chalicelib.pages.desks import CAMPAIGNS, REGISTRATIONS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.texts import marked
from chalicelib.usecases.campaigns.count_exemptions import count_exemptions
from chalicelib.usecases.campaigns.decide_campaign import decide_campaign
from chalicelib.usecases.campaigns.list_campaigns import list_campaigns, show_version
from chalicelib.usecases.campaigns.preview_campaign import Previewed, preview_campaign
from chalicelib.usecases.campaigns.propose_campaign import propose_campaign
from chalicelib.usecases.people.list_people import names_of
from chalicelib.web.parsing import version_number
from chalicelib.web.problems import status_of
from chalicelib.web.schemas import campaigns as schemas

pages_campaigns = Blueprint(__name__)
LIST = CAMPAIGNS.path
VERSION = f"{LIST}/{{campaign_id}}/versions/{{version}}"
TOLD = {
    "proposed": marked("La version est proposée : elle attend l'accord d'une seconde personne."),
    "apply": marked("La version est appliquée."),
    "refuse": marked("La version est refusée : rien n'a changé."),
}


@page(pages_campaigns, "GET", LIST, action=CAMPAIGNS.action, takes_file=True)
def staff_campaigns(page_request: PageRequest) -> Response:
    return _desk(page_request)


def _desk(page_request: PageRequest, error: CampaignNotPossible | None = None) -> Response:
    campaigns = list_campaigns(page_request.ports)
    loaders = {version.loaded_by for each in campaigns for version in each.versions}
    shown: dict[str, Any] = {"status": status_of(error)} if error else {}
    return page_request.page(
        "staff_campaigns",
        campaigns=campaigns,
        names=names_of(page_request.ports, loaders),
        may_load=page_request.person.holds(*RULES[Action.PROPOSE_CAMPAIGN].roles),
        mistake=page_request.sentence(error),
        mistakes=error.errors if isinstance(error, CampaignFileRefused) else (),
        **shown,
    )


@page(pages_campaigns, "POST", f"{LIST}/preview", action=Action.PROPOSE_CAMPAIGN, takes_file=True)
def check_campaign_file(page_request: PageRequest) -> Response:
    """Show what a file would change; the page carries the file to its confirmation."""
    holds_on = _holds_on(page_request)
    try:
        previewed = preview_campaign(page_request.ports, None, page_request.upload, holds_on)
    except CampaignNotPossible as error:
        return _desk(page_request, error)
    return _preview(page_request, previewed, holds_on)


def _preview(page_request: PageRequest, previewed: Previewed, holds_on: date | None) -> Response:
    return page_request.page("staff_campaign_preview", previewed=previewed, holds_on=holds_on)


@page(pages_campaigns, "POST", f"{LIST}/proposals", action=Action.PROPOSE_CAMPAIGN, takes_file=True)
def propose_campaign_file(page_request: PageRequest) -> Response:
    data = page_request.typed("text").encode()
    try:
        version, _ = propose_campaign(
            page_request.ports, None, data, _holds_on(page_request), page_request.person
        )
    except CampaignNotPossible as error:
        return _desk(page_request, error)
    return _done(version.campaign_id, version.number, "proposed")


def _holds_on(page_request: PageRequest) -> date | None:
    given = page_request.field("holds_on")
    return schemas.LoadQuery.model_validate({"holds_on": given}).holds_on if given else None


@page(pages_campaigns, "GET", VERSION, action=CAMPAIGNS.action, takes_file=True)
def staff_campaign_version(page_request: PageRequest, campaign_id: str, version: str) -> Response:
    shown = show_version(page_request.ports, campaign_id, version_number(version))
    me = page_request.person
    may_decide = me.holds(*RULES[Action.DECIDE_CAMPAIGN].roles)
    return page_request.page(
        "staff_campaign_version",
        shown=shown,
        names=names_of(page_request.ports, {shown.version.loaded_by, shown.version.decided_by} - {""}),
        may_decide=may_decide,
        may_apply=may_decide and me.id != shown.version.loaded_by,
        mistake=page_request.sentence(shown.refused),
        told=page_request.said(TOLD.get(page_request.parameter("done"), "")),
    )


@page(pages_campaigns, "POST", f"{VERSION}/decision", action=Action.DECIDE_CAMPAIGN)
def decide_on_campaign(page_request: PageRequest, campaign_id: str, version: str) -> Response:
    given = {"decision": page_request.field("decision")}
    asked = schemas.VersionDecisionRequest.model_validate(given, strict=False)  # a form field is always text
    number, is_approved = version_number(version), asked.decision is schemas.VersionDecision.APPLY
    with suppress(CampaignNotPossible):  # the version's page says why
        decide_campaign(page_request.ports, campaign_id, number, is_approved, page_request.person)
        return _done(campaign_id, number, asked.decision)
    return see_other(VERSION.format(campaign_id=campaign_id, version=number))


def _done(campaign_id: str, number: int, what: str) -> Response:
    return see_other(f"{VERSION.format(campaign_id=campaign_id, version=number)}?done={what}")


@page(pages_campaigns, "GET", "/staff/exemptions", action=REGISTRATIONS.action)
def staff_exemptions(page_request: PageRequest) -> Response:
    campaign = page_request.campaign_asked_for(page_request.parameter("campaign") or None)
    return page_request.page(
        "staff_exemptions",
        campaign=campaign,
        campaigns=page_request.ports.campaigns.every(),
        count=count_exemptions(page_request.ports, campaign),
    )
