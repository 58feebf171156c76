"""The page of one payment by card: before, during and after the gateway's page."""

from http import HTTPStatus
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.causes import PaymentOutdated
from chalicelib.domain.errors import NotFound, SessionMissing
from chalicelib.domain.menu import rest_to_pay
from chalicelib.domain.payments import PAGE_LIFETIME, Attempt, AttemptState, PaymentPage
from chalicelib.domain.plan.standing import place_of, standing
from chalicelib.domain.receipts import receipt
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.observability import note_page
from chalicelib.pages.links.payer import token_of
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.payment_words import MESSAGES
from chalicelib.usecases.payments.give_up_attempt import give_up_attempt
from chalicelib.usecases.payments.record_return import record_return
from chalicelib.usecases.payments.show_attempt import note_return, show_attempt
from chalicelib.usecases.payments.start_card_payment import resume_card_payment
from chalicelib.usecases.registrations.show_account import open_file
from chalicelib.web.problems import status_of

pages_attempts = Blueprint(__name__)
STUDENT = Action.USE_STUDENT_MENUS
CANCELLED = "cancelled"
BACK = {"annule": f"?back={CANCELLED}", "refuse": "?again=1", "attente": "?again=1"}
"""What the page of a payment is told of the way back from the gateway's page."""
WAYS = ("effectue", "refuse", "annule", "attente")
COLOURS = {
    AttemptState.PAID: "yes",
    AttemptState.REFUNDED: "heed",
    AttemptState.REFUSED: "no",
    AttemptState.CANCELLED: "no",
    AttemptState.UNKNOWN: "heed",
    AttemptState.PENDING: "heed",
}


@page(pages_attempts, "GET", "/payments/{payment_id}", action=STUDENT, settles=True)
def payment(page_request: PageRequest, payment_id: str) -> Response:
    return _shown(page_request, payment_id)


def _shown(page_request: PageRequest, payment_id: str, outdated: PaymentOutdated | None = None) -> Response:
    attempt = show_attempt(page_request.ports, page_request.person.id, payment_id)
    file = open_file(page_request.ports, page_request.account, attempt.registration_id)
    is_back_unpaid = page_request.parameter("back") == CANCELLED
    return page_request.page(
        "payment",
        status=status_of(outdated) if outdated else HTTPStatus.OK,
        outdated=outdated,
        registration_id=attempt.registration_id if page_request.has_several_files else "",
        attempt=attempt,
        message=MESSAGES[attempt.state],
        colour=COLOURS[attempt.state],
        receipt=receipt(file, attempt),
        was_paid_before=bool(page_request.parameter("again") or is_back_unpaid),
        rest=rest_to_pay(file),
        place=_place(attempt, file),
        again=_again(attempt, file),
        minutes=int(PAGE_LIFETIME.total_seconds()) // 60,
        is_begun=attempt.left_at is not None or bool(attempt.refusal_code) or is_back_unpaid,
        is_back_unpaid=is_back_unpaid,
    )


def _place(attempt: Attempt, file: RegistrationFile) -> tuple[int, int] | None:
    """Return which instalment it pays and of how many, 0 if unknown; None if it pays all at once."""
    if attempt.terms is None:
        return None
    parts = len(standing(file.instalments)) or (attempt.terms.plan.instalments if attempt.terms.plan else 0)
    return place_of(attempt.terms.rank, file.instalments), parts


def _again(attempt: Attempt, file: RegistrationFile) -> str:
    """Return the page that starts such a payment once more."""
    if attempt.terms:
        return "/pay-plan"
    return "/pay-rest" if file.has_started_plan else "/pay-once"


@page(pages_attempts, "POST", "/payments/{payment_id}/leave", action=STUDENT)
def leave_for_the_gateway(page_request: PageRequest, payment_id: str) -> Response:
    """Make the form at the click and redirect the browser: no page holds it, so Back and reload are safe."""
    try:
        started = resume_card_payment(
            page_request.ports, page_request.person.id, payment_id, page_request.language
        )
    except PaymentOutdated as outdated:
        return _shown(page_request, payment_id, outdated)
    if not started:
        return see_other(f"/payments/{payment_id}?again=1")
    note_page(started.attempt)
    return see_other(address_of(started.page))


@page(pages_attempts, "POST", "/payments/{payment_id}/give-up", action=STUDENT)
def give_up(page_request: PageRequest, payment_id: str) -> Response:
    give_up_attempt(page_request.ports, page_request.person.id, payment_id)
    return see_other(f"/payments/{payment_id}")


@page(pages_attempts, "GET", "/payments/return/{way}", public=True, settles=True)
def payment_return(page_request: PageRequest, way: str) -> Response:
    """Redirect the browser that comes back from the gateway to the attempt's page.

    What the gateway signed is kept; the return itself settles nothing.
    """
    if way not in WAYS:
        raise NotFound
    attempt_id = page_request.ports.gateway.attempt_id(page_request.parameter("Ref"))
    if attempt_id and way == "effectue":
        record_return(page_request.ports, page_request.parameters)
        note_return(page_request.ports, attempt_id)
    if attempt_id and _is_own(page_request, attempt_id):
        return see_other(f"/payments/{attempt_id}{BACK.get(way, '')}")
    if attempt_id and (token := token_of(page_request, attempt_id)):
        return see_other(f"/pay?{urlencode({'token': token})}")
    return page_request.public_page("payment_return")


def _is_own(page_request: PageRequest, attempt_id: str) -> bool:
    try:
        return page_request.account.attempt(attempt_id) is not None
    except (SessionMissing, NotFound):
        return False


def address_of(form: PaymentPage) -> str:
    """Return the gateway's page as a URL: paybox.md 1.1, the same fields by GET."""
    return f"{form.action}?{urlencode(form.fields)}"
