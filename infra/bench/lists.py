"""Each list of the staff where there are thousands of files: calls, read units, time and size."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.wiring import services
from infra.bench import local_app as product
from infra.bench.capacity import Units, units_of
from infra.bench.many_files import fill
from infra.bench.recording import recorded
from infra.bench.requests import page
from infra.bench.sections import Mark, Section
from infra.bench.tables import figures, table
from infra.local.accounts import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.bench.local_app import LocalApp

STAFF = ("accountant@demo.test", "registrar@demo.test", "admin@demo.test", "auditor@demo.test")
TOLD_EVERY = 10
CALLS_MARK, UNITS_MARK, CPU_MARK_MS = 20, 50, 100
"""Of a list: a queue has 16 parts; session, account and names are a call each."""
OF_DESKS = {"/staff/desk": 60, "/api/v1/staff/desk": 40}
"""Calls of a desk, which counts three such queues or two, and what else is to be done with a call each."""
HELD = ("lines", "journal")
"""The services that hold what they read."""
REPORTS = ("arrears", "balances", "exemptions", "figures", ".csv")
UNITS_A_FILE, CPU_MS_A_FILE = 1.0, 0.3
"""Of a report: API Gateway waits 29 s for an answer."""

TEXT = """\
{files:,} files: one student who paid, one with a plan and those who declared nothing, as the product
wrote them, copied, on the day after: the journal is numbered. Each GET of the staff without a name in
its address, pages and API, as whoever of the staff may; first by a process that has read nothing of the
campaign and the journal yet, then again. Units are computed
as below. {asking} want a question and are left out: {left_out}.

{table}
"""


class Answered(NamedTuple):
    """One answer; `bytes` is its body's length, `cpu` the thread's seconds."""

    calls: int
    units: Units
    cpu: float
    bytes: int


def measure(files: int) -> Section:
    found: dict[str, tuple[Answered, Answered]] = {}
    left_out: list[str] = []
    with product.running() as at_home:
        fill(at_home, files)
        print(f"    {files:,} files are there", flush=True)
        for nth, path in enumerate(paths := _paths(at_home), 1):
            if nth % TOLD_EVERY == 0:
                print(f"    {nth} of {len(paths)} lists", flush=True)
            if pair := _read(at_home, path):
                found[path] = pair
            else:
                left_out.append(path)
    head = (
        "List",
        "Calls, first",
        "Read units, first",
        "CPU ms, first",
        "Calls",
        "Read units",
        "CPU ms",
        "kB",
    )
    text = TEXT.format(
        files=files,
        table=table(head, [_row(path, *pair) for path, pair in found.items()]),
        asking=len(left_out),
        left_out=", ".join(f"`{each}`" for each in left_out) or "none",
        reports="`, `".join(REPORTS),
        calls=CALLS_MARK,
        units=UNITS_MARK,
        cpu=CPU_MARK_MS,
        units_a_file=UNITS_A_FILE,
        cpu_a_file=CPU_MS_A_FILE,
    )
    return Section("lists", text, list(_marks({path: again for path, (_, again) in found.items()}, files)))


def _marks(found: dict[str, Answered], files: int) -> Iterator[Mark]:
    """Hold lists and reports to their marks; those that are within are one line."""
    lists = {path: each for path, each in found.items() if not _is_report(path)}
    reports = {path: each for path, each in found.items() if _is_report(path)}
    calls = {path: float(each.calls) for path, each in lists.items()}
    yield from _held("calls", "list", {path: calls[path] for path in calls.keys() - OF_DESKS}, CALLS_MARK)
    for path, mark in OF_DESKS.items():
        yield Mark(f"calls of {path}, read again", calls[path], mark, unit="")
    yield from _held(
        "read units", "list", {path: each.units.read for path, each in lists.items()}, UNITS_MARK
    )
    yield from _held("CPU ms", "list", {path: each.cpu * 1000 for path, each in lists.items()}, CPU_MARK_MS)
    of_file = {path: each.units.read / files for path, each in reports.items()}
    yield from _held("read units a file", "report", of_file, UNITS_A_FILE)
    of_file = {path: each.cpu * 1000 / files for path, each in reports.items()}
    yield from _held("CPU ms a file", "report", of_file, CPU_MS_A_FILE)


def _held(name: str, kind: str, found: dict[str, float], mark: float) -> Iterator[Mark]:
    beyond = sorted(((value, path) for path, value in found.items() if value > mark), reverse=True)
    for value, path in beyond:
        yield Mark(f"{name} of {path}, read again", value, mark, unit="")
    if found and not beyond:
        yield Mark(f"{name} of each {kind}, read again", max(found.values()), mark, unit="")


def _is_report(path: str) -> bool:
    return any(each in path for each in REPORTS)


def _read(local_app: LocalApp, path: str) -> tuple[Answered, Answered] | None:
    for email in STAFF:
        local_app.log_in(email, PASSWORD)
        for held in HELD:
            vars(services()).pop(held, None)
        try:
            first = _answered(local_app, path)
        except RuntimeError:
            continue
        return first, _answered(local_app, path)
    return None


def _answered(local_app: LocalApp, path: str) -> Answered:
    """Answer once; the time includes what recording takes, a tenth of a millisecond a call."""
    event = local_app.event("GET", path) if path.startswith("/api/") else page(local_app, path)
    with recorded(local_app.client) as calls:
        began = time.thread_time()
        body = local_app.call(event)
        spent = time.thread_time() - began
    return Answered(len(calls), units_of(calls), spent, len(body.encode()))


def _paths(local_app: LocalApp) -> list[str]:
    routes = local_app.application.routes
    return sorted(
        path for path, methods in routes.items() if "/staff" in path and "{" not in path and "GET" in methods
    )


def _row(path: str, first: Answered, again: Answered) -> tuple[str, ...]:
    before, after = figures(first.units)[0], figures(again.units)[0]
    times = f"{first.cpu * 1000:.0f}", f"{again.cpu * 1000:.0f}"
    size = f"{again.bytes / 1000:.1f}"
    return f"GET {path}", str(first.calls), before, times[0], str(again.calls), after, times[1], size
