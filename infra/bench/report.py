"""What was measured, as the Markdown of docs/benchmarks.md; the terminal shows the same."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from infra.bench import debits_report
from infra.bench.capacity import Units
from infra.bench.marks import MARKS, missed
from infra.bench.tables import comparisons, figures, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from infra.bench.debits_report import Debits
    from infra.bench.journey import Idle, Step
    from infra.bench.timing import Comparison

READ_DOLLARS_A_MILLION, WRITE_DOLLARS_A_MILLION = 0.125, 0.625
"""On demand, us-east-1, since November 2024; other regions cost more."""

METHOD = """\
Every figure is a ratio taken in one run: subject and base are timed in turns, who goes first changing
each time, so that whatever slows the machine slows both. The ratio is the median of the pairs' ratios by
the clock, the spread its quartiles. The CPU ratio compares the processor's time alone: it leaves out the
waiting, and neighbours disturb it less. Milliseconds tell the size; they are this machine's and nobody
else's. Nothing here is a test: no figure fails a build, and `make bench` fails where a mark is missed.

- **Import, cold recap**: fresh interpreters, warm `.pyc`, timed inside, so without the start of Python.
  The mandated packages are chalice, pydantic, Powertools' Logger and Metrics, and pynamodb. `app` leaves
  pynamodb to the first request, so its import is shown against both, and a cold recap adds up what a
  student waits for.
- **Recap, notification**: events of a REST API given to `app.app(event, context)`, against the very calls
  that they make (of DynamoDB, by the same botocore client; of the gateway, by urllib3), made again with
  the same keys and bytes on the same items of the same local AWS. What a notification writes is undone
  between runs, outside the time. The gateway is the simulator, with a key made for this run.
- **Log-in, mail asked for**: a wrong password, or a link, for an address that nobody has, against the same
  for one that somebody has: a ratio of 1 tells a stranger nothing.
- **Invoice**: `render_invoice` against one line of text by the same compiler, under the same PDF
  standards, both warm, every page with words of its own.
"""

CAPACITY = """\
Computed from the items read and written by Amazon's published rules (`infra/bench/capacity.py`), not
measured: the local AWS tells capacity too, but counts every read as one block and no condition check. The
payment page is the gateway's and costs nothing here. S3, SQS, SES, Lambda and API Gateway are not
counted.
"""


@dataclass(frozen=True)
class Results:
    """One run of everything."""

    comparisons: Sequence[Comparison]
    steps: Sequence[Step]
    idle: Sequence[Idle]
    debits: Debits


def markdown(results: Results) -> str:
    """Give the whole page."""
    parts = [
        "# Benchmarks",
        f"Written by `make bench`; {_machine()}.",
        "## What the product adds",
        comparisons(results.comparisons),
        _marks(results.comparisons),
        "## How it was measured",
        METHOD.strip(),
        *debits_report.section(results.debits),
        "## Request units of a registration paid once",
        CAPACITY.strip(),
        table(("Request", "Calls", "Read units", "Write units"), _step_rows(results.steps)),
        _cost("A thousand such journeys", 1000, _sum(each.units for each in results.steps)),
        "## Request units when nothing happens",
        table(("Schedule", "Runs in 30 days", "Read units", "Write units"), _idle_rows(results.idle)),
        _cost("Thirty idle days", 1, _idle_units(results.idle)),
    ]
    return "\n\n".join(parts) + "\n"


def _marks(of: Sequence[Comparison]) -> str:
    held = "; ".join(f"{subject} {mark:.2f}" for (subject, _), mark in MARKS.items())
    beyond = " ".join(missed(of)) or "All are held."
    return f"Marks, in CPU ratio: {held}. {beyond}"


def _machine() -> str:
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}, "
        f"load {os.getloadavg()[0]:.1f} at the end), Python {platform.python_version()}, "
        f"chalice {version('chalice')}, pydantic {version('pydantic')}, pynamodb {version('pynamodb')}, "
        f"typst {version('typst')}"
    )


def _step_rows(steps: Sequence[Step]) -> list[tuple[str, ...]]:
    rows = [(each.label, str(each.calls), *figures(each.units)) for each in steps]
    total = _sum(each.units for each in steps)
    return [*rows, ("**In all**", str(sum(each.calls for each in steps)), *figures(total))]


def _idle_rows(idle: Sequence[Idle]) -> list[tuple[str, ...]]:
    rows = [(each.schedule, f"{each.runs:,}", *figures(_times(each.units, each.runs))) for each in idle]
    return [
        *rows,
        ("**In all**", f"{sum(each.runs for each in idle):,}", *figures(_idle_units(idle))),
    ]


def _idle_units(idle: Sequence[Idle]) -> Units:
    return _sum(_times(each.units, each.runs) for each in idle)


def _cost(what: str, times: int, units: Units) -> str:
    reads, writes = _times(units, times)
    price_list = f"${READ_DOLLARS_A_MILLION} and ${WRITE_DOLLARS_A_MILLION}"
    dollars = (reads * READ_DOLLARS_A_MILLION + writes * WRITE_DOLLARS_A_MILLION) / 1_000_000
    return (
        f"{what}: {reads:,.0f} read and {writes:,} write units, which is ${dollars:.4f} on demand. "
        f"A computed figure, at the list price of us-east-1 ({price_list} a million); others cost more."
    )


def _times(units: Units, times: int) -> Units:
    return Units(units.read * times, units.write * times)


def _sum(each: Iterable[Units]) -> Units:
    total = Units()
    for one in each:
        total = total.plus(one)
    return total
