"""The control server of the local stack: health, clock, schedules, mailbox, reset. Never deployed."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import pyotp
from flask import Flask, Response, current_app, jsonify, request
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
    field_validator,
)
from werkzeug.exceptions import HTTPException

from infra.local.bank_routes import add_bank
from infra.local.clock import PARIS
from infra.local.control_page import TEMPLATES, add_page
from infra.local.functions import Functions, UnknownSchedule
from infra.local.mail_pages import add_mail_pages
from infra.local.problems import CONTENT_TYPE, problem

if TYPE_CHECKING:
    from infra.local.bank import Bank
    from infra.local.clock import MovableClock
    from infra.local.mailbox import Mailbox
    from infra.local.ports import Ports

EXAMPLES = {
    "ClockMove": 'Send for example {"now": "2022-07-25T09:00:00+02:00"}.',
    "Secret": "Ask for example /totp?secret=JBSWY3DPEHPK3PXP.",  # pragma: allowlist secret
}
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Stack(Protocol):
    """What the control server controls."""

    clock: MovableClock
    functions: Functions
    mailbox: Mailbox
    ports: Ports
    bank: Bank

    def down(self) -> list[str]:
        """Name the parts that do not answer."""
        ...

    def reset(self) -> None:
        """Bring back the demo's first state."""
        ...


class ClockMove(BaseModel):
    """The body of PUT /clock."""

    model_config = ConfigDict(extra="forbid", strict=True)
    now: AwareDatetime

    @field_validator("now")
    @classmethod
    def in_our_century(cls, now: datetime) -> datetime:
        if not EARLIEST <= now < LATEST:
            raise ValueError("the clock goes from 2000 to 2099")
        return now


class Secret(BaseModel):
    """The query of GET /totp: what the portal shows when a second factor is installed."""

    model_config = ConfigDict(extra="forbid")
    secret: Annotated[str, StringConstraints(pattern=r"^[A-Z2-7]{16,64}$")]

    @field_validator("secret", mode="before")
    @classmethod
    def in_groups(cls, secret: str) -> str:
        return secret.replace(" ", "").upper()


def create_control(stack: Stack) -> Flask:
    """Give the WSGI application of the control server."""
    control = Flask("control", template_folder=str(TEMPLATES))
    control.register_error_handler(HTTPException, _http_problem)
    control.register_error_handler(ValidationError, _validation_problem)
    control.register_error_handler(UnknownSchedule, _unknown_schedule)
    control.register_error_handler(Exception, _failure)
    _add_health_and_clock(control, stack)
    _add_schedules_and_mailbox(control, stack)
    add_page(control, stack)
    add_mail_pages(control, stack)
    add_bank(control, stack)
    return control


def _add_health_and_clock(control: Flask, stack: Stack) -> None:
    @control.get("/healthz")
    def healthz() -> Response:
        if down := stack.down():
            return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "not_up", f"Not up: {', '.join(down)}.")
        return jsonify(status="up")

    @control.get("/clock")
    def read_clock() -> Response:
        return jsonify(now=stack.clock.now().astimezone(PARIS).isoformat())

    @control.put("/clock")
    def move_clock() -> Response:
        move = ClockMove.model_validate_json(request.get_data())
        stack.mailbox.collect()
        stack.clock.move_to(move.now)
        return jsonify(now=stack.clock.now().astimezone(PARIS).isoformat())


def _add_schedules_and_mailbox(control: Flask, stack: Stack) -> None:
    @control.post("/schedules/<name>")
    def run_schedule(name: str) -> Response:
        delivery = stack.functions.run(name)
        stack.mailbox.collect()
        return jsonify(schedule=name, **delivery._asdict())

    @control.get("/mailbox")
    def read_mailbox() -> Response:
        return jsonify(items=stack.mailbox.items())

    @control.get("/totp")
    def totp() -> Response:
        """The code that a telephone would show, if its clock were this one."""
        secret = Secret.model_validate(request.args.to_dict()).secret
        return jsonify(code=pyotp.TOTP(secret).at(stack.clock.now()))

    @control.post("/reset")
    def reset() -> Response:
        stack.reset()
        return jsonify(now=stack.clock.now().astimezone(PARIS).isoformat())


def _problem(status: HTTPStatus, code: str, detail: str, headers: Any = None) -> Response:
    return Response(problem(status, code, detail), status, headers, content_type=CONTENT_TYPE)


def _http_problem(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or 500)
    headers = [each for each in error.get_headers() if each[0] == "Allow"]
    return _problem(status, status.name.lower(), error.description or status.phrase, headers)


def _validation_problem(error: ValidationError) -> Response:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    example = EXAMPLES[error.title]
    if first["type"] == "json_invalid":
        return _problem(HTTPStatus.BAD_REQUEST, "not_json", f"The body is not JSON. {example}")
    detail = f"{where or 'The body'}: {first['msg']}. {example}"
    return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_body", detail)


def _unknown_schedule(error: UnknownSchedule) -> Response:
    return _problem(HTTPStatus.NOT_FOUND, "unknown_schedule", str(error))


def _failure(error: Exception) -> Response:
    """Name the error: here its reader is the developer, and the stack is in the terminal."""
    current_app.logger.error("The local stack failed", exc_info=error)
    detail = f"It failed with {type(error).__name__}: {error}"
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "failed", detail)
