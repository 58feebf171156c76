from collections.abc import Mapping, Sequence
from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.identifiers import is_registration_id, person_of
from chalicelib.domain.people import Role
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.domain.plan.plan_cards import file_lack
from chalicelib.domain.plan.plan_requests import PlanRequestState
from chalicelib.domain.plan.plans import amounts_of
from chalicelib.domain.plan.recut_plans import MOST_PARTS
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.pages.books.confirmation import confirmation, is_sure
from chalicelib.pages.desks import PLAN_REQUESTS, of_campaign
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.pages.staff.plan_questions import decision_asked, release_asked
from chalicelib.portal.check_words import check_word
from chalicelib.portal.instalment_words import REQUEST_TABS
from chalicelib.portal.texts import marked
from chalicelib.usecases.debits.list_conflicts import list_conflicts
from chalicelib.usecases.debits.release_instalment import release_instalment
from chalicelib.usecases.people.list_people import names_of
from chalicelib.usecases.plans.card_lacks import card_lacks
from chalicelib.usecases.plans.decide_plan_request import decide_plan_request, list_plan_requests
from chalicelib.usecases.plans.list_applicants import list_applicants
from chalicelib.usecases.registrations.show_account import show_file
from chalicelib.web.parsing import rank_of
from chalicelib.web.schemas import plans as schemas

pages_accounting = Blueprint(__name__)
QUEUE = PLAN_REQUESTS.path
INSTALMENTS = "/staff/instalments/{registration_id}"
DECIDED = {
    "approve": marked(
        "la demande est acceptée, l'étudiant, prévenu par mail, peut payer sa première échéance."
    ),
    "refuse": marked("la demande est refusée, l'étudiant est prévenu par mail, avec le motif."),
}
CHANGED = {
    "stop": marked("L'échéancier est suspendu : plus rien n'est prélevé. L'étudiant est prévenu par mail."),
    "resume": marked(
        "L'échéancier est repris : l'étudiant est prévenu par mail des dates de ses prélèvements."
    ),
    "recut": marked(
        "Le reste est réparti de nouveau : l'étudiant est prévenu par mail de ses nouvelles échéances."
    ),
}
RELEASED = {
    InstalmentState.PAID: marked(
        "La passerelle a retrouvé le prélèvement : l'échéance est réglée, rien n'est repris."
    ),
    InstalmentState.DUE: marked("L'échéance est libérée : elle sera prélevée au prochain passage."),
}


@page(pages_accounting, "GET", QUEUE, action=PLAN_REQUESTS.action)
def staff_plan_requests(page_request: PageRequest) -> Response:
    query = _query(page_request)
    campaign = page_request.campaign_asked_for(query.campaign)
    found, cursor = list_plan_requests(page_request.ports, query.state, query.after, campaign.id)
    conflicts = list_conflicts(page_request.ports)
    further = {"state": query.state.value, **of_campaign(query.campaign), "after": cursor}
    return page_request.page(
        "staff_plan_requests",
        campaign=campaign,
        campaigns=page_request.ports.campaigns.every(),
        query=query,
        states=REQUEST_TABS,
        found=[
            (request, campaign.plans.get(request.plan_code), campaign.plan_label(request.plan_code))
            for request in found
        ],
        amounts_of=amounts_of,
        card_lacks=card_lacks(page_request.ports, found),
        check_word=check_word,
        applicants=list_applicants(page_request.ports, found),
        further=f"{QUEUE}?{urlencode(further)}" if cursor else "",
        may_decide=page_request.person.holds(Role.ACCOUNTANT),
        told=_decided(page_request),
        conflicts=conflicts,
        holders=_holders(page_request, conflicts),
    )


def _decided(page_request: PageRequest) -> str:
    """Return what a decision has done, with the name of its student; "" without one."""
    words, registration_id = DECIDED.get(page_request.parameter("done")), page_request.parameter("named")
    if not words or not is_registration_id(registration_id):
        return ""
    holder = show_file(page_request.ports, person_of(registration_id), registration_id).registration.holder
    return page_request.said(marked("%(name)s : %(value)s"), name=holder, value=page_request.said(words))


def _holders(page_request: PageRequest, conflicts: Sequence[Instalment]) -> dict[str, str]:
    """Return the name of each file's student; the file's id where the person is erased."""
    files = {each.registration_id for each in conflicts}
    names = names_of(page_request.ports, {person_of(each) for each in files})
    return {each: names.get(person_of(each), each) for each in files}


def _query(page_request: PageRequest) -> schemas.PlanQueueQuery:
    given = {name: page_request.parameter(name) for name in ("campaign", "state")}
    given["after"] = page_request.cursor() or ""
    return schemas.PlanQueueQuery.model_validate({name: value for name, value in given.items() if value})


@page(pages_accounting, "POST", f"{QUEUE}/{{registration_id}}/decision", action=Action.DECIDE_PLAN_REQUEST)
def decide_request(page_request: PageRequest, registration_id: str) -> Response:
    given = {"decision": page_request.field("decision"), "reason": page_request.field("reason")}
    asked = schemas.PlanDecisionRequest.model_validate(given, strict=False)  # a form field is always text
    question = decision_asked(page_request, registration_id, asked)
    if question and (question.moved or not is_sure(page_request)):
        return confirmation(page_request, question)
    decide_plan_request(
        page_request.ports,
        registration_id,
        asked.decision,
        asked.reason,
        page_request.person,
        page_request.field("checks_hash"),
    )
    back = {"done": asked.decision.value, "named": registration_id}
    return see_other(f"{QUEUE}?{urlencode(back | of_campaign(page_request.field('campaign')))}")


@page(pages_accounting, "GET", INSTALMENTS, action=Action.READ_INSTALMENTS)
def staff_instalments(page_request: PageRequest, registration_id: str) -> Response:
    return show_instalments(page_request, registration_id)


def show_instalments(
    page_request: PageRequest,
    registration_id: str,
    *,
    given: Mapping[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    mistake: str = "",
) -> Response:
    """Show the desk of one plan; after a refused act with what was typed and the refusal's sentence."""
    file = show_file(page_request.ports, person_of(registration_id), registration_id)
    return page_request.page(
        "staff_instalments",
        status=status,
        given=given or {},
        mistake=mistake,
        no_instalment=page_request.said(_no_instalment(file)),
        is_stopped=file.plan_request is not None and file.plan_request.is_stopped,
        registration=file.registration,
        queue=_queue_of(page_request, file.campaign),
        programme=file.programme,
        instalments=file.instalments,
        plan_request=file.plan_request,
        rest_cents=file.remaining_cents,
        most_parts=MOST_PARTS,
        debits=sorted(file.debits, key=lambda debit: debit.claimed_at),
        mandate=file.mandate,
        card_lack=file_lack(file),
        may_release=page_request.person.holds(Role.ACCOUNTANT),
        told=_told(page_request),
        changed=page_request.said(CHANGED.get(page_request.parameter("changed"), "")),
    )


def _no_instalment(file: RegistrationFile) -> str:
    if file.registration.is_paid:
        return marked("Ce dossier est réglé en une fois : il n'a pas d'échéance.")
    if file.plan_request and file.plan_request.state is PlanRequestState.REQUESTED:
        return marked("Aucune échéance : l'échéancier est demandé, et attend votre décision.")
    if file.has_binding_plan:
        return marked("Aucune échéance : la première n'est pas encore payée.")
    return marked("Ce dossier n'a pas d'échéancier.")


def _queue_of(page_request: PageRequest, campaign: Campaign) -> str:
    """Return the address of the queue in which the requests of begun plans stand."""
    is_current = campaign.id == page_request.ports.campaigns.current().id
    shown = {"state": PlanRequestState.APPROVED.value, **of_campaign("" if is_current else campaign.id)}
    return f"{QUEUE}?{urlencode(shown)}"


def _told(page_request: PageRequest) -> str:
    told = {state.value: words for state, words in RELEASED.items()}
    return page_request.said(told.get(page_request.parameter("done"), ""))


@page(pages_accounting, "POST", f"{INSTALMENTS}/{{rank}}/release", action=Action.RELEASE_INSTALMENT)
def release(page_request: PageRequest, registration_id: str, rank: str) -> Response:
    question = release_asked(page_request, registration_id, rank_of(rank))
    if question and (question.moved or not is_sure(page_request)):
        return confirmation(page_request, question)
    released = release_instalment(
        page_request.ports,
        registration_id,
        rank_of(rank),
        page_request.person,
        page_request.field("debit"),
    )
    onward = INSTALMENTS.format(registration_id=released.registration_id)
    return see_other(f"{onward}?{urlencode({'done': released.state.value})}")
