"""The functions of schedules and queues as a process, with the control server that orders them."""

from __future__ import annotations

import logging
import os
import threading
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chalicelib.functions import background
from chalicelib.wiring import use_clock
from infra.local import environment, resources, seed
from infra.local.bank import Bank
from infra.local.bank_routes import remittances_of
from infra.local.clock import START, MovableClock
from infra.local.control import create_control
from infra.local.functions import Functions
from infra.local.mailbox import Mailbox
from infra.local.ministack import answers
from infra.local.processes import run
from infra.local.processes.forgetting import forget
from infra.local.serving import serve as serve_on_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infra.local.ports import Ports

TICK_SECONDS = 3
log = logging.getLogger("quittance.functions")


class Controlled:
    """What the control server controls: the clock, the mailbox and the functions here, the rest by HTTP."""

    def __init__(self, ports: Ports, state: Path) -> None:
        self.ports = ports
        self.clock = MovableClock(state / "clock.json")
        use_clock(self.clock.now)
        endpoint_url = os.environ["AWS_ENDPOINT_URL"]
        self._names = resources.create(endpoint_url, prefix=resources.PREFIX)
        self.mailbox = Mailbox(endpoint_url, self.clock, state / "mailbox.json")
        self.bank = Bank(state / "bank.json", lambda: remittances_of(ports.paybox))
        self.functions = Functions(background, self._names, self.clock)
        self._first_items: list[resources.Item] | None = None
        if resources.is_empty(self._names):
            self._seed()
        if environment.NOBODY not in os.environ:
            seed.load_campaign()

    def down(self) -> list[str]:
        """Name the parts that do not answer."""
        return [name for name, port in self.ports._asdict().items() if not answers(port)]

    def reset(self) -> None:
        """Bring back the demo's first state: clock, registrations, invoices, mails, gateway, sign-on."""
        with self.functions.paused():
            _post(f"http://127.0.0.1:{self.ports.paybox}/_reset")
            _post(f"http://127.0.0.1:{self.ports.cas}/_reset")
            _post(f"http://127.0.0.1:{self.ports.evidence}/_reset")
            self.clock.move_to(START)
            self.mailbox.empty()
            self.bank.reset()
            self._bring_back_rows()
            forget()
            _post(f"http://127.0.0.1:{self.ports.portal}/_forget")

    def _bring_back_rows(self) -> None:
        """Seed once, at START to the second; from then on write what differs from that."""
        if self._first_items is None:
            resources.empty(self._names)
            use_clock(lambda: START)
            self._seed()
            use_clock(self.clock.now)
            self._first_items = resources.items(self._names)
            return
        resources.bring_back(self._names, self._first_items)

    def tick(self) -> None:
        """Run what the cloud runs each minute, and keep the clock's time for a stop without warning."""
        self.functions.tick("publish_outbox")
        self.functions.tick("seal_audit")
        self.mailbox.collect()
        self.clock.keep()

    def _seed(self) -> None:
        if environment.NOBODY not in os.environ:
            seed.seed()


@contextmanager
def serve(ports: Ports, state: Path) -> Iterator[None]:
    controlled = Controlled(ports, state)
    stopping = threading.Event()
    ticker = threading.Thread(target=_tick, args=(controlled, stopping), name="tick")
    with serve_on_loopback(create_control(controlled), ports.control):
        ticker.start()
        yield
    stopping.set()
    ticker.join()
    controlled.clock.keep()


def _tick(controlled: Controlled, stopping: threading.Event) -> None:
    while not stopping.wait(TICK_SECONDS):
        try:
            controlled.tick()
        except Exception:
            log.exception("The tick failed; the next one tries again")


def _post(address: str) -> None:
    urllib.request.urlopen(urllib.request.Request(address, method="POST"), timeout=30).close()  # noqa: S310 - a loopback http address  # nosec B310


if __name__ == "__main__":
    run(serve)
