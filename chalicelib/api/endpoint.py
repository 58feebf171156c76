"""An API operation: request and response declared once, checked at run time and described by OpenAPI."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from chalice.app import Blueprint, MultiDict, Response
from pydantic import BaseModel, StringConstraints, ValidationError

from chalicelib import wiring
from chalicelib.domain.access import Action, admit
from chalicelib.domain.errors import QuittanceError, SessionMissing
from chalicelib.domain.languages import Language
from chalicelib.domain.programs.service_key import KEY, PREFIX
from chalicelib.observability import report_fault
from chalicelib.web.access_log import note_refusal
from chalicelib.web.bodies import require_readable_json
from chalicelib.web.brakes import require_open
from chalicelib.web.caller import Caller, Entered
from chalicelib.web.faults import fault
from chalicelib.web.languages import asked_language
from chalicelib.web.problems import (
    LARGEST_UPLOAD_BYTES,
    BodyNotJson,
    UploadTooLarge,
    invalid,
    refusal,
)
from chalicelib.web.schemas.models import Body, ListQuery, Query

if TYPE_CHECKING:
    from chalicelib.usecases.programs.enter_by_key import KeyUse

JSON = "application/json"


class IdempotencyHeader(Body):
    idempotency_key: Annotated[str, StringConstraints(min_length=1, max_length=200)]


@dataclass(frozen=True)
class Operation:
    """One operation of the API: all that is needed to check a request and to describe it."""

    method: str
    path: str
    summary: str
    status: HTTPStatus
    answer: type[BaseModel] | None
    body: type[Body] | None
    query: type[Query] | None
    errors: Sequence[type[QuittanceError]]
    public: bool
    action: Action
    idempotent_by_key: bool
    answers_redirect: bool
    also: HTTPStatus | None
    takes: str
    gives: str
    shows_account: bool


OPERATIONS: list[Operation] = []


@dataclass(frozen=True)
class Call(Caller):
    """One request to one operation, as passed to its view."""

    operation: Operation

    @property
    def token(self) -> str:
        scheme, _, token = (self.request.headers.get("authorization") or "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @cached_property
    def key_use(self) -> "KeyUse | None":
        """The use of the service key that is the token, None for a session's token.

        A key is asked for this operation alone: none opens one that its scopes do not cover, public or not.
        """
        if not self.token.startswith(PREFIX):
            return None
        from chalicelib.usecases.programs.enter_by_key import enter_by_key  # noqa: PLC0415 - of programs alone

        action, is_read = self.operation.action, self.operation.method == "GET"
        return enter_by_key(self.ports, self.token, action, self.address, is_read=is_read)

    @cached_property
    def _entered(self) -> Entered:
        use = self.key_use
        return Entered(use.session, use.person) if use else self._by_session()

    @property
    def shows_account(self) -> bool:
        return self.operation.shows_account

    @property
    def person_id(self) -> str:
        return self.session.person_id

    @property
    def language(self) -> Language:
        """The language of the request, else the person's own."""
        return asked_language(self.request.headers.get("accept-language")) or self.own_language

    @property
    def idempotency_key(self) -> str | None:
        key = self.request.headers.get("idempotency-key")
        return None if key is None else IdempotencyHeader(idempotency_key=key).idempotency_key

    @cached_property
    def body(self) -> Any:
        if not self.operation.body:
            return None
        raw = self.request.raw_body
        require_readable_json(raw)
        try:
            return self.operation.body.model_validate_json(raw)
        except ValidationError as error:
            if error.errors()[0]["type"] == "json_invalid":
                raise BodyNotJson from None
            raise

    @property
    def upload(self) -> bytes:
        """Return the file that is the whole body."""
        raw: bytes = self.request.raw_body or b""
        if len(raw) > LARGEST_UPLOAD_BYTES:
            raise UploadTooLarge
        return raw

    @cached_property
    def query(self) -> Any:
        if not self.operation.query:
            return None
        asked = self.operation.query.model_validate(self._parameters())
        if not isinstance(asked, ListQuery):
            return asked
        from chalicelib.web.cursors import opened  # noqa: PLC0415 - of lists alone

        return opened(asked, self.operation.path)

    def _parameters(self) -> dict[str, Any]:
        """Return each parameter's value; one that is given twice has a list, which no model takes."""
        given = self.request.query_params or MultiDict({})
        told = {name: given.getlist(name) for name in given}
        return {name: values[0] if len(values) == 1 else values for name, values in told.items()}


def endpoint(  # noqa: PLR0913 - one keyword for each thing an operation declares
    blueprint: Blueprint,
    method: str,
    path: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    answer: type[BaseModel] | None = None,
    body: type[Body] | None = None,
    query: type[Query] | None = None,
    errors: Sequence[type[QuittanceError]] = (),
    public: bool = False,
    action: Action = Action.USE_OWN_ACCOUNT,
    idempotent_by_key: bool = False,
    answers_redirect: bool = False,
    also: HTTPStatus | None = None,
    takes: str = JSON,
    gives: str = "",
    shows_account: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a view `(call, **path parameters) -> model, Response or None` under the API's root.

    A view that may answer the same model with the status `also` returns it by `answered`. `takes` is the
    media type of the body; of another type than JSON, the body is a file: `Call.upload`. `gives` is the media
    type of the file that a view answers instead of a model. A view that
    `shows_account` reads nothing but `Call.account`, which is read with the session.
    """

    def register(view: Callable[..., Any]) -> Callable[..., Any]:
        operation = Operation(
            method=method,
            path=path,
            summary=view.__name__.replace("_", " "),
            status=status,
            answer=answer,
            body=body,
            query=query,
            errors=errors,
            public=public,
            action=action,
            idempotent_by_key=idempotent_by_key,
            answers_redirect=answers_redirect,
            also=also,
            takes=takes,
            gives=gives,
            shows_account=shows_account,
        )
        OPERATIONS.append(operation)

        def handle(**parameters: str) -> Response:
            return _answer(
                operation, view, Call(blueprint.current_request, wiring.ports(), operation), parameters
            )

        handle.__name__ = view.__name__
        methods = [method, "HEAD"] if method == "GET" else [method]  # the server in front leaves the body out
        blueprint.route(f"/api/v1{path}", methods=methods, name=view.__name__, content_types=[takes])(handle)
        return view

    return register


def _answer(
    operation: Operation, view: Callable[..., Any], call: Call, parameters: dict[str, str]
) -> Response:
    answer = _answered(operation, view, call, parameters)
    if use := vars(call).get("key_use"):
        answer.headers["RateLimit-Policy"] = f'"key";q={KEY.most};w={int(KEY.window.total_seconds())}'
        answer.headers["RateLimit"] = f'"key";r={use.left};t={use.resets_in}'
    return answer


def _answered(
    operation: Operation, view: Callable[..., Any], call: Call, parameters: dict[str, str]
) -> Response:
    try:
        _admit(operation, call)
        result = _with_cursor(call, view(call, **parameters))
    except ValidationError as error:
        return invalid(error, call.language)
    except QuittanceError as error:
        note_refusal(error, call.address, operation.path)
        return refusal(error, call.language)
    except Exception as error:  # noqa: BLE001 - a fault of ours is logged and said without its stack
        report_fault("unexpected", error)
        return fault(error, call.language)
    answer = result if isinstance(result, Response) else answered(result, operation.status)
    if operation.answer:
        answer.headers["Content-Language"] = call.language.value
    return answer


def _with_cursor(call: Call, result: Any) -> Any:
    asked = call.operation.query
    if not asked or not issubclass(asked, ListQuery):
        return result
    from chalicelib.web.cursors import with_cursor  # noqa: PLC0415 - of lists alone

    return with_cursor(result, call.query, call.operation.path)


def _admit(operation: Operation, call: Call) -> None:
    """Authenticate before validating, so that anonymous callers see no validation errors."""
    if operation.public:
        return
    if not call.token:
        raise SessionMissing
    admit(call.person, operation.action, call.session, call.ports.now())
    require_open(call, operation.action, is_public=False)


def answered(result: BaseModel | None, status: HTTPStatus) -> Response:
    if result is None:
        return Response("", status_code=status.value)
    headers: dict[str, str | list[str]] = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Response(result.model_dump_json(), headers=headers, status_code=status.value)
