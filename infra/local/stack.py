"""The local stack: which processes it has, in which order they start, and what they are told."""

from __future__ import annotations

import fcntl
import os
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING

from infra.local import environment, evidence, ministack, resources
from infra.local.clock import MovableClock
from infra.local.ports import Ports, holder
from infra.local.supervisor import Part, Supervisor, program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infra.local.stopping import StopRequest

HMAC_KEY_HEX = "0123456789ABCDEF" * 8  # the published key of the gateway's test merchants
SEALING_KEY_HEX = "0123456789ABCDEF" * 4  # seals what the demo's people set up, and nothing else
FORMER_END_SECONDS = 60


class PortTaken(RuntimeError):
    """Something else serves there, or works on the same state; the message says what to do."""


class StoppedEarly(Exception):
    """Asked to stop before everything was up: what is up stops in order."""


class LocalStack:
    """Start with `running`. Everything it keeps is in `state_dir`, which one stack at a time may use."""

    def __init__(
        self,
        state_dir: Path,
        port: int,
        say: Callable[[str], None],
        asked_to_stop: StopRequest,
        *,
        is_empty: bool = False,
    ) -> None:
        """With `is_empty` neither people nor a campaign are written: a school brings its own."""
        self.ports = Ports.of(port)
        self._state_dir = state_dir.resolve()
        self._say = say
        self._asked_to_stop = asked_to_stop
        self._is_empty = is_empty
        self._supervisor = Supervisor(say)
        self._claims = ExitStack()

    def start(self) -> None:
        """Raise PortTaken, MinistackUnavailable, StartFailed, or StoppedEarly."""
        if not self._state_dir.exists():
            self._check_ports()
        self._claim_state()
        self._check_ports()
        self.clock = MovableClock(self._state_dir / "clock.json")
        self.clock.go_on()
        self._say("Starting the local AWS and the simulators of PAYBOX, CAS and the State's services")
        outside = environment.without_aws(os.environ)
        self._start(
            self._local_aws(),
            self._part("PAYBOX", "paybox", outside),
            self._part("CAS", "cas", outside),
            self._part("The State's services", "evidence", outside),
        )
        self._say("Creating table, bucket and queues")
        values = outside | self._settings()
        self._say("Starting the portal and its functions")
        self._start(
            self._part("The portal", "portal", values), self._part("The functions", "functions", values)
        )

    def watch(self) -> None:
        """Start again what ended by itself."""
        self._supervisor.look()

    def stop(self) -> None:
        """End what runs in the opposite order; ministack goes last and writes its state."""
        self._supervisor.stop()
        self._claims.close()

    def _claim_state(self) -> None:
        """Hold the state alone; the parts of a stack that was killed hold it until they have ended."""
        self._state_dir.mkdir(parents=True, exist_ok=True)
        mine = self._claims.enter_context((self._state_dir / "supervisor").open("a+"))
        parts = self._claims.enter_context((self._state_dir / "parts").open("a+"))
        self._supervisor.inherited = [parts.fileno()]
        if not _locked(mine):
            mine.seek(0)
            pid, _, port = mine.read().partition(" ")
            raise PortTaken(
                f"A stack on {self._state_dir} runs already, at http://127.0.0.1:{port} (process {pid}): "
                f"use it, or stop it by `kill {pid}`."
            )
        mine.truncate(0)
        mine.write(f"{os.getpid()} {self.ports.portal}")
        mine.flush()
        deadline = time.monotonic() + FORMER_END_SECONDS
        if not _locked(parts):
            self._say("Waiting for the parts of a stack that was killed")
        while not _locked(parts):
            if time.monotonic() > deadline:
                raise PortTaken(f"Parts of a killed stack do not end: see who has {parts.name} open.")
            if self._asked_to_stop.wait(0.1):
                raise StoppedEarly

    def _check_ports(self) -> None:
        for port in self.ports:
            if ministack.answers(port):
                by = holder(port)
                raise PortTaken(
                    f"Port {port} is taken{f' by process {by}' if by else ''} (six in a row are needed): "
                    "stop what uses it, or choose others with `make run PORT=9000`."
                )

    def _start(self, *parts: Part) -> None:
        if not self._supervisor.start(parts, self._asked_to_stop.wait):
            raise StoppedEarly

    def _part(self, name: str, module: str, values: dict[str, str]) -> Part:
        port: int = getattr(self.ports, "control" if module == "functions" else module)
        command = program(module, str(self.ports.portal), str(self._state_dir))
        return Part(name, command, values, lambda: ministack.answers(port))

    def _local_aws(self) -> Part:
        scratch = self._state_dir / "scratch"
        scratch.mkdir(exist_ok=True)
        return Part(
            "The local AWS",
            ministack.command(),
            ministack.environment(self._state_dir, self.ports.aws, scratch),
            lambda: ministack.is_ready(self.ports.aws),
            stop_seconds=ministack.STOP_SECONDS,
            log=scratch / "aws.log",
        )

    def _settings(self) -> dict[str, str]:
        """Create what the application finds in the cloud; return what it reads of its environment."""
        endpoint_url = f"http://127.0.0.1:{self.ports.aws}"
        paybox_url = f"http://127.0.0.1:{self.ports.paybox}"
        of_aws = environment.local_aws(endpoint_url)
        environment.enter(os.environ, of_aws)
        is_new = not resources.is_current(prefix=resources.PREFIX)
        names = resources.create(endpoint_url, prefix=resources.PREFIX)
        resources.write_secret(environment.HMAC_KEY_PARAMETER, HMAC_KEY_HEX)
        resources.write_secret(environment.SEALING_KEY_PARAMETER, SEALING_KEY_HEX)
        resources.write_secret(environment.GRANT_TOKEN_PARAMETER, evidence.TOKEN)
        resources.allow_mail_from(environment.MAIL_FROM)
        if is_new:
            ministack.keep(endpoint_url)
        told = environment.quittance(
            names,
            base_url=f"http://127.0.0.1:{self.ports.portal}",
            paybox_url=paybox_url,
            paybox_public_key=_read(f"{paybox_url}/pubkey.pem"),
            cas_url=f"http://127.0.0.1:{self.ports.cas}/cas",
            evidence_url=f"http://127.0.0.1:{self.ports.evidence}",
        )
        return of_aws | told | ({environment.NOBODY: "1"} if self._is_empty else {})


@contextmanager
def running(
    state_dir: Path,
    port: int,
    asked_to_stop: StopRequest,
    say: Callable[[str], None] = print,
    *,
    is_empty: bool = False,
) -> Iterator[LocalStack]:
    """Serve until the block ends; what `start` raises says why it cannot."""
    stack = LocalStack(state_dir, port, say, asked_to_stop, is_empty=is_empty)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - a loopback http address  # nosec B310
        text: str = answer.read().decode()
        return text
