"""`make run`: its parts are killed during payments and debits, and the gateway's ledger judges.

`make prove` starts, signals and kills as often as the promise says.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from infra.local import ministack
from infra.local.ports import Ports, holder
from tests.conftest import Stack, six_free_ports
from tests.journeys.conftest import ACCEPTED, Operator, Student, log_in, started

PATIENCE = 180
OF_DEBITS = ("processes.functions", "processes.paybox", "ministack_process")
OF_PAYMENTS = (*OF_DEBITS, "processes.portal")
PARTS = (*OF_PAYMENTS, "processes.cas", "processes.evidence")
PROVES = bool(os.environ.get("PROVE"))
STARTS = 50 if PROVES else 2
KILLS = 10 if PROVES else 1
CHANCE = random.Random()  # noqa: S311 - not for secrets
PS = shutil.which("ps") or "ps"
JULY = "2022-07-10T00:30:00+02:00"


class MakeRun:
    """`make run`'s own process, and what is seen of it from outside."""

    def __init__(self, state: Path, port: int) -> None:
        self.ports = Ports.of(port)
        self.stack = Stack(*(f"http://127.0.0.1:{port + shift}" for shift in (0, 1, 2, 4)))
        self.state = state
        self._terminal = state / "terminal.log"
        command = [sys.executable, "-m", "infra.local", str(port), "--state", str(state), "--attached"]
        with self._terminal.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                command, cwd=ministack.ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log
            )

    @property
    def said(self) -> str:
        return self._terminal.read_text(errors="replace")

    def is_up(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.stack.control}/healthz", timeout=10).is_success
        return False

    def is_gone(self) -> bool:
        return not any(ministack.answers(port) for port in self.ports)

    def part(self, name: str) -> int:
        """Return the child that runs this module, or nothing while there is none."""
        told = subprocess.run(  # noqa: S603 - of the system
            [PS, "-axww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        )
        children = (line.split(None, 2) for line in told.stdout.splitlines())
        found = [
            int(pid) for pid, parent, words in children if parent == str(self.process.pid) and name in words
        ]
        return found[0] if found else 0

    def kill_part(self, name: str) -> None:
        """Kill it, and wait until another serves in its place."""
        before, told = self.part(name), len(self.said)
        assert before, f"there is no {name}:\n{self.said}"  # and 0 would be our own group
        os.kill(before, signal.SIGKILL)
        self.until(lambda: " serves again." in self.said[told:])
        self.until(self.is_up)
        assert self.part(name) not in (0, before)

    def end(self, *signals: signal.Signals) -> int:
        for each in signals or (signal.SIGINT,):
            with suppress(ProcessLookupError):
                self.process.send_signal(each)
        self.process.wait(PATIENCE)
        return self.loses_its_parent()

    def loses_its_parent(self) -> int:
        """Close its standard input, as the system does when whoever started it ends."""
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, f"it never came:\n{self.said}"
            assert self.process.poll() is None, f"it ended:\n{self.said}"
            time.sleep(0.05)  # between two looks at another process


@contextmanager
def make_run(state: Path, port: int) -> Iterator[MakeRun]:
    run = MakeRun(state, port)
    try:
        run.until(run.is_up)
        yield run
    finally:
        if run.process.poll() is None:
            run.process.kill()
            run.process.communicate()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeRun]:
    with make_run(tmp_path_factory.mktemp("killed"), six_free_ports()) as run:
        yield run
        assert run.end() == 0
        assert run.is_gone()


@pytest.fixture
def operator(run: MakeRun) -> Operator:
    httpx.post(f"{run.stack.control}/reset", timeout=60).raise_for_status()
    return Operator(run.stack)


def student_of(run: MakeRun) -> Student:
    return Student(log_in(run.stack, "student@demo.test"), run.stack)


def payments(student: Student) -> list[int]:
    student.logs_in_again()
    return [each["amount_cents"] for each in student.get("/account")["payments"]]


def while_it_is_killed(run: MakeRun, part: str, act: Callable[[], object]) -> None:
    """Do `act` and kill the part at some moment meanwhile; what `act` gets to see of it is no matter here."""

    def acts() -> None:
        with suppress(httpx.HTTPError, ValueError, LookupError):
            act()

    acting = threading.Thread(target=acts)
    acting.start()
    acting.join(CHANCE.uniform(0, 0.5))
    run.kill_part(part)
    acting.join()


def minutes_later(operator: Operator, minutes: int, *schedules: str) -> None:
    operator.moves_the_clock_to((operator.time() + timedelta(minutes=minutes)).isoformat())
    for each in schedules:
        operator.runs(each)


@pytest.mark.parametrize("part", PARTS if PROVES else OF_PAYMENTS)
def test_payment_during_which_a_part_is_killed_is_booked_as_the_gateway_took_it(
    run: MakeRun, operator: Operator, part: str
) -> None:
    for _ in range(KILLS):
        httpx.post(f"{run.stack.control}/reset", timeout=60).raise_for_status()
        student = student_of(run)
        student.declares("01").raise_for_status()

        while_it_is_killed(run, part, partial(student.pays, ACCEPTED))
        for _ in range(3):
            minutes_later(operator, 25, "reconcile_payments")

        assert payments(student) == operator.captures()
        if not operator.captures():
            assert student.state_of(student.pays(ACCEPTED)) == "paid"
        assert payments(student) == operator.captures() == [60100]


@pytest.mark.parametrize("part", PARTS if PROVES else OF_DEBITS)
def test_debit_during_which_a_part_is_killed_is_booked_as_the_gateway_took_it(
    run: MakeRun, operator: Operator, part: str
) -> None:
    for _ in range(KILLS):
        httpx.post(f"{run.stack.control}/reset", timeout=60).raise_for_status()
        student = student_of(run)
        started(student)
        operator.moves_the_clock_to(JULY)

        while_it_is_killed(run, part, lambda: operator.runs("plan_debits"))
        for _ in range(4):
            minutes_later(operator, 12, "plan_debits", "reconcile_payments")

        assert payments(student) == operator.captures() == [20031, 20031]


def test_part_that_is_killed_is_started_again_and_the_terminal_says_so(
    run: MakeRun, operator: Operator
) -> None:
    run.kill_part("processes.cas")

    assert "CAS was ended by SIGKILL" in run.said
    run.until(lambda: run.said.rstrip().endswith("CAS serves again."))


def test_starts_and_stops_at_every_moment_hang_nothing_and_lose_nothing(tmp_path: Path) -> None:
    """Send one to three signals while it starts, serves or stops; now and then a kill that nothing notes."""
    port = six_free_ports()
    began = time.monotonic()
    with make_run(tmp_path, port) as run:
        took = time.monotonic() - began
        student = student_of(run)
        student.declares("01").raise_for_status()
        student.pays(ACCEPTED)
        assert run.loses_its_parent() == 0
        assert run.is_gone()

    for nth in range(STARTS):
        run = MakeRun(tmp_path, port)
        with suppress(subprocess.TimeoutExpired):
            run.process.wait(CHANCE.uniform(0, 1.2 * took))
        if nth % 5 == 1:
            run.process.kill()
            run.process.communicate()
        else:
            signals = CHANCE.choices((signal.SIGINT, signal.SIGTERM), k=CHANCE.randint(1, 3))
            assert run.end(*signals) in (0, -signals[0]), (
                run.said
            )  # before Python knows of signals: by the signal
            assert run.is_gone(), run.said

    with make_run(tmp_path, port) as run:
        student = student_of(run)
        assert payments(student) == Operator(run.stack).captures() == [60100]
        assert run.end(signal.SIGTERM, signal.SIGINT) == 0
        assert run.is_gone()


def test_port_that_is_taken_is_told_with_who_holds_it_and_what_to_do(tmp_path: Path) -> None:
    port = six_free_ports()
    with socket.create_server(("127.0.0.1", port)):
        run = MakeRun(tmp_path, port)

        assert run.process.wait(PATIENCE) == run.loses_its_parent() == 1
        assert f"Port {port} is taken by process {os.getpid()} (" in run.said
        assert "make run PORT=9000" in run.said
    assert holder(port) == ""


def test_second_stack_on_the_same_state_is_refused_and_told_where_the_first_is(
    run: MakeRun, tmp_path: Path
) -> None:
    second = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "infra.local", "29000", "--state", str(run.state)],
        cwd=ministack.ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert second.returncode == 1
    assert f"http://127.0.0.1:{run.ports.portal} (process {run.process.pid})" in second.stderr
