"""Links by which somebody without an account pays a share: the student's own, and those of accounting."""

from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payers.refusals import PayerAwaited
from chalicelib.domain.payment_links.link import PaymentLink, WantedLink
from chalicelib.domain.payment_links.refusals import PaymentLinkNotPossible, PaymentLinkNotValid
from chalicelib.domain.payment_links.standing import paid_use, state_of
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.usecases.payment_links.make_link import make_link, revoke_link, show_links
from chalicelib.web.drawn import drawn
from chalicelib.web.payment_links import link_address
from chalicelib.web.schemas.links import payment_links as schemas

payment_links = Blueprint(__name__)
OWN = "/registrations/{registration_id}/payment-links"
STAFF = f"/staff{OWN}"
NOT_MADE = [
    errors.NotFound,
    PaymentLinkNotPossible,
    PaymentLinkNotValid,
    errors.WindowClosed,
    errors.FeeSituationMissing,
    errors.NothingToPay,
    errors.AlreadyPaid,
    errors.PaymentUnclear,
    PayerAwaited,
    errors.PlanBinding,
    errors.PlanLocked,
    errors.RegistrationRefused,
    errors.AddressMissing,
    errors.ConcurrentUpdate,
]


@endpoint(
    payment_links,
    "POST",
    OWN,
    status=HTTPStatus.CREATED,
    body=schemas.NewPaymentLink,
    answer=schemas.PaymentLinkMade,
    errors=NOT_MADE,
    action=Action.USE_STUDENT_MENUS,
    idempotent_by_key=True,
)
def make_own_payment_link(call: Call, registration_id: str) -> schemas.PaymentLinkMade:
    _require_own(call, registration_id)
    return _made(call, registration_id)


@endpoint(
    payment_links,
    "GET",
    OWN,
    answer=schemas.PaymentLinks,
    errors=[errors.NotFound],
    action=Action.USE_STUDENT_MENUS,
)
def list_own_payment_links(call: Call, registration_id: str) -> schemas.PaymentLinks:
    _require_own(call, registration_id)
    return _listed(call, registration_id)


@endpoint(
    payment_links,
    "DELETE",
    f"{OWN}/{{link_id}}",
    status=HTTPStatus.NO_CONTENT,
    errors=[errors.NotFound, errors.ConcurrentUpdate],
    action=Action.USE_STUDENT_MENUS,
)
def revoke_own_payment_link(call: Call, registration_id: str, link_id: str) -> None:
    _require_own(call, registration_id)
    _revoke(call, registration_id, link_id)


@endpoint(
    payment_links,
    "POST",
    STAFF,
    status=HTTPStatus.CREATED,
    body=schemas.NewPaymentLink,
    answer=schemas.PaymentLinkMade,
    errors=NOT_MADE,
    action=Action.SHARE_PAYMENT,
    idempotent_by_key=True,
)
def make_payment_link(call: Call, registration_id: str) -> schemas.PaymentLinkMade:
    return _made(call, registration_id)


@endpoint(
    payment_links,
    "GET",
    STAFF,
    answer=schemas.PaymentLinks,
    errors=[errors.NotFound],
    action=Action.SHARE_PAYMENT,
)
def list_payment_links(call: Call, registration_id: str) -> schemas.PaymentLinks:
    return _listed(call, registration_id)


@endpoint(
    payment_links,
    "DELETE",
    f"{STAFF}/{{link_id}}",
    status=HTTPStatus.NO_CONTENT,
    errors=[errors.NotFound, errors.ConcurrentUpdate],
    action=Action.SHARE_PAYMENT,
)
def revoke_payment_link(call: Call, registration_id: str, link_id: str) -> None:
    _revoke(call, registration_id, link_id)


def _require_own(call: Call, registration_id: str) -> None:
    """Raise `NotFound` for another person's registration, as for one that does not exist."""
    if person_of(registration_id) != call.person_id:
        raise errors.NotFound


def _made(call: Call, registration_id: str) -> schemas.PaymentLinkMade:
    wanted = WantedLink(call.body.amount_cents, call.body.until)
    new = drawn(call, call.idempotency_key, "link", registration_id, wanted.amount_cents, str(wanted.until))
    made = make_link(call.ports, registration_id, wanted, call.person, new)
    file = show_links(call.ports, registration_id, call.person)
    return schemas.PaymentLinkMade(**_facts(call, file, made.link), url=link_address(made.token))


def _listed(call: Call, registration_id: str) -> schemas.PaymentLinks:
    file = show_links(call.ports, registration_id, call.person)
    links = sorted(file.payment_links, key=lambda each: each.made_at)
    return schemas.PaymentLinks(items=[schemas.PaymentLink(**_facts(call, file, each)) for each in links])


def _revoke(call: Call, registration_id: str, link_id: str) -> None:
    if not link_id.startswith(f"{registration_id}-l"):
        raise errors.NotFound
    revoke_link(call.ports, link_id, call.person)


def _facts(call: Call, file: RegistrationFile, link: PaymentLink) -> dict[str, object]:
    paid = paid_use(file, link)
    return {
        "id": link.id,
        "amount_cents": link.amount_cents,
        "until": link.until,
        "state": state_of(file, link, paris_day(call.ports.now())),
        "made_at": link.made_at,
        "paid_cents": paid.amount_cents if paid else None,
    }
