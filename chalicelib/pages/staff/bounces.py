"""Accounting tells what the bank took back, follows disputes, and reads the list of both."""

from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import RULES, Action, permit
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.collection.bounces import BankReturn
from chalicelib.domain.collection.disputes import STAGES as NEXT
from chalicelib.domain.collection.disputes import DisputeStage
from chalicelib.domain.collection.evidence import evidence_of
from chalicelib.domain.errors import DecisionNotPossible
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import PaymentMethod
from chalicelib.pages.desks import ARREARS, UNPAID
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.collection_words import METHODS, REASONS, STAGES, standing_of
from chalicelib.portal.texts import marked
from chalicelib.usecases.collection.issue_evidence import issue_evidence
from chalicelib.usecases.collection.list_unpaid import list_unpaid
from chalicelib.usecases.collection.remind_arrears import list_arrears
from chalicelib.usecases.collection.take_back_payment import (
    check_return,
    show_payment,
    stage_dispute,
    take_back_payment,
)
from chalicelib.web.problems import status_of
from chalicelib.web.schemas.collection import BouncedPayment, DisputeStep

pages_bounces = Blueprint(__name__)
BOUNCE = "/staff/payments/{booked_payment_id}/bounce"
FIELDS = ("amount_cents", "reason", "dispute_reason", "evidence_due_on")
NOT_READ = marked("Donnez le motif de la banque, 500 caractères au plus, et un jour valable.")
AGES = (
    marked("30 jours au plus"),
    marked("31 à 60 jours"),
    marked("61 à 90 jours"),
    marked("plus de 90 jours"),
)
TOLD = {
    "bounced": marked(
        "Le règlement est enregistré comme repris par la banque ; l'étudiant est prévenu par mail."
    ),
    "evidence_sent": marked("La réponse est notée comme envoyée à la banque."),
    "won": marked(
        "La contestation est gagnée : le paiement compte de nouveau, l'étudiant est prévenu par mail. "
        "Le blocage du dossier et la suspension de l'échéancier restent : levez-les s'il y a lieu."
    ),
    "lost": marked("La contestation est perdue : la somme reste due."),
}


@page(pages_bounces, "GET", UNPAID.path, action=UNPAID.action)
def staff_unpaid(page_request: PageRequest) -> Response:
    found, cursor = list_unpaid(page_request.ports, page_request.cursor())
    return page_request.page(
        "staff_unpaid",
        found=found,
        further=f"{UNPAID.path}?{urlencode({'after': cursor})}" if cursor else "",
        methods=METHODS,
        reasons=REASONS,
        standing_of=standing_of,
        today=paris_day(page_request.ports.now()),
    )


@page(pages_bounces, "GET", ARREARS.path, action=ARREARS.action)
def staff_arrears(page_request: PageRequest) -> Response:
    found, today = list_arrears(page_request.ports), paris_day(page_request.ports.now())
    totals: Counter[int] = Counter()
    for each in found:
        totals[each.arrears.band_on(today)] += each.arrears.cents
    return page_request.page(
        "staff_arrears", found=found, bands=AGES, totals=totals, total_cents=totals.total(), today=today
    )


@page(pages_bounces, "GET", BOUNCE, action=Action.READ_INSTALMENTS)
def staff_bounce(page_request: PageRequest, booked_payment_id: str) -> Response:
    return _desk(page_request, booked_payment_id)


@page(pages_bounces, "GET", f"{BOUNCE}/evidence", action=Action.READ_INSTALMENTS)
def staff_evidence(page_request: PageRequest, booked_payment_id: str) -> Response:
    """Show on one page, to be printed, all that answers a dispute."""
    file, payment = show_payment(page_request.ports, booked_payment_id)
    return page_request.page(
        "staff_evidence",
        registration=file.registration,
        programme=file.programme,
        pack=evidence_of(file, payment),
        reasons=REASONS,
    )


@page(pages_bounces, "GET", f"{BOUNCE}/evidence/pdf", action=Action.READ_INSTALMENTS)
def download_evidence(page_request: PageRequest, booked_payment_id: str) -> Response:
    """Render it anew; the same facts on the same day give the same document, so GET is safe."""
    _, link = issue_evidence(page_request.ports, booked_payment_id)
    return see_other(link)


@page(pages_bounces, "POST", f"{BOUNCE}/check", action=Action.BOUNCE_PAYMENT)
def check_bounce(page_request: PageRequest, booked_payment_id: str) -> Response:
    """Show what is going to be taken back, with the name and the amount."""
    permit(page_request.person, Action.BOUNCE_PAYMENT, person_of(booked_payment_id))
    if page_request.field("edit"):
        return _desk(page_request, booked_payment_id, given=_given(page_request))
    try:
        returned = _returned(page_request)
        check_return(page_request.ports, booked_payment_id, returned)
    except ValidationError:
        return _again(
            page_request, booked_payment_id, HTTPStatus.UNPROCESSABLE_ENTITY, page_request.said(NOT_READ)
        )
    except DecisionNotPossible as refusal:
        return _again(page_request, booked_payment_id, status_of(refusal), page_request.sentence(refusal))
    file, payment = show_payment(page_request.ports, booked_payment_id)
    return page_request.page(
        "staff_bounce_confirmation",
        registration=file.registration,
        payment=payment,
        returned=returned,
        given=_given(page_request),
        methods=METHODS,
        reasons=REASONS,
        stops_plan=file.has_started_plan and bool(returned.dispute),
    )


@page(pages_bounces, "POST", f"{BOUNCE}/confirmation", action=Action.BOUNCE_PAYMENT)
def bounce_payment_page(page_request: PageRequest, booked_payment_id: str) -> Response:
    try:
        returned = _returned(page_request)
        take_back_payment(page_request.ports, booked_payment_id, returned, page_request.person)
    except DecisionNotPossible as refusal:
        return _again(page_request, booked_payment_id, status_of(refusal), page_request.sentence(refusal))
    return _done(booked_payment_id, "bounced")


@page(pages_bounces, "POST", f"{BOUNCE}/dispute", action=Action.BOUNCE_PAYMENT)
def follow_dispute_page(page_request: PageRequest, booked_payment_id: str) -> Response:
    given = {name: page_request.field(name) or None for name in ("stage", "opened_at")}
    given["reason"] = page_request.field("reason")
    asked = DisputeStep.model_validate(given, strict=False)  # a form field is always text
    try:
        stage_dispute(
            page_request.ports,
            booked_payment_id,
            DisputeStage(asked.stage),
            asked.reason,
            page_request.person,
            asked.opened_at,
        )
    except DecisionNotPossible as refusal:
        return _again(page_request, booked_payment_id, status_of(refusal), page_request.sentence(refusal))
    return _done(booked_payment_id, asked.stage)


def _desk(
    page_request: PageRequest,
    payment_id: str,
    *,
    given: Mapping[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    mistake: str = "",
) -> Response:
    file, payment = show_payment(page_request.ports, payment_id)
    may_act = page_request.person.holds(*RULES[Action.BOUNCE_PAYMENT].roles)
    dispute = payment.dispute
    return page_request.page(
        "staff_bounce",
        status=status,
        registration=file.registration,
        payment=payment,
        is_card=payment.method is PaymentMethod.CARD,
        given=given or {},
        mistake=mistake,
        told=page_request.said(TOLD.get(page_request.parameter("done"), "")),
        may_bounce=may_act and payment.kept_cents > 0,
        next_stages=[each for each in DisputeStage if dispute and may_act and each in NEXT[dispute.stage]],
        methods=METHODS,
        reasons=REASONS,
        stages=STAGES,
        standing=standing_of(payment),
        today=paris_day(page_request.ports.now()),
    )


def _again(page_request: PageRequest, payment_id: str, status: HTTPStatus, mistake: str) -> Response:
    """Show the refused form as it was filled in."""
    return _desk(page_request, payment_id, given=_given(page_request), status=status, mistake=mistake)


def _given(page_request: PageRequest) -> dict[str, str]:
    return {name: page_request.field(name) for name in FIELDS}


def _returned(page_request: PageRequest) -> BankReturn:
    given = {name: value or None for name, value in _given(page_request).items()}
    asked = BouncedPayment.model_validate(given, strict=False)  # a form field is always text
    return BankReturn(asked.amount_cents, asked.reason, asked.dispute_reason, asked.evidence_due_on)


def _done(payment_id: str, what: str) -> Response:
    return see_other(f"{BOUNCE.format(booked_payment_id=payment_id)}?done={what}")
