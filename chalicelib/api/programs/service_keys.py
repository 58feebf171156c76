from collections.abc import Sequence
from http import HTTPStatus

from chalice.app import Blueprint

from chalicelib.api.endpoint import Call, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.programs.refusals import KeyMoved, KeyNotPossible
from chalicelib.domain.programs.service_key import ServiceKey
from chalicelib.usecases.programs import make_key as usecase
from chalicelib.web.drawn import drawn
from chalicelib.web.schemas.programs import service_keys as schemas

service_keys = Blueprint(__name__)


@endpoint(service_keys, "GET", "/me/service-keys", answer=schemas.ServiceKeyList)
def list_own_service_keys(call: Call) -> schemas.ServiceKeyList:
    return _listed(usecase.list_own_keys(call.ports, call.person))


@endpoint(
    service_keys,
    "POST",
    "/me/service-keys",
    status=HTTPStatus.CREATED,
    body=schemas.KeyOrder,
    answer=schemas.ServiceKeyToken,
    errors=[KeyNotPossible, KeyMoved],
    action=Action.HOLD_KEY,
    idempotent_by_key=True,
)
def make_service_key(call: Call) -> schemas.ServiceKeyToken:
    body = call.body
    asked = usecase.KeyAsked(body.name, tuple(dict.fromkeys(body.scopes)), tuple(body.networks), body.days)
    new = drawn(call, call.idempotency_key, "service key", *vars(asked).values())
    return _shown(*usecase.make_key(call.ports, asked, call.person, new))


@endpoint(
    service_keys,
    "POST",
    "/me/service-keys/{key_id}/roll",
    query=schemas.RollQuery,
    answer=schemas.ServiceKeyToken,
    errors=[errors.NotFound, KeyMoved, errors.ConcurrentUpdate],
    action=Action.HOLD_KEY,
)
def roll_service_key(call: Call, key_id: str) -> schemas.ServiceKeyToken:
    seen = call.query.seen_hash
    return _shown(*usecase.roll_key(call.ports, key_id, call.person, seen, drawn(call, seen, "roll", key_id)))


@endpoint(
    service_keys,
    "DELETE",
    "/me/service-keys/{key_id}",
    answer=schemas.ServiceKeyView,
    errors=[errors.NotFound, errors.ConcurrentUpdate],
    action=Action.HOLD_KEY,
)
def revoke_own_service_key(call: Call, key_id: str) -> schemas.ServiceKeyView:
    return _view(usecase.revoke_own_key(call.ports, key_id, call.person))


@endpoint(service_keys, "GET", "/staff/service-keys", answer=schemas.ServiceKeyList, action=Action.READ_KEYS)
def list_service_keys(call: Call) -> schemas.ServiceKeyList:
    return _listed(usecase.list_keys(call.ports))


@endpoint(
    service_keys,
    "POST",
    "/staff/service-keys/{key_id}/revocation",
    answer=schemas.ServiceKeyView,
    errors=[errors.NotFound, errors.ConcurrentUpdate],
    action=Action.REVOKE_KEY,
)
def revoke_service_key(call: Call, key_id: str) -> schemas.ServiceKeyView:
    return _view(usecase.revoke_key(call.ports, key_id, call.person))


def _listed(keys: Sequence[ServiceKey]) -> schemas.ServiceKeyList:
    return schemas.ServiceKeyList(items=[_view(each) for each in keys])


def _shown(key: ServiceKey, token: str) -> schemas.ServiceKeyToken:
    return schemas.ServiceKeyToken(key=_view(key), token=token)


def _view(key: ServiceKey) -> schemas.ServiceKeyView:
    return schemas.ServiceKeyView.model_validate(key, from_attributes=True)
