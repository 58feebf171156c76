"""The local stack: every part, started in order and stopped in the opposite order."""

from __future__ import annotations

import importlib
import logging
import os
import sys
import threading
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from infra.local import environment, ministack, resources
from infra.local.clock import START, MovableClock
from infra.local.control import create_control
from infra.local.front import create_front
from infra.local.functions import Functions
from infra.local.mailbox import Mailbox
from infra.local.serving import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import ModuleType

HMAC_KEY_HEX = "0123456789ABCDEF" * 8  # the published key of the gateway's test merchants
SEALING_KEY_HEX = "0123456789ABCDEF" * 4  # seals what the demo's people set up, and nothing else
TICK_SECONDS = 3
log = logging.getLogger("quittance.stack")


class PortTaken(RuntimeError):
    """Something else serves there; the message says what to do."""


class Ports(NamedTuple):
    """The five ports, all told by the first."""

    portal: int
    control: int
    paybox: int
    aws: int
    cas: int

    @classmethod
    def of(cls, port: int) -> Ports:
        return cls(*range(port, port + 5))


class LocalStack:
    """Start with `running`. Everything it keeps is in `state_dir`."""

    def __init__(
        self, state_dir: Path, port: int, say: Callable[[str], None], *, is_empty: bool = False
    ) -> None:
        """With `is_empty` neither people nor a campaign are written: a school brings its own."""
        self.ports = Ports.of(port)
        self._portal_url = f"http://127.0.0.1:{port}"
        self._state_dir = state_dir
        self._say = say
        self._is_empty = is_empty
        self._stop = ExitStack()
        self._stopping = threading.Event()
        self._check_ports()

    def down(self) -> list[str]:
        """Name the parts that do not answer."""
        return [name for name, port in self.ports._asdict().items() if not ministack.answers(port)]

    def reset(self) -> None:
        """Bring back the demo's first state: clock, registrations, invoices, mails, gateway, sign-on."""
        with self.functions.paused():
            resources.empty(self._names)
            self._reset_paybox()
            self._reset_cas()
            self.clock.move_to(START)
            self.mailbox.empty()
            self._seed()

    def start(self) -> None:
        self._start_aws()
        self._start_paybox()
        self._start_cas()
        self._start_portal()
        self._serve_control()
        self._start_ticking()

    def stop(self) -> None:
        """End what runs in the opposite order; ministack goes last and writes its state."""
        self._stop.close()

    def _check_ports(self) -> None:
        for port in self.ports:
            if ministack.answers(port):
                raise PortTaken(
                    f"Port {port} is taken (five in a row are needed): stop what uses it, "
                    "or choose others with `make run PORT=9000`."
                )

    def _start_aws(self) -> None:
        self._say("Starting the local AWS")
        self.clock = MovableClock(self._state_dir / "clock.json")
        self._stop.callback(self.clock.keep)
        endpoint_url = self._stop.enter_context(ministack.running(self._state_dir, self.ports.aws))
        environment.enter(os.environ, environment.local_aws(endpoint_url))
        self._names = resources.create(endpoint_url, prefix="quittance")
        resources.write_secret(environment.HMAC_KEY_PARAMETER, HMAC_KEY_HEX)
        resources.write_secret(environment.SEALING_KEY_PARAMETER, SEALING_KEY_HEX)
        resources.allow_mail_from(environment.MAIL_FROM)
        self.mailbox = Mailbox(endpoint_url, self.clock, self._state_dir / "mailbox.json")
        self._stop.callback(self._keep_last_mails)

    def _keep_last_mails(self) -> None:
        with suppress(OSError):  # the local AWS may be gone before its time
            self.mailbox.collect()

    def _start_paybox(self) -> None:
        self._say("Starting the PAYBOX simulator")
        paybox = importlib.import_module("infra.local.paybox")
        self._paybox = paybox.create_app(state_dir=self._state_dir / "paybox", now=self.clock.now)
        self._reset_paybox = partial(paybox.reset, self._paybox)
        self._served(paybox.serve(self._paybox, self.ports.paybox), self.ports.paybox)

    def _start_cas(self) -> None:
        self._say("Starting the CAS server")
        cas, seed = importlib.import_module("infra.local.cas"), _seed_module()
        people = [(email, f"{first} {last}") for email, first, last, *_ in seed.STUDENTS]
        people += [(email, desk) for email, desk, *_ in seed.STAFF]
        app = cas.create_app(
            now=self.clock.now,
            accounts=[
                cas.Account(email.partition("@")[0], seed.PASSWORD, name, email) for email, name in people
            ],
            services={f"{self._portal_url}/api/v1/auth/cas/callback": "Quittance"},
        )
        self._reset_cas = partial(cas.reset, app)
        self._served(cas.serve(app, self.ports.cas), self.ports.cas)

    def _start_portal(self) -> None:
        self._say("Starting the portal")
        values = environment.quittance(
            self._names,
            base_url=self._portal_url,
            paybox_url=f"http://127.0.0.1:{self.ports.paybox}",
            paybox_public_key=_read(f"http://127.0.0.1:{self.ports.paybox}/pubkey.pem"),
            cas_url=f"http://127.0.0.1:{self.ports.cas}/cas",
        )
        os.environ.update(values)
        module = _application()
        importlib.import_module("chalicelib.wiring").use_clock(self.clock.now)
        self.functions = Functions(module, self._names, self.clock)
        if resources.is_empty(self._names):
            self._say("Writing the demo's registrations")
            self._seed()
        if not self._is_empty:
            _seed_module().load_campaign()
        self._served(serve(create_front(module.app), self.ports.portal), self.ports.portal)

    def _seed(self) -> None:
        if not self._is_empty:
            _seed_module().seed()

    def _serve_control(self) -> None:
        self._served(serve(create_control(self), self.ports.control), self.ports.control)

    def _served(self, server: AbstractContextManager[str], port: int) -> None:
        """Serve until the stack stops."""
        try:
            self._stop.enter_context(server)
        except OSError as error:
            raise PortTaken(f"Port {port} cannot be used: {error.strerror}.") from error

    def _start_ticking(self) -> None:
        ticker = threading.Thread(target=self._tick, name="tick", daemon=True)
        ticker.start()
        self._stop.callback(ticker.join)
        self._stop.callback(self._stopping.set)

    def _tick(self) -> None:
        """Run what the cloud runs each minute, and keep the clock's time for a stop without warning."""
        while not self._stopping.wait(TICK_SECONDS):
            try:
                self.functions.tick("publish_outbox")
                self.functions.tick("seal_audit")
                self.mailbox.collect()
                self.clock.keep()
            except Exception:
                log.exception("The tick failed; the next one tries again")


@contextmanager
def running(
    state_dir: Path, port: int, say: Callable[[str], None] = print, *, is_empty: bool = False
) -> Iterator[LocalStack]:
    """Serve until the block ends; PortTaken and MinistackUnavailable say why it cannot start."""
    stack = LocalStack(state_dir, port, say, is_empty=is_empty)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def _application() -> ModuleType:
    if str(ministack.ROOT) not in sys.path:
        sys.path.insert(0, str(ministack.ROOT))
    return importlib.import_module("app")


def _seed_module() -> ModuleType:
    return importlib.import_module("infra.local.seed")


def _read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - a loopback http address  # nosec B310
        text: str = answer.read().decode()
        return text
