"""The opening morning: errors, what was booked, what each page waited for, where the time goes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import boto3

from infra.bench import cpu
from infra.bench import local_app as product
from infra.bench.recording import recorded
from infra.bench.requests import page
from infra.bench.sections import Mark, Section
from infra.bench.tables import table
from infra.doctor.this_machine import of_this_machine
from infra.local.accounts import PASSWORD
from infra.local.ministack import ROOT, answers
from infra.local.ports import Ports
from infra.local.seed import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TWICE = 2.0
START_SECONDS, BOOKED_SECONDS = 120, 120
PARTS = ("processes.portal", "processes.functions", "processes.paybox", "ministack_process")
COLUMNS = ("Request", "Asked", "p50 ms", "p95 ms", "Calls", "p95 / p95 of its calls", "Floor")

TEXT = """\
`make run` (a process a part) with {students:,} students of its own, who come evenly within {minutes:g}
minutes: log-in, situation, recap, payment, the gateway's pages with a card, back, account. The crowd is
a process of its own. Beside it a probe reads one row again and again, as often in a row as a page has
calls: a page is held to twice the 95th percentile of its calls. What the two cores, shared by the crowd, the
portal, the functions, the gateway and the local AWS, let nobody stay under is the floor: a bare view of
Chalice that makes as many of those calls behind the same front, in a process that has nothing else to do,
asked by the probe in the same seconds. It parses nothing, shows nothing and waits for no other request.

{errors} errors; {captures:,} captures at the gateway, {payments:,} payments booked.

{pages}

Where the time goes, in CPU of each process, for one student:

{parts}
"""


@dataclass
class Run:
    """The local stack as a child, in a folder of its own."""

    process: subprocess.Popen[bytes]
    port: int

    def seconds_of(self) -> dict[str, float]:
        """Return the processor's seconds of each part so far."""
        return cpu.of_children(self.process.pid, PARTS)


@contextmanager
def running(port: int) -> Iterator[Run]:
    with TemporaryDirectory(prefix="quittance-morning-") as state:
        command = [sys.executable, "-m", "infra.local", str(port), "--state", state, "--attached"]
        with (Path(state) / "said").open("wb") as said:
            process = subprocess.Popen(  # noqa: S603 - our own program
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=said, stderr=said
            )
            try:
                _wait(process, port, Path(state) / "said")
                yield Run(process, port)
            finally:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=START_SECONDS)


def measure(students: int, minutes: float, port: int) -> Section:
    calls = calls_of_pages()
    with running(port) as run:
        print(f"    writing {students:,} students", flush=True)
        _program("students", port, students)
        before = run.seconds_of()
        numbers = sorted(set(calls.values()) - {0})
        with _probing(port, numbers) as probed:
            told = json.loads(_program("crowd", port, students, minutes * 60))
        spent = {name: each - before[name] for name, each in run.seconds_of().items()}
        captures, payments = _booked(port, students)
    waits = _p95_by_number(probed["calls"])
    floors = _p95_by_number(probed["bare"])
    rows = []
    marks = [
        Mark("opening morning, errors", len(told["errors"]), 0, unit=""),
        Mark("opening morning, captures", captures, students, is_least=True, unit=""),
        Mark("opening morning, payments booked", payments, students, is_least=True, unit=""),
    ]
    for label, seconds in sorted(told["seconds"].items()):
        number = calls.get(label)
        held = ("", "", "")
        if number:
            ratio, floor = p95(seconds) / waits[number], floors[number] / waits[number]
            told_of = f"p95 {p95(seconds) * 1000:.0f} ms, its {number} calls {waits[number] * 1000:.0f} ms."
            marks.append(Mark(f"opening morning, {label}", ratio, TWICE, told=told_of, floor=floor))
            held = (str(number), f"{ratio:.2f}", f"{floor:.2f}")
        rows.append((label, f"{len(seconds):,}", _ms(seconds, 50), _ms(seconds, 95), *held))
    for error in told["errors"][:3]:
        print(f"    {error}", flush=True)
    text = TEXT.format(
        students=students,
        minutes=minutes,
        errors=len(told["errors"]),
        captures=captures,
        payments=payments,
        pages=table(COLUMNS, rows),
        parts=table(
            ("Process", "CPU ms a student"),
            [(name, f"{each / students * 1000:.0f}") for name, each in spent.items()],
        ),
    )
    return Section("morning", text, marks)


def calls_of_pages() -> dict[str, int]:
    """Count DynamoDB's calls of each page that a student opens, in this process."""
    with product.running() as at_home:
        at_home.log_in("polytech@demo.test", PASSWORD)
        here = f"/registrations/{at_home.ask('GET', '/registrations')['items'][0]['id']}"
        at_home.ask("PUT", f"{here}/fee-situation", {"code": "05"})
        paths = {f"GET {path}": path for path in ("/", "/dossier", "/pay-once/recap", "/account")}
        started = at_home.ask(
            "POST", f"{here}/card-payments", {"address": {"mode": "saved", "id": ADDRESS.id}}
        )
        paths["GET /payments/{payment_id}"] = f"/payments/{started['id']}"
        found = {}
        for label, path in paths.items():
            at_home.application(page(at_home, path), product.context())
            with recorded(at_home.client) as calls:
                at_home.application(page(at_home, path), product.context())
            found[label] = len(calls)
        return found


def _booked(port: int, students: int) -> tuple[int, int]:
    """Return captures and booked payments of the crowd, once notifications have come or time is up."""
    asked = of_this_machine(port)
    client, ends = boto3.client("dynamodb"), time.monotonic() + BOOKED_SECONDS
    while True:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{Ports.of(port).paybox}/_ledger", timeout=30
        ) as answer:  # nosec B310
            operations = json.load(answer)["operations"]
        captures = sum(_is_capture(each) for each in operations)
        pages = client.get_paginator("scan").paginate(TableName=asked.settings.table)
        rows: list[Any] = [row for each in pages for row in each["Items"]]
        payments = sum(row["sk"]["S"].startswith("PAYMENT#") for row in rows)
        if payments >= students or time.monotonic() > ends:
            return captures, payments
        time.sleep(1)


def _is_capture(operation: Mapping[str, Any]) -> bool:
    return bool(operation["type"] == "capture" and operation["code"] == "00000")


def _p95_by_number(found: Mapping[str, list[float]]) -> dict[int, float]:
    return {int(number): p95(each) for number, each in found.items()}


@contextmanager
def _probing(port: int, numbers: list[int]) -> Iterator[dict[str, dict[str, list[float]]]]:
    found: dict[str, dict[str, list[float]]] = {}
    command = [sys.executable, "-m", "infra.bench.morning.probe", str(port), *map(str, numbers)]
    probe = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own program
    yield found
    found.update(json.loads(probe.communicate(b"\n")[0]))


def _program(name: str, *arguments: float) -> str:
    command = [sys.executable, "-m", f"infra.bench.morning.{name}", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True).stdout  # noqa: S603 - our own program


def _wait(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    ends = time.monotonic() + START_SECONDS
    while not all(answers(each) for each in Ports.of(port)):
        if process.poll() is not None or time.monotonic() > ends:
            raise RuntimeError(f"the local stack did not start: {said.read_text(errors='replace')[-500:]}")
        time.sleep(0.2)


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[18] if len(seconds) > 1 else seconds[0]


def _ms(seconds: list[float], percent: int) -> str:
    found = quantiles(seconds, n=20)[percent // 5 - 1] if len(seconds) > 1 else seconds[0]
    return f"{found * 1000:.0f}"
