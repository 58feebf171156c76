from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.api.views import me, menu_entry, quote_view, registration_view
from chalicelib.domain import decisions, errors
from chalicelib.domain.evidence import refusals as evidence
from chalicelib.usecases.campaigns.explain_amount import explain_amount
from chalicelib.usecases.evidence.check_cvec import check_cvec
from chalicelib.usecases.evidence.check_grant import check_grant
from chalicelib.usecases.registrations.choose_fee_situation import choose_fee_situation
from chalicelib.usecases.registrations.show_account import open_file, open_files, show_file, show_menu
from chalicelib.web.schemas import registrations as schemas
from chalicelib.web.schemas.evidence import CvecNumber, GrantConsent

registrations = Blueprint(__name__)


@endpoint(registrations, "GET", "/me", answer=schemas.Me, shows_account=True)
def show_me(call: Call) -> schemas.Me:
    return me(call.account.person)


@endpoint(
    registrations,
    "GET",
    "/menu",
    query=schemas.MenuQuery,
    answer=schemas.Menu,
    errors=[errors.NotFound],
    shows_account=True,
)
def show_the_menu(call: Call) -> schemas.Menu:
    items, campaign = show_menu(call.ports, call.account, call.query.registration)
    return schemas.Menu(items=[menu_entry(item, campaign, call.language) for item in items])


@endpoint(registrations, "GET", "/registrations", answer=schemas.RegistrationList, shows_account=True)
def list_my_registrations(call: Call) -> schemas.RegistrationList:
    files = open_files(call.ports, call.account)
    return schemas.RegistrationList(items=[registration_view(file, call.language) for file in files])


@endpoint(
    registrations,
    "GET",
    "/registrations/{registration_id}",
    answer=schemas.RegistrationView,
    errors=[errors.NotFound],
    shows_account=True,
)
def show_registration(call: Call, registration_id: str) -> schemas.RegistrationView:
    return registration_view(open_file(call.ports, call.account, registration_id), call.language)


@endpoint(
    registrations,
    "PUT",
    "/registrations/{registration_id}/fee-situation",
    body=schemas.FeeSituationChoice,
    answer=schemas.RegistrationView,
    errors=[
        errors.NotFound,
        errors.WindowClosed,
        errors.FeeSituationNotAllowed,
        errors.RegistrationLocked,
        decisions.RegistrationMoved,
        errors.PlanBinding,
        errors.PaymentOpen,
        errors.PaymentUnclear,
        errors.ConcurrentUpdate,
    ],
)
def declare_fee_situation(call: Call, registration_id: str) -> schemas.RegistrationView:
    asked: schemas.FeeSituationChoice = call.body
    choose_fee_situation(call.ports, call.person_id, registration_id, asked.code, asked.seen_hash)
    return registration_of(call, registration_id)


EVIDENCE_REFUSED = [
    errors.NotFound,
    evidence.EvidenceChecked,
    evidence.SourceOff,
    decisions.AlreadyDecided,
    errors.TooManyAttempts,
    errors.ConcurrentUpdate,
]


@endpoint(
    registrations,
    "PUT",
    "/registrations/{registration_id}/cvec",
    body=CvecNumber,
    answer=schemas.RegistrationView,
    errors=[evidence.CvecNumberWrong, *EVIDENCE_REFUSED],
)
def give_cvec_number(call: Call, registration_id: str) -> schemas.RegistrationView:
    check_cvec(call.ports, call.person_id, registration_id, call.body.number, call.body.birth_name)
    return registration_of(call, registration_id)


@endpoint(
    registrations,
    "PUT",
    "/registrations/{registration_id}/grant",
    body=GrantConsent,
    answer=schemas.RegistrationView,
    errors=[evidence.IneWrong, evidence.ConsentMissing, *EVIDENCE_REFUSED],
)
def let_grant_be_checked(call: Call, registration_id: str) -> schemas.RegistrationView:
    asked = call.body
    check_grant(call.ports, call.person_id, registration_id, asked.ine, consents=asked.consent)
    return registration_of(call, registration_id)


@endpoint(
    registrations,
    "GET",
    "/registrations/{registration_id}/quote",
    answer=schemas.Quote,
    errors=[errors.NotFound, errors.FeeSituationMissing, errors.ProgrammeNotPriced],
    shows_account=True,
)
def show_registration_quote(call: Call, registration_id: str) -> schemas.Quote:
    file = open_file(call.ports, call.account, registration_id)
    return quote_view(file, explain_amount(call.ports, file), call.language)


def registration_of(call: Call, registration_id: str) -> schemas.RegistrationView:
    """Return one registration as it is now, as the response to a change of it."""
    return registration_view(show_file(call.ports, call.person_id, registration_id), call.language)
