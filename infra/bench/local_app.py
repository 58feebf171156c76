"""The product in this process on a local AWS of its own, called as API Gateway calls it: by events."""

from __future__ import annotations

import importlib
import json
import os
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from chalice.local import LambdaContext, LambdaEventConverter, RouteMatcher

from infra.bench import gateway
from infra.local import environment, ministack, resources
from infra.local.clock import MovableClock
from infra.local.functions import Functions
from infra.local.stack import HMAC_KEY_HEX, SEALING_KEY_HEX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.usecases.ports import Clock
    from infra.bench.gateway import Gateway

FORM = "application/x-www-form-urlencoded"
ERRORS = range(400, 600)


@dataclass
class LocalApp:
    """`client` is the DynamoDB client that the application's own connection uses."""

    application: Any
    functions: Functions
    client: Any
    gateway: Gateway
    clock: MovableClock
    token: str = ""

    @property
    def now(self) -> Clock:
        return self.clock.now

    def event(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Give the event of a REST API's proxy; `body` is a JSON document, or a form as text."""
        converter = LambdaEventConverter(RouteMatcher(list(self.application.routes)))
        is_form = isinstance(body, str)
        headers = {"content-type": FORM if is_form else "application/json", "accept": "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        written = body if is_form or body is None else json.dumps(body)
        event: dict[str, Any] = converter.create_lambda_event(
            method, path, headers, written.encode() if written else None
        )
        event["body"] = written  # Lambda gets text
        return event

    def answer(self, event: dict[str, Any]) -> Any:
        """Call the function once and give its JSON; an answer that is an error raises RuntimeError."""
        body = self.call(event)
        return json.loads(body) if body else None

    def call(self, event: dict[str, Any]) -> str:
        """Call the function once and give its body; an answer that is an error raises RuntimeError."""
        answer = self.application(event, context())
        if answer["statusCode"] in ERRORS:
            raise RuntimeError(f"{event['requestContext']['resourcePath']}: {answer['body']}")
        return str(answer["body"])

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        return self.answer(self.event(method, f"/api/v1{path}", body))

    def log_in(self, email: str, password: str) -> None:
        self.token = ""
        self.token = self.ask("POST", "/auth/sessions", {"email": email, "password": password})["token"]

    def notification(self, form: dict[str, Any]) -> dict[str, Any]:
        """Give the event by which the gateway tells that the page of `form` was paid, as it now was."""
        return self.event("POST", "/webhooks/paybox", self.gateway.pay(form))


def context() -> LambdaContext:
    return LambdaContext("quittance", 1024, 29_000)


@contextmanager
def running() -> Iterator[LocalApp]:
    """Seed the demo on the day of the manual's invoice; the gateway's key is thrown away at the end."""
    with ExitStack() as stack:
        clock = MovableClock()
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="quittance-bench-")))
        endpoint_url = stack.enter_context(ministack.running())
        environment.enter(os.environ, environment.local_aws(endpoint_url))
        names = resources.create(endpoint_url, prefix="bench")
        resources.write_secret(environment.HMAC_KEY_PARAMETER, HMAC_KEY_HEX)
        resources.write_secret(environment.SEALING_KEY_PARAMETER, SEALING_KEY_HEX)
        resources.allow_mail_from(environment.MAIL_FROM)
        paybox = stack.enter_context(gateway.running(scratch, clock.now))
        os.environ.update(
            environment.quittance(
                names,
                base_url=paybox.shop_url,
                paybox_url=paybox.url,
                paybox_public_key=paybox.public_key,
                cas_url="",
            )
        )
        yield _seeded(names, clock, paybox)


def _seeded(names: resources.Names, clock: MovableClock, paybox: Gateway) -> LocalApp:
    if str(ministack.ROOT) not in sys.path:
        sys.path.insert(0, str(ministack.ROOT))
    module = importlib.import_module("app")
    background = importlib.import_module("chalicelib.functions.background")
    wiring = importlib.import_module("chalicelib.wiring")
    wiring.use_clock(clock.now)
    importlib.import_module("infra.local.seed").seed()
    client = wiring.services().table.row._get_connection().connection.client  # noqa: SLF001 - pynamodb shows it no other way
    return LocalApp(module.app, Functions(background, names, clock), client, paybox, clock)
