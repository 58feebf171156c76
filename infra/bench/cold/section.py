"""Import and first event of each function as it ships, against the mandated packages and the same calls."""

from __future__ import annotations

from shutil import copy
from typing import TYPE_CHECKING, Any

from chalicelib.settings import settings
from infra.bench import bare
from infra.bench import local_app as product
from infra.bench.cold import cases
from infra.bench.cold.shipped import (
    BARE,
    IMPORTING,
    LOADED,
    MANDATED,
    MODELLED,
    PACKAGE,
    RECORDING,
    VIEWED,
    Ran,
    answer,
    run,
    unpacked,
)
from infra.bench.cold.state import State
from infra.bench.sections import Mark, Section
from infra.bench.tables import ratio, table
from infra.bench.timing import Comparison, Timing, compare_all
from infra.cloud.package import UNZIPPED_LIMIT_BYTES
from infra.cloud.runtime import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from infra.bench.cold.cases import Case
    from infra.bench.local_app import LocalApp
    from infra.bench.timing import Timer

IMPORT_MARK = 1.15
ZIPPED_MB = 55
PEAK_MB = 256
"""Half of what the smallest function has."""
MEGABYTE = 1024 * 1024

TEXT = """\
The package of `make package`, unpacked into a folder of its own and run on {runtime} by fresh
interpreters without any other library; subject and base in turns, {runs} pairs each ({few} where there
is no mark). The base imports the mandated packages (chalice, pydantic, Powertools' Logger and Metrics,
pynamodb) out of the same folder, so with the same byte code and the same pruned data of botocore, builds
one client a service and makes the very calls of AWS that the function made, and asks the gateway's
simulator what it asked, with the trusted certificates that PAYBOX's https needs. A log-in hashes a password
once, an invoice loads typst: neither is in the base. The floor has both, and what the mandated libraries take
for the same answer without a rule of ours (`infra/bench/bare.py`): a model of pydantic for each kind of row
that is read or written, a view of Chalice, a template of Jinja of a page's texts, the check of a signature.
A schedule ticks with nothing to do. "Imports alone" are the base and the import of each module of ours that
the event loaded, nothing of it called, with the garbage collection that the product puts off: what is above
its mark is so by the modules that it loads; it is no floor. Memory is the highest of the
process, of which Python itself is 10 MB.

{table}

The package has {zipped:.1f} MB zipped, {unzipped:.1f} MiB unzipped.
"""
HEAD = (
    "Function: first event",
    "Calls of AWS",
    "CPU ratio",
    "Imports alone",
    "Floor",
    "Mark",
    "Ratio",
    "Spread",
    "CPU ms",
    "Base CPU ms",
    "Memory MB",
)


class Bench:
    """The unpacked package beside the local AWS."""

    def __init__(self, folder: Path, local_app: LocalApp, runs: int) -> None:
        self._folder, self._house, self._runs = folder, local_app, runs
        self.rows: list[tuple[str, ...]] = []
        self.marks: list[Mark] = []
        self.peak_mb = 0.0

    def imports(self, label: str, module: str, mark: float = IMPORT_MARK) -> None:
        peaks = list[float]()
        (found,) = self._compare({label: (f"import {module}",)}, MANDATED, None, peaks, self._runs)
        self._note(label, "", found, [], mark, max(peaks))

    def first(self, case: Case) -> None:
        """Record the calls and modules of one run, then time it in turns with the bare calls."""
        state = State(self._house.gateway)
        work = answer(case.module, case.handler)
        given: dict[str, Any] = {"event": case.event, "now": case.now}
        self._house.gateway.questions.clear()
        recorded = run(self._folder, (*RECORDING, *work, *_checked(case), LOADED), given)
        given["calls"], given["modules"], told, given["answer"] = recorded.found
        given["facts"], given["public_key"] = bare.facts_of(told), self._house.gateway.public_key
        given["questions"] = list(self._house.gateway.questions)
        given["gateway"] = settings().paybox_direct_urls.split()[0]
        state.restore()
        peaks: list[float] = []
        runs = self._runs if case.mark else max(3, self._runs // 4)
        subjects = {
            case.label: work,
            "imports alone": IMPORTING,
            "floor": (*BARE, *case.besides, *(VIEWED if case.module == "app" else MODELLED)),
        }
        found, *others = self._compare(subjects, BARE, given, peaks, runs, state)
        asked = f"{len(given['calls'])}" + (f" + {len(given['questions'])}" if given["questions"] else "")
        self._note(case.label, asked, found, others, case.mark, max(peaks))

    def _compare(
        self,
        subjects: Mapping[str, tuple[str, ...]],
        base: tuple[str, ...],
        given: Any,
        peaks: list[float],
        runs: int,
        state: State | None = None,
    ) -> list[Comparison]:
        def timer(lines: tuple[str, ...], into: list[float]) -> Timer:
            def timed() -> Timing:
                ran: Ran = run(self._folder, lines, given)
                into.append(ran.peak_mb)
                if state:
                    state.restore()
                return ran.timing

            return timed

        timers = [(name, timer(lines, peaks)) for name, lines in subjects.items()]
        return compare_all(timers, ("the same calls", timer(base, [])), warm_up=1, runs=runs)

    def _note(
        self,
        label: str,
        asked: str,
        found: Comparison,
        others: Sequence[Comparison],
        mark: float,
        peak_mb: float,
    ) -> None:
        cpu = found.processor_seconds
        alone, floor = [f"{each.processor_ratio:.2f}" for each in others] or ("", "")
        told = f"{found.processor_ratio:.2f}", alone, floor, f"{mark:.2f}" if mark else ""
        times = f"{cpu[0] * 1000:.0f}", f"{cpu[1] * 1000:.0f}", f"{peak_mb:.0f}"
        self.rows.append((label, asked, *told, *ratio(found.ratio, found.spread), *times))
        print(f"    {label}: {found.processor_ratio:.2f} {floor}", flush=True)
        self.peak_mb = max(self.peak_mb, peak_mb)
        if mark:
            made_of = f"It is {times[0]} ms of CPU, its base {times[1]}."
            least = None
            if others:
                imports, floored = others
                least = floored.processor_ratio
                made_of += f" Calls and imports alone: {imports.processor_seconds[0] * 1000:.0f}."
            self.marks.append(Mark(f"cold, {label}", found.processor_ratio, mark, told=made_of, floor=least))


def measure(runs: int) -> Section:
    with unpacked() as folder, product.running() as at_home:
        unzipped = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        copy(bare.__file__, folder / "bare.py")
        bench = Bench(folder, at_home, runs)
        bench.imports("import of app", "app")
        bench.imports("import of the schedules' and queues' module", "chalicelib.functions.background")
        for kind in (cases.ticks, cases.requests, cases.messages, cases.debit):
            for case in kind(at_home):
                bench.first(case)
    zipped = PACKAGE.stat().st_size
    text = TEXT.format(
        runtime=RUNTIME,
        runs=runs,
        few=max(3, runs // 4),
        table=table(HEAD, bench.rows),
        zipped=zipped / 1e6,
        unzipped=unzipped / MEGABYTE,
    )
    sizes = [
        Mark("package, zipped", zipped / 1e6, ZIPPED_MB, unit="MB"),
        Mark("package, unzipped", unzipped / MEGABYTE, UNZIPPED_LIMIT_BYTES / MEGABYTE, unit="MiB"),
        Mark("memory of a function at its peak", bench.peak_mb, PEAK_MB, unit="MB"),
    ]
    return Section("cold", text, [*bench.marks, *sizes])


def _checked(case: Case) -> tuple[str, ...]:
    """Return the line that refuses a failed answer before it is measured."""
    if case.module == "app":
        return ("assert answer['statusCode'] in (200, 201), answer",)
    return ("assert not answer.get('batchItemFailures'), answer",) if case.mark else ()
