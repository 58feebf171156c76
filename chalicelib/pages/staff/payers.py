"""Third-party payers: the desk, the form of one registration, its confirmation, and the invoice."""

from http import HTTPStatus

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.corrections.refusals import CreditNoteTooLarge, RestChanged
from chalicelib.domain.errors import (
    ConcurrentUpdate,
    DecisionNotPossible,
    FeeSituationMissing,
    PaymentOpen,
    PaymentUnclear,
    QuittanceError,
)
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.languages import Language
from chalicelib.domain.owed import asked_cents
from chalicelib.domain.payers.naming import most_cents
from chalicelib.domain.payers.payer import Payer, PayerFacts, PayerState
from chalicelib.domain.payers.refusals import PayerNotNamed
from chalicelib.pages.desks import PAYERS
from chalicelib.pages.frame.language import NAMES
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.payer_words import KINDS, STATES
from chalicelib.portal.texts import marked
from chalicelib.usecases.invoices.render_invoice import LINK_SECONDS, render_invoice_of
from chalicelib.usecases.payers.invoice_payer import invoice_payer, preview_payer_invoice
from chalicelib.usecases.payers.list_payers import list_payers
from chalicelib.usecases.payers.name_payer import name_payer, preview_payer, take_back_payer
from chalicelib.usecases.registrations.show_account import open_file, show_account, show_file
from chalicelib.web.parsing import cents_of, seen_number
from chalicelib.web.payers import payer_facts
from chalicelib.web.problems import status_of
from chalicelib.web.schemas.payers import NewPayer, PayerAddress

pages_payers = Blueprint(__name__)
PAYER = "/staff/registrations/{registration_id}/payer"
ADDRESS = ("line1", "line2", "zip_code", "city", "country")
REFERENCES = ("kind", "name", "siret", "email", "language", "service_code", "engagement")
FIELDS = (*REFERENCES, *ADDRESS, "amount", "needs_engagement")
LABELS = {
    "kind": marked("la nature"),
    "name": marked("la raison sociale"),
    "address": marked("l'adresse"),
    "siret": marked("le SIRET"),
    "email": marked("le mail du contact"),
    "language": marked("la langue de ses mails"),
    "amount_cents": marked("la part prise en charge"),
    "service_code": marked("le code service"),
    "engagement": marked("le numéro d'engagement"),
}
REFUSALS = (
    DecisionNotPossible,
    ConcurrentUpdate,
    CreditNoteTooLarge,
    FeeSituationMissing,
    PaymentOpen,
    PaymentUnclear,
)
TOLD = {
    "named": marked("Le tiers payeur est enregistré : la comptabilité établit sa facture."),
    "withdrawn": marked("Le tiers payeur est retiré ; l'étudiant est prévenu par mail."),
    "invoiced": marked("La facture est établie et envoyée au tiers payeur par mail."),
}


@page(pages_payers, "GET", PAYERS.path, action=PAYERS.action)
def staff_payers(page_request: PageRequest) -> Response:
    named, invoiced = (
        list_payers(page_request.ports, state) for state in (PayerState.NAMED, PayerState.INVOICED)
    )
    return page_request.page("staff_payers", named=named, invoiced=invoiced, kinds=KINDS)


@page(pages_payers, "GET", PAYER, action=Action.READ_PAYERS)
def staff_payer(page_request: PageRequest, registration_id: str) -> Response:
    return _form(page_request, registration_id)


@page(pages_payers, "POST", f"{PAYER}/check", action=Action.NAME_PAYER)
def check_payer(page_request: PageRequest, registration_id: str) -> Response:
    """Show who is going to be named and what the student owes then."""
    if page_request.field("edit"):
        return _form(page_request, registration_id, given=_given(page_request))
    return _checked(page_request, registration_id)


def _checked(page_request: PageRequest, registration_id: str, moved: RestChanged | None = None) -> Response:
    """`moved` says why it is shown again."""
    seen = page_request.field("seen")
    try:
        facts = _asked(page_request, page_request.field("amount"))
        before, then = preview_payer(
            page_request.ports, registration_id, facts, page_request.person, seen or None
        )
    except ValidationError as error:
        return _again(
            page_request, registration_id, HTTPStatus.UNPROCESSABLE_ENTITY, _faults(page_request, error)
        )
    except REFUSALS as refusal:
        return _refused(page_request, registration_id, refusal)
    return page_request.page(
        "staff_payer_confirmation",
        status=status_of(moved) if moved else HTTPStatus.OK,
        moved=page_request.sentence(moved),
        registration=then.registration,
        payer=then.payer,
        is_after_order=then.awaited_payer is not None,
        owed=(asked_cents(before), asked_cents(then)),
        seen=seen,
        share=_typed(then.payer.facts.share_cents if then.payer else 0),
        given=_given(page_request),
        kinds=KINDS,
        languages=NAMES,
    )


@page(pages_payers, "POST", f"{PAYER}/confirmation", action=Action.NAME_PAYER)
def name_the_payer(page_request: PageRequest, registration_id: str) -> Response:
    """Name it for what the confirmation told; where the student owes another amount, show that first."""
    owed_seen = seen_number(page_request.field("owed_seen"), otherwise=-1)
    try:
        name_payer(
            page_request.ports,
            registration_id,
            _asked(page_request, page_request.field("share")),
            page_request.person,
            page_request.field("seen") or None,
            owed_seen,
        )
    except RestChanged as moved:
        return _checked(page_request, registration_id, moved)
    except ValidationError as error:
        return _again(
            page_request, registration_id, HTTPStatus.UNPROCESSABLE_ENTITY, _faults(page_request, error)
        )
    except REFUSALS as refusal:
        return _refused(page_request, registration_id, refusal)
    return _done(registration_id, "named")


@page(pages_payers, "POST", f"{PAYER}/withdrawal", action=Action.NAME_PAYER)
def withdraw_the_payer(page_request: PageRequest, registration_id: str) -> Response:
    reason = page_request.field("reason")[:500]
    try:
        seen = page_request.field("seen")
        take_back_payer(page_request.ports, registration_id, reason, page_request.person, seen)
    except REFUSALS as refusal:
        return _refused(page_request, registration_id, refusal)
    return _done(registration_id, "withdrawn")


@page(pages_payers, "GET", f"{PAYER}/invoice", action=Action.INVOICE_PAYER)
def check_payer_invoice(page_request: PageRequest, registration_id: str) -> Response:
    """Show the invoice that is going to be drawn, and the credit note that lowers the student's order."""
    try:
        draft = preview_payer_invoice(page_request.ports, registration_id, page_request.person)
    except REFUSALS as refusal:
        return _refused(page_request, registration_id, refusal)
    return page_request.page(
        "staff_payer_invoice",
        registration=draft.file.registration,
        payer=draft.file.payer,
        invoice=draft.invoice,
        note=draft.note,
    )


@page(pages_payers, "POST", f"{PAYER}/invoice", action=Action.INVOICE_PAYER)
def invoice_the_payer(page_request: PageRequest, registration_id: str) -> Response:
    try:
        invoice_payer(page_request.ports, registration_id, page_request.person, page_request.field("seen"))
    except REFUSALS as refusal:
        return _refused(page_request, registration_id, refusal)
    return _done(registration_id, "invoiced")


@page(pages_payers, "POST", f"{PAYER}/pdf", action=Action.READ_PAYERS)
def open_payer_invoice(page_request: PageRequest, registration_id: str) -> Response:
    """Render the invoice of a payer, once, and redirect to a link that expires in minutes."""
    account = show_account(page_request.ports, person_of(registration_id))
    file, asked = open_file(page_request.ports, account, registration_id), page_request.field("number")
    number = next((e.number for e in file.of_payers.invoices if str(e.number) == asked), None)
    if number is None:
        return _refused(page_request, registration_id, PayerNotNamed())
    document = render_invoice_of(page_request.ports, account, number)
    return see_other(page_request.ports.documents.link(document.key, LINK_SECONDS))


def _form(
    page_request: PageRequest,
    registration_id: str,
    *,
    given: dict[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    mistake: str = "",
) -> Response:
    file = show_file(page_request.ports, person_of(registration_id), registration_id)
    named = file.named_payer
    return page_request.page(
        "staff_payer",
        status=status,
        registration=file.registration,
        programme=file.programme,
        payers=[(each, file.of_payers.of_invoice(each.invoice_number)) for each in file.payers],
        named=named,
        most_cents=_most(file) if not named else None,
        given=given or (_known(named) if named else {}),
        kinds=KINDS,
        languages=NAMES,
        states=STATES,
        reason=page_request.field("reason"),
        mistake=mistake,
        told=page_request.said(TOLD.get(page_request.parameter("done"), "")),
        may_name=page_request.person.holds(*RULES[Action.NAME_PAYER].roles),
        may_invoice=page_request.person.holds(*RULES[Action.INVOICE_PAYER].roles),
        may_credit=page_request.person.holds(*RULES[Action.ISSUE_CREDIT_NOTE].roles),
    )


def _most(file: object) -> int | None:
    try:
        return most_cents(file)  # type: ignore[arg-type]  # a file of the caller
    except QuittanceError:
        return None


def _known(payer: Payer) -> dict[str, str]:
    """Return the form as it was filled in for the payer that is named now."""
    facts, address = payer.facts, payer.facts.address
    line1, line2 = (*address.lines, "", "")[:2]
    return {
        "kind": facts.kind.value,
        "name": facts.name,
        "siret": facts.siret,
        "email": facts.email,
        "language": facts.language.value,
        "service_code": facts.service_code,
        "engagement": facts.engagement,
        "needs_engagement": "1" if facts.needs_engagement else "",
        "line1": line1,
        "line2": line2,
        "zip_code": address.zip_code,
        "city": address.city,
        "country": address.country,
        "amount": _typed(facts.share_cents),
    }


def _typed(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _asked(page_request: PageRequest, amount: str) -> PayerFacts:
    """Read the form; raise `ValidationError` for what cannot be read. An empty amount is the whole."""
    given = _given(page_request)
    address = PayerAddress.model_validate({name: given[name] for name in ADDRESS})
    asked = NewPayer.model_validate(
        {
            **{name: given[name] for name in REFERENCES},
            "address": address,
            "amount_cents": (cents_of(amount) or 0) if amount else None,
            "needs_engagement": bool(given["needs_engagement"]),
        }
    )
    return payer_facts(asked)


def _given(page_request: PageRequest) -> dict[str, str]:
    given = {name: page_request.field(name) for name in FIELDS}
    language = given["language"] or Language.FR.value
    return {**given, "country": given["country"].upper() or "FR", "language": language}


def _refused(page_request: PageRequest, registration_id: str, refusal: QuittanceError) -> Response:
    return _again(page_request, registration_id, status_of(refusal), page_request.sentence(refusal))


def _again(page_request: PageRequest, registration_id: str, status: HTTPStatus, mistake: str) -> Response:
    """Show the refused form as it was filled in."""
    given = _given(page_request) if page_request.field("name") else None
    return _form(page_request, registration_id, given=given, status=status, mistake=mistake)


def _done(registration_id: str, done: str) -> Response:
    return see_other(f"{PAYER.format(registration_id=registration_id)}?done={done}")


def _faults(page_request: PageRequest, error: ValidationError) -> str:
    """Name the fields that could not be read."""
    places = (str(fault["loc"][0]) for fault in error.errors() if fault["loc"])
    named = dict.fromkeys(LABELS.get(place, LABELS["address"]) for place in places)
    fields = ", ".join(page_request.said(each) for each in named)
    return page_request.said("Vérifiez %(fields)s.", fields=fields)
