"""The public pages of a link to pay: the amount asked for, and the receipt; only initials are shown."""

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from chalicelib.domain.access import Action
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.fees import payable_lines
from chalicelib.domain.money import totals
from chalicelib.domain.payment_links.link_use import CardPayer
from chalicelib.domain.payment_links.refusals import LinkAmountMoved, OtherPaymentOpen, for_strangers
from chalicelib.domain.payment_links.standing import open_use
from chalicelib.domain.payments import PAGE_LIFETIME, PAGE_OVER_AFTER, Attempt
from chalicelib.domain.people import initials_of
from chalicelib.observability import note_page
from chalicelib.pages.address_form import ADDRESS_FIELDS, as_typed, mistakes_of
from chalicelib.pages.attempts import address_of
from chalicelib.pages.links.payer import browser_of, own_uses, way_back
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.usecases.payment_links.pay_by_link import OpenedLink, asked_cents, pay_by_link, show_link
from chalicelib.web.access_log import note_refusal
from chalicelib.web.parsing import address_choice, seen_number
from chalicelib.web.problems import status_of
from chalicelib.web.schemas.links.payment_links import NewCardPayer

pages_pay_link = Blueprint(__name__)
PATH = "/pay"
FIELDS = ("first_name", "last_name", "email", *ADDRESS_FIELDS)


@page(pages_pay_link, "GET", PATH, public=True, action=Action.USE_STUDENT_MENUS)
def pay_link(page_request: PageRequest) -> Response:
    """Show what the link asks for, or this browser's payer what they paid; opening it uses nothing up."""
    return _shown(page_request, page_request.parameter("token"))


@page(pages_pay_link, "POST", PATH, public=True, action=Action.USE_STUDENT_MENUS)
def leave_by_link(page_request: PageRequest) -> Response:
    """Redirect the payer to the gateway, with the amount that they have seen."""
    token, given = page_request.field("token"), {name: page_request.field(name) for name in FIELDS}
    try:
        payer = _payer(page_request, given)
    except ValidationError as error:
        return _shown(page_request, token, given, mistakes=mistakes_of(error, page_request.language))
    seen_cents = seen_number(page_request.field("seen_cents"))
    try:
        started = pay_by_link(
            page_request.ports, token, payer, seen_cents, page_request.address, browser_of(page_request)
        )
    except LinkAmountMoved as moved:
        return _shown(page_request, token, given, moved=moved)
    except QuittanceError as error:
        return _over(page_request, error)
    note_page(started.attempt)
    return see_other(address_of(started.page), way_back(page_request, token))


def _payer(page_request: PageRequest, given: Mapping[str, str]) -> CardPayer:
    """Read the form; raise pydantic's `ValidationError`."""
    typed = as_typed({**given, "keep": ""})
    names = {name: given[name] for name in ("first_name", "last_name", "email")}
    form = NewCardPayer.model_validate({**typed, **names})
    address = address_choice(form).new
    assert address  # noqa: S101 - a new one  # nosec B101
    return CardPayer(form.first_name, form.last_name, form.email, address, page_request.language)


def _shown(
    page_request: PageRequest,
    token: str,
    given: Mapping[str, str] | None = None,
    *,
    mistakes: Mapping[str, str] | None = None,
    moved: LinkAmountMoved | None = None,
) -> Response:
    try:
        opened = show_link(page_request.ports, token, page_request.address)
        own = own_uses(page_request, opened)
        if any(each.transaction for each in own):
            return _receipt(page_request, opened, own)
        cents, owed_cents = _asked_of(page_request, opened, own), _owed(opened, page_request)
    except QuittanceError as error:
        return _over(page_request, error)
    status = status_of(moved) if moved else HTTPStatus.UNPROCESSABLE_ENTITY if mistakes else HTTPStatus.OK
    return _unlisted(
        page_request.bare_page(
            "pay_link",
            status=status,
            token=token,
            amount_cents=cents,
            until=opened.link.until,
            initials=initials_of(opened.account.person),
            school=opened.file.campaign.school,
            owed_cents=owed_cents,
            given=given or _proposed(opened),
            mistakes=mistakes or {},
            moved=page_request.sentence(moved),
            is_back=bool(open_use(opened.file, opened.link)),
            minutes=int(PAGE_LIFETIME.total_seconds()) // 60,
        )
    )


def _asked_of(page_request: PageRequest, opened: OpenedLink, own: tuple[Attempt, ...]) -> int:
    """Return the amount; while the page of another browser is open, raise until when it may be paid."""
    cents = asked_cents(opened, page_request.ports.now())
    running = open_use(opened.file, opened.link)
    if running and running not in own:
        raise OtherPaymentOpen(running.opened_at + PAGE_OVER_AFTER)
    return cents


def _owed(opened: OpenedLink, page_request: PageRequest) -> int:
    return totals(payable_lines(opened.file, page_request.ports.now())).total_cents


def _proposed(opened: OpenedLink) -> dict[str, str]:
    """Return what this payer typed before they left for the gateway, else an empty form."""
    running = open_use(opened.file, opened.link)
    payer = running.link.card_payer if running and running.link else None
    if payer:
        known: dict[str, Any] = {**asdict(payer.address), **asdict(payer)}
        return {name: str(known[name]) for name in FIELDS}
    school = opened.file.campaign.school
    own = {"country": school.address.country, "phone_country_code": school.phone_country_code}
    return {**dict.fromkeys(FIELDS, ""), **own}


def _receipt(page_request: PageRequest, opened: OpenedLink, own: tuple[Attempt, ...]) -> Response:
    """Show the payments of this browser's attempts only: other people may have the link too."""
    ids = {each.id for each in own}
    return _unlisted(
        page_request.bare_page(
            "pay_link_receipt",
            payments=[each for each in opened.account.payments if each.attempt_id in ids],
            initials=initials_of(opened.account.person),
            school=opened.file.campaign.school,
        )
    )


def _over(page_request: PageRequest, error: QuittanceError) -> Response:
    refusal = for_strangers(error)
    note_refusal(refusal, page_request.address, PATH)
    shown = page_request.bare_page(
        "pay_link_over", status=status_of(refusal), sentence=page_request.sentence(refusal)
    )
    return _unlisted(shown)


def _unlisted(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
