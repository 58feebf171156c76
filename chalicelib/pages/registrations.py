"""The list of registrations."""

from chalice.app import Blueprint, Response

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import is_registration_id
from chalicelib.domain.languages import Language
from chalicelib.domain.people import Role
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.pages.desks import REGISTRATIONS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.pages.staff.list_address import carried, list_address, query_of
from chalicelib.portal import list_words
from chalicelib.portal.texts import marked
from chalicelib.usecases.lists.find_registrations import PAGE, Found, find_registrations

pages_staff = Blueprint(__name__)
QUEUE = REGISTRATIONS.path
FILE = f"{QUEUE}/{{registration_id}}"
TOLD = {
    "validate": marked("le dossier est validé, l'étudiant est prévenu par mail."),
    "refuse": marked("le dossier est refusé, l'étudiant est prévenu par mail, avec le motif."),
    "steps": marked("les étapes vues sont enregistrées."),
    "reopen": marked("la décision est reprise, le dossier est de nouveau à valider."),
}


@page(pages_staff, "GET", QUEUE, action=REGISTRATIONS.action)
def staff_registrations(page_request: PageRequest) -> Response:
    query = query_of(page_request.parameters)
    campaign = page_request.campaign_asked_for(query.campaign)
    told = _told(page_request)
    found = find_registrations(page_request.ports, campaign, query.wanted, query.q or "", page=query.page)
    if found.straight and query.page == 1 and not told:
        return see_other(_file_address(found.straight.id, carried(query)))
    return page_request.page(
        "staff_registrations",
        campaign=campaign,
        campaigns=page_request.ports.campaigns.every(),
        query=query,
        found=found,
        pages=_pages(found),
        statuses=list(RegistrationStatus),
        programmes=_programmes(campaign, page_request.language),
        words=list_words,
        situations=_situations(campaign, page_request.language),
        to=lambda **changes: list_address(query, **changes),
        file=lambda registration_id: _file_address(registration_id, carried(query)),
        back=carried(query),
        export=f"/staff/exports/registrations.csv?{carried(query, page=None)}",
        sheet=f"/staff/exports/registrations-control.csv?{carried(query, page=None)}",
        may_export=page_request.person.holds(Role.REGISTRAR),
        may_decide=page_request.person.holds(Role.REGISTRAR),
        told=told,
    )


def _pages(found: Found) -> int:
    return max(1, -(-found.total // PAGE))


def _programmes(campaign: Campaign, language: Language) -> list[tuple[str, str]]:
    named = [(each.code, each.label.in_language(language)) for each in campaign.programmes.values()]
    return sorted(named, key=lambda each: each[1])


def _situations(campaign: Campaign, language: Language) -> list[tuple[str, str]]:
    codes = sorted({code for each in campaign.programmes.values() for code in each.tariffs})
    return [(code, f"{code} {campaign.fee_situation_label(code).in_language(language)}") for code in codes]


def _file_address(registration_id: str, back: str) -> str:
    return list_words.address(FILE.format(registration_id=registration_id), back=back)


def _told(page_request: PageRequest) -> str:
    """Return what an act has done, with the name of its file; "" without one."""
    words, registration_id = TOLD.get(page_request.parameter("done")), page_request.parameter("named")
    if not words or not is_registration_id(registration_id):
        return ""
    try:
        holder = page_request.ports.lines.line(registration_id).holder
        return page_request.said(marked("%(name)s : %(value)s"), name=holder, value=page_request.said(words))
    except NotFound:
        return ""
