"""The student's evidence checked at its sources."""

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.evidence.refusals import ConsentMissing, CvecNumberWrong, IneWrong
from chalicelib.pages.dossier.situation import show_dossier
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.usecases.evidence.check_cvec import check_cvec
from chalicelib.usecases.evidence.check_grant import check_grant

pages_evidence = Blueprint(__name__)
STUDENT = Action.USE_STUDENT_MENUS
LONGEST_NAME = 100


@page(pages_evidence, "POST", "/dossier/cvec", action=STUDENT)
def give_cvec_number(page_request: PageRequest) -> Response:
    number, birth_name = page_request.field("number"), page_request.field("birth_name")[:LONGEST_NAME]
    try:
        check_cvec(
            page_request.ports, page_request.person.id, page_request.registration.id, number, birth_name
        )
    except CvecNumberWrong as wrong:
        return show_dossier(page_request, mistakes={"number": page_request.sentence(wrong)})
    return see_other(page_request.to("/dossier"))


@page(pages_evidence, "POST", "/dossier/grant", action=STUDENT)
def let_grant_be_checked(page_request: PageRequest) -> Response:
    person_id, registration_id = page_request.person.id, page_request.registration.id
    consents = page_request.field("consent") == "yes"
    try:
        check_grant(
            page_request.ports, person_id, registration_id, page_request.field("ine"), consents=consents
        )
    except (ConsentMissing, IneWrong) as wrong:
        field = "ine" if isinstance(wrong, IneWrong) else "consent"
        return show_dossier(page_request, mistakes={field: page_request.sentence(wrong)})
    return see_other(page_request.to("/dossier"))
