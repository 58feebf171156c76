from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.webhooks.endpoint import Endpoint
from chalicelib.domain.webhooks.refusals import EndpointMoved, EndpointNotPossible
from chalicelib.usecases.webhooks import add_endpoint as usecase
from chalicelib.usecases.webhooks import replay_event as replaying
from chalicelib.usecases.webhooks import switch_on as switching
from chalicelib.usecases.webhooks.list_deliveries import list_deliveries
from chalicelib.usecases.webhooks.send_test import send_test
from chalicelib.web.drawn import drawn
from chalicelib.web.schemas.programs import webhook_endpoints as schemas

webhook_endpoints = Blueprint(__name__)

ROOT = "/staff/webhook-endpoints"
ONE = f"{ROOT}/{{endpoint_id}}"
CHANGED = [errors.NotFound, errors.ConcurrentUpdate]
SEALED = [errors.SecondFactorUnavailable]


@endpoint(webhook_endpoints, "GET", ROOT, answer=schemas.EndpointList, action=Action.READ_ENDPOINTS)
def list_webhook_endpoints(call: Call) -> schemas.EndpointList:
    found = usecase.list_endpoints(call.ports)
    return schemas.EndpointList(items=[schemas.endpoint_view(*each) for each in found])


@endpoint(
    webhook_endpoints,
    "POST",
    ROOT,
    status=HTTPStatus.CREATED,
    body=schemas.EndpointOrder,
    answer=schemas.EndpointAdded,
    errors=[EndpointNotPossible, EndpointMoved, *SEALED],
    action=Action.KEEP_ENDPOINTS,
    idempotent_by_key=True,
)
def add_webhook_endpoint(call: Call) -> schemas.EndpointAdded:
    asked = _asked(call)
    new = drawn(call, call.idempotency_key, "endpoint", *vars(asked).values())
    made, secret, test = usecase.add_endpoint(call.ports, asked, call.person, new)
    return schemas.EndpointAdded(endpoint=_view(call, made), secret=secret, test=schemas.attempt_view(test))


@endpoint(
    webhook_endpoints,
    "PUT",
    ONE,
    body=schemas.EndpointChange,
    answer=schemas.EndpointChanged,
    errors=[*CHANGED, EndpointNotPossible, EndpointMoved, *SEALED],
    action=Action.KEEP_ENDPOINTS,
)
def change_webhook_endpoint(call: Call, endpoint_id: str) -> schemas.EndpointChanged:
    seen = call.body.version
    after, test = usecase.change_endpoint(call.ports, endpoint_id, _asked(call), call.person, seen)
    told = schemas.attempt_view(test) if test else None
    return schemas.EndpointChanged(endpoint=_view(call, after), test=told)


@endpoint(
    webhook_endpoints,
    "DELETE",
    ONE,
    status=HTTPStatus.NO_CONTENT,
    errors=CHANGED,
    action=Action.KEEP_ENDPOINTS,
)
def remove_webhook_endpoint(call: Call, endpoint_id: str) -> None:
    usecase.remove_endpoint(call.ports, endpoint_id, call.person)


@endpoint(
    webhook_endpoints,
    "POST",
    f"{ONE}/secret",
    query=schemas.SecretQuery,
    answer=schemas.EndpointSecret,
    errors=[*CHANGED, EndpointMoved, *SEALED],
    action=Action.KEEP_ENDPOINTS,
)
def rotate_webhook_secret(call: Call, endpoint_id: str) -> schemas.EndpointSecret:
    seen = call.query.version
    new = drawn(call, str(seen or ""), "secret", endpoint_id)
    after, secret = usecase.rotate_secret(call.ports, endpoint_id, call.person, seen, new)
    return schemas.EndpointSecret(endpoint=_view(call, after), secret=secret)


@endpoint(
    webhook_endpoints,
    "POST",
    f"{ONE}/state",
    body=schemas.EndpointStateOrder,
    answer=schemas.EndpointView,
    errors=CHANGED,
    action=Action.KEEP_ENDPOINTS,
)
def switch_webhook_endpoint(call: Call, endpoint_id: str) -> schemas.EndpointView:
    act = switching.switch_on if call.body.state == "on" else switching.switch_off
    return _view(call, act(call.ports, endpoint_id, call.person))


@endpoint(
    webhook_endpoints,
    "POST",
    f"{ONE}/test",
    answer=schemas.DeliveryAttemptView,
    errors=[errors.NotFound, *SEALED],
    action=Action.KEEP_ENDPOINTS,
)
def send_test_event(call: Call, endpoint_id: str) -> schemas.DeliveryAttemptView:
    return schemas.attempt_view(send_test(call.ports, usecase.find_endpoint(call.ports, endpoint_id)))


@endpoint(
    webhook_endpoints,
    "GET",
    f"{ONE}/deliveries",
    query=schemas.DeliveriesQuery,
    answer=schemas.DeliveryPage,
    errors=[errors.NotFound],
    action=Action.READ_ENDPOINTS,
)
def list_webhook_deliveries(call: Call, endpoint_id: str) -> schemas.DeliveryPage:
    found = list_deliveries(call.ports, endpoint_id, call.query.before, call.query.limit)
    is_full = len(found) == call.query.limit
    return schemas.DeliveryPage(
        items=[schemas.delivery_view(each) for each in found], next=found[-1].number if is_full else None
    )


@endpoint(
    webhook_endpoints,
    "POST",
    f"{ONE}/deliveries/{{event_id}}/replay",
    answer=schemas.DeliveryView,
    errors=CHANGED,
    action=Action.KEEP_ENDPOINTS,
)
def replay_webhook_event(call: Call, endpoint_id: str, event_id: str) -> schemas.DeliveryView:
    return schemas.delivery_view(replaying.replay_event(call.ports, endpoint_id, event_id, call.person))


@endpoint(
    webhook_endpoints,
    "POST",
    f"{ONE}/replay",
    body=schemas.ReplayOrder,
    answer=schemas.ReplayView,
    errors=[*CHANGED, EndpointNotPossible],
    action=Action.KEEP_ENDPOINTS,
)
def replay_webhook_events(call: Call, endpoint_id: str) -> schemas.ReplayView:
    events = replaying.replay_since(call.ports, endpoint_id, call.body.since, call.person)
    return schemas.ReplayView(events=events)


def _asked(call: Call) -> usecase.EndpointAsked:
    return usecase.EndpointAsked(call.body.name, call.body.url, tuple(dict.fromkeys(call.body.types)))


def _view(call: Call, found: Endpoint) -> schemas.EndpointView:
    return schemas.endpoint_view(found, call.ports.webhooks.health(found.id))
