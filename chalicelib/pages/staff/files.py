"""The whole file of one registration, and the registrar's decision on its evidence in one form."""

from collections.abc import Mapping
from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.errors import DecisionNotPossible, PaymentOpen, PaymentUnclear, RegistrationLocked
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Decision, block_hash
from chalicelib.domain.trail.undo import ACTIONS, minutes_left
from chalicelib.pages.books.confirmation import Pairs, confirmation, is_sure
from chalicelib.pages.desks import REGISTRATIONS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.pages.staff.file_acts import acts_of
from chalicelib.pages.staff.file_questions import read_of, validation_asked
from chalicelib.pages.staff.list_address import back_to, carried, list_address
from chalicelib.portal import correction_words, list_words
from chalicelib.portal.collection_words import standing_of
from chalicelib.portal.evidence import words as evidence_words
from chalicelib.portal.payer_words import STATES as PAYER_STATES
from chalicelib.portal.refund_words import METHODS, STATES
from chalicelib.portal.texts import marked
from chalicelib.usecases.lists.show_registration import show_registration
from chalicelib.usecases.people.list_people import names_of
from chalicelib.usecases.registrations.block_registration import block_registration
from chalicelib.usecases.registrations.decide_registration import tick_steps
from chalicelib.usecases.registrations.mark_provisional import mark_provisional
from chalicelib.web.parsing import kept_of, steps_of
from chalicelib.web.problems import status_of
from chalicelib.web.registrations import decide_as_asked
from chalicelib.web.schemas import registrations as schemas

pages_files = Blueprint(__name__)
FILE = f"{REGISTRATIONS.path}/{{registration_id}}"
STEPS = "steps"
TOLD = {
    "block": marked("Le dossier est bloqué : rien n'est prélevé."),
    "unblock": marked("Le blocage est levé."),
    "provisional": marked("L'attente de la notification de bourse est enregistrée."),
    "comment": marked("Le commentaire est enregistré."),
    **{kind.value: told for kind, told in correction_words.DONE.items()},
    "undo": marked("L'acte est annulé."),
}


@page(pages_files, "GET", FILE, action=Action.READ_REGISTRATIONS)
def staff_registration(page_request: PageRequest, registration_id: str) -> Response:
    return show_file_page(page_request, registration_id, back=page_request.parameter("back"))


def show_file_page(
    page_request: PageRequest,
    registration_id: str,
    *,
    back: str = "",
    mistake: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    typed_comment: Mapping[str, str] | None = None,
) -> Response:
    """Show the file; after a refused act with what was typed and the refusal's sentence."""
    shown = show_registration(page_request.ports, registration_id)
    file, query, person = shown.file, back_to(back), page_request.person
    return page_request.page(
        "staff_registration",
        status=status,
        campaign=file.campaign,
        shown=shown,
        file=file,
        registration=file.registration,
        entry=shown.entry,
        student=shown.account.person,
        numbers={each.provider: each.written or each.subject.upper() for each in shown.numbers},
        position=shown.position,
        documents=shown.account.documents,
        names=names_of(
            page_request.ports, {each.by for each in shown.history} | {shown.comment.written_by} - {""}
        ),
        acts=acts_of(person, file, page_request.language),
        words=list_words,
        evidence_words=evidence_words,
        standing_of=standing_of,
        refund_states=STATES,
        refund_methods=METHODS,
        may_refund=_may(person, Action.READ_CREDITS),
        payer_states=PAYER_STATES,
        paris_day=paris_day,
        back=carried(query),
        back_address=list_address(query, page=query.page),
        may_decide=_may(person, Action.DECIDE_REGISTRATION),
        may_block=_may(person, Action.BLOCK_REGISTRATION),
        may_comment=_may(person, Action.COMMENT_REGISTRATION),
        typed_comment=typed_comment,
        may_undo=shown.undoable and _may(person, ACTIONS[shown.undoable.act]),
        minutes_left=minutes_left(shown.undoable, page_request.ports.now()),
        today=paris_day(page_request.ports.now()),
        seen=_boxes(page_request, file.registration.seen_steps),
        read_of=read_of,
        block_hash=block_hash(registration_id, file.registration.block_reason),
        reason=page_request.field("reason") if mistake else "",
        kept_typed=page_request.field("kept") if mistake else "",
        mistake=mistake,
        told=page_request.said(TOLD.get(page_request.parameter("done"), "")),
    )


def _may(person: Person, action: Action) -> bool:
    return person.holds(*RULES[action].roles)


def _seen(page_request: PageRequest) -> frozenset[str]:
    return frozenset(page_request.form.get("step", []))


def _earlier(page_request: PageRequest) -> list[str] | None:
    """Return the steps that the page showed as ticked; None if its form does not tell."""
    return page_request.field("earlier_steps").split() if "earlier_steps" in page_request.form else None


def _boxes(page_request: PageRequest, today: frozenset[str]) -> frozenset[str]:
    """Return the steps to show as ticked: today's, with what was changed in a form that was refused."""
    if not page_request.field("has_steps"):
        return today
    given, earlier = _seen(page_request), _earlier(page_request)
    if earlier is None:
        return given
    return (today | (given - frozenset(earlier))) - (frozenset(earlier) - given)


@page(pages_files, "POST", f"{FILE}/decision", action=Action.DECIDE_REGISTRATION)
def decide(page_request: PageRequest, registration_id: str) -> Response:
    """Record evidence and decision together; evidence alone by the button that says so."""
    given: dict[str, object] = {name: page_request.field(name) for name in ("decision", "reason")}
    if given["decision"] == STEPS:
        return tick(page_request, registration_id)
    given["kept_cents"] = kept_of(page_request.field("kept"))
    given["seen_hash"] = page_request.field("seen") or None
    given["seen_steps"] = page_request.form.get("step", []) if page_request.field("has_steps") else None
    given["earlier_steps"] = _earlier(page_request)
    asked = schemas.DecisionRequest.model_validate(given, strict=False)  # a form field is always text
    try:
        if asked.decision is Decision.VALIDATE and not is_sure(page_request):
            question = validation_asked(page_request, registration_id, asked, _sent(page_request))
            if question:
                return confirmation(page_request, question)
        decide_as_asked(page_request.ports, registration_id, asked, page_request.person)
    except (DecisionNotPossible, PaymentOpen, PaymentUnclear, RegistrationLocked) as refused:
        return show_file_page(
            page_request,
            registration_id,
            back=page_request.field("back"),
            mistake=page_request.sentence(refused),
            status=status_of(refused),
        )
    return _back_to_list(page_request, registration_id, asked.decision)


def _sent(page_request: PageRequest) -> Pairs:
    fields = tuple((each, page_request.field(each)) for each in ("has_steps", "reason", "kept", "back"))
    return (*fields, *(("step", each) for each in page_request.form.get("step", [])))


@page(pages_files, "POST", f"{FILE}/seen-steps", action=Action.TICK_STEPS)
def tick(page_request: PageRequest, registration_id: str) -> Response:
    seen, earlier = page_request.form.get("step", []), _earlier(page_request)
    asked = schemas.SeenSteps(seen_steps=seen, earlier_steps=earlier)
    steps, earlier_steps = frozenset(asked.seen_steps), steps_of(asked.earlier_steps)
    try:
        tick_steps(page_request.ports, registration_id, steps, page_request.person, earlier_steps)
    except DecisionNotPossible as refused:
        said, back = page_request.sentence(refused), page_request.field("back")
        return show_file_page(
            page_request, registration_id, back=back, mistake=said, status=status_of(refused)
        )
    return _back_to_list(page_request, registration_id, STEPS)


@page(pages_files, "POST", f"{FILE}/provisional", action=Action.DECIDE_REGISTRATION)
def provisional(page_request: PageRequest, registration_id: str) -> Response:
    """Mark a grant holder who waits for the notification, or end the mark."""
    asked = schemas.ProvisionalRequest.model_validate({"until": page_request.field("until") or None})
    try:
        mark_provisional(page_request.ports, registration_id, asked.until, page_request.person)
    except DecisionNotPossible as refused:
        said, back = page_request.sentence(refused), page_request.field("back")
        return show_file_page(
            page_request, registration_id, back=back, mistake=said, status=status_of(refused)
        )
    path = FILE.format(registration_id=registration_id)
    return see_other(list_words.address(path, back=page_request.field("back"), done="provisional"))


@page(pages_files, "POST", f"{FILE}/block", action=Action.BLOCK_REGISTRATION)
def block(page_request: PageRequest, registration_id: str) -> Response:
    is_block = page_request.field("blocked") == "1"
    asked = schemas.BlockRequest(
        blocked=is_block,
        reason=page_request.field("reason"),
        block_hash=page_request.field("block_hash") or None,
    )
    try:
        block_registration(
            page_request.ports,
            registration_id,
            asked.blocked,
            asked.reason,
            page_request.person,
            asked.block_hash,
        )
    except DecisionNotPossible as refused:
        said = page_request.sentence(refused)
        back = page_request.field("back")
        return show_file_page(
            page_request, registration_id, back=back, mistake=said, status=status_of(refused)
        )
    done = "block" if is_block else "unblock"
    path = FILE.format(registration_id=registration_id)
    return see_other(list_words.address(path, back=page_request.field("back"), done=done))


def _back_to_list(page_request: PageRequest, registration_id: str, done: str) -> Response:
    query = back_to(page_request.field("back"))
    return see_other(list_address(query, page=query.page, done=done, named=registration_id))
