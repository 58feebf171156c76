"""The desk of endpoints: the addresses of other systems that get events, and what was sent to each."""

from collections.abc import Mapping
from datetime import datetime, time
from http import HTTPStatus
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.access import RULES, Action
from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.errors import NotFound, QuittanceError
from chalicelib.domain.events.event import EventType
from chalicelib.domain.webhooks.addresses import LONGEST_URL
from chalicelib.domain.webhooks.attempt import DeliveryAttempt
from chalicelib.domain.webhooks.delivery import KEPT_FOR
from chalicelib.domain.webhooks.endpoint import OFF_AFTER, Endpoint
from chalicelib.domain.webhooks.refusals import EndpointMoved, EndpointNotPossible
from chalicelib.pages.desks import WEBHOOKS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import see_other
from chalicelib.portal.programs import event_words
from chalicelib.portal.texts import marked
from chalicelib.usecases.people.list_people import names_of
from chalicelib.usecases.webhooks import add_endpoint as usecase
from chalicelib.usecases.webhooks.list_deliveries import MOST, list_deliveries
from chalicelib.usecases.webhooks.replay_event import replay_event, replay_since
from chalicelib.usecases.webhooks.send_test import send_test
from chalicelib.usecases.webhooks.switch_on import switch_off, switch_on
from chalicelib.web.drawn import drawn
from chalicelib.web.parsing import day_of, seen_number
from chalicelib.web.problems import status_of

pages_webhook_endpoints = Blueprint(__name__)
LIST = WEBHOOKS.path
ONE = f"{LIST}/{{endpoint_id}}"
KEEP = Action.KEEP_ENDPOINTS
LONGEST_NAME = 80
TOLD = {
    "changed": marked("Le point de réception est modifié."),
    "on": marked("Les envois reprennent, dans la minute, à partir du premier événement abandonné."),
    "off": marked("Les envois sont arrêtés. Les événements restent dans le journal des événements."),
    "removed": marked("Le point de réception est supprimé, et ses secrets avec lui."),
    "replayed": marked("L'envoi est refait dans la minute."),
}
LACKING = marked("Donnez un nom de 80 caractères au plus et une adresse https.")
NO_DAY = marked("Indiquez un jour.")


@page(pages_webhook_endpoints, "GET", LIST, action=WEBHOOKS.action)
def staff_webhook_endpoints(page_request: PageRequest) -> Response:
    return _list(page_request)


@page(pages_webhook_endpoints, "POST", LIST, action=KEEP)
def add_webhook_endpoint_page(page_request: PageRequest) -> Response:
    """Show the secret of the new endpoint, told here alone, and how it took the test event."""
    asked = _asked(page_request)
    if asked is None:
        mistake, status = page_request.said(LACKING), HTTPStatus.UNPROCESSABLE_ENTITY
        return _list(page_request, mistake=mistake, status=status)
    new = drawn(page_request, page_request.field("key"), "endpoint", *vars(asked).values())
    try:
        made, secret, test = usecase.add_endpoint(page_request.ports, asked, page_request.person, new)
    except (EndpointNotPossible, EndpointMoved) as refusal:
        told, status = page_request.sentence(refusal), status_of(refusal)
        return _list(page_request, mistake=told, status=status)
    return _endpoint(page_request, made, secret=secret, test=test)


@page(pages_webhook_endpoints, "GET", ONE, action=WEBHOOKS.action)
def staff_webhook_endpoint(page_request: PageRequest, endpoint_id: str) -> Response:
    return _endpoint(page_request, usecase.find_endpoint(page_request.ports, endpoint_id))


@page(pages_webhook_endpoints, "POST", f"{ONE}/change", action=KEEP)
def change_webhook_endpoint_page(page_request: PageRequest, endpoint_id: str) -> Response:
    ports, asked = page_request.ports, _asked(page_request)
    typed = {"is_changing": True, "given": _given(page_request)}
    if asked is None:
        return _mistaken(page_request, endpoint_id, page_request.said(LACKING), **typed)
    try:
        after, test = usecase.change_endpoint(
            ports, endpoint_id, asked, page_request.person, _seen(page_request)
        )
    except EndpointNotPossible as refusal:
        return _refused(page_request, endpoint_id, refusal, **typed)
    except EndpointMoved as refusal:
        return _refused(page_request, endpoint_id, refusal, is_changing=True)
    return _endpoint(page_request, after, test=test) if test else _done(endpoint_id, "changed")


@page(pages_webhook_endpoints, "POST", f"{ONE}/secret", action=KEEP)
def rotate_webhook_secret_page(page_request: PageRequest, endpoint_id: str) -> Response:
    ports, seen = page_request.ports, _seen(page_request)
    new = drawn(page_request, str(seen), "secret", endpoint_id)
    try:
        after, secret = usecase.rotate_secret(ports, endpoint_id, page_request.person, seen, new)
    except EndpointMoved as refusal:
        return _refused(page_request, endpoint_id, refusal)
    return _endpoint(page_request, after, secret=secret)


@page(pages_webhook_endpoints, "POST", f"{ONE}/test", action=KEEP)
def send_test_event_page(page_request: PageRequest, endpoint_id: str) -> Response:
    endpoint = usecase.find_endpoint(page_request.ports, endpoint_id)
    return _endpoint(page_request, endpoint, test=send_test(page_request.ports, endpoint))


@page(pages_webhook_endpoints, "POST", f"{ONE}/on", action=KEEP)
def switch_webhook_endpoint_on(page_request: PageRequest, endpoint_id: str) -> Response:
    switch_on(page_request.ports, endpoint_id, page_request.person)
    return _done(endpoint_id, "on")


@page(pages_webhook_endpoints, "POST", f"{ONE}/off", action=KEEP)
def switch_webhook_endpoint_off(page_request: PageRequest, endpoint_id: str) -> Response:
    switch_off(page_request.ports, endpoint_id, page_request.person)
    return _done(endpoint_id, "off")


@page(pages_webhook_endpoints, "POST", f"{ONE}/removal", action=KEEP)
def remove_webhook_endpoint_page(page_request: PageRequest, endpoint_id: str) -> Response:
    usecase.remove_endpoint(page_request.ports, endpoint_id, page_request.person)
    return see_other(f"{LIST}?done=removed")


@page(pages_webhook_endpoints, "POST", f"{ONE}/deliveries/{{event_id}}/replay", action=KEEP)
def replay_event_page(page_request: PageRequest, endpoint_id: str, event_id: str) -> Response:
    replay_event(page_request.ports, endpoint_id, event_id, page_request.person)
    return _done(endpoint_id, "replayed")


@page(pages_webhook_endpoints, "POST", f"{ONE}/replay", action=KEEP)
def replay_events_page(page_request: PageRequest, endpoint_id: str) -> Response:
    """Send the events since the begin of a Paris day again."""
    try:
        day = day_of(page_request.field("since"))
    except NotFound:
        return _mistaken(page_request, endpoint_id, page_request.said(NO_DAY))
    since = datetime.combine(day, time(), PARIS)
    try:
        replay_since(page_request.ports, endpoint_id, since, page_request.person)
    except EndpointNotPossible as refusal:
        return _refused(page_request, endpoint_id, refusal)
    return _done(endpoint_id, "replayed")


def _asked(page_request: PageRequest) -> usecase.EndpointAsked | None:
    """Return what was filled in, None where it is no endpoint."""
    given = _given(page_request)
    types = tuple(each for each in EventType if each in given["types"])
    if not 0 < len(given["name"]) <= LONGEST_NAME or not 0 < len(given["url"]) <= LONGEST_URL:
        return None
    return usecase.EndpointAsked(given["name"], given["url"], types)


def _given(page_request: PageRequest) -> Mapping[str, Any]:
    given = {name: page_request.field(name) for name in ("name", "url", "seen")}
    return {**given, "types": page_request.form.get("types", ())}


def _done(endpoint_id: str, what: str) -> Response:
    return see_other(f"{ONE.format(endpoint_id=endpoint_id)}?done={what}")


def _seen(page_request: PageRequest) -> int:
    return seen_number(page_request.field("seen"))


def _refused(page_request: PageRequest, endpoint_id: str, refusal: QuittanceError, **shown: Any) -> Response:
    told, status = page_request.sentence(refusal), status_of(refusal)
    return _mistaken(page_request, endpoint_id, told, status=status, **shown)


def _mistaken(page_request: PageRequest, endpoint_id: str, mistake: str, **shown: Any) -> Response:
    endpoint = usecase.find_endpoint(page_request.ports, endpoint_id)
    shown = {"status": HTTPStatus.UNPROCESSABLE_ENTITY, **shown}
    return _endpoint(page_request, endpoint, mistake=mistake, **shown)


def _list(page_request: PageRequest, mistake: str = "", **shown: Any) -> Response:
    return page_request.page(
        "programs/webhook_endpoints",
        endpoints=usecase.list_endpoints(page_request.ports),
        given=_given(page_request),
        mistake=mistake,
        form_key=page_request.ports.new_id(),
        **_common(page_request),
        **shown,
    )


def _endpoint(
    page_request: PageRequest,
    endpoint: Endpoint,
    *,
    mistake: str = "",
    secret: str = "",
    test: DeliveryAttempt | None = None,
    **shown: Any,
) -> Response:
    ports = page_request.ports
    before = page_request.parameter("before")
    deliveries = list_deliveries(ports, endpoint.id, int(before) if _is_number(before) else None)
    now = {"name": endpoint.name, "url": endpoint.url, "types": endpoint.types, "seen": endpoint.version}
    return page_request.page(
        "programs/webhook_endpoint",
        endpoint=endpoint,
        health=ports.webhooks.health(endpoint.id),
        deliveries=deliveries,
        most=MOST,
        owner=names_of(ports, {endpoint.owner_id}).get(endpoint.owner_id, endpoint.owner_id),
        mistake=mistake,
        secret=secret,
        test=test,
        today=paris_day(ports.now()),
        **_common(page_request),
        **{"given": now, "is_changing": False, **shown},
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < len(text) <= 12  # noqa: PLR2004 - as the API's


def _common(page_request: PageRequest) -> dict[str, Any]:
    return {
        "may_keep": page_request.person.holds(*RULES[KEEP].roles),
        "told": page_request.said(TOLD.get(page_request.parameter("done"), "")),
        "words": event_words,
        "kept_days": KEPT_FOR.days,
        "off_days": OFF_AFTER.days,
    }
