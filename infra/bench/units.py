"""Request units of DynamoDB: a registration paid once, and thirty days in which nobody does anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.bench import journey
from infra.bench import local_app as product
from infra.bench.capacity import Units
from infra.bench.sections import Mark, Section
from infra.bench.tables import figures, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from infra.bench.journey import Idle, Step

READ_DOLLARS_A_MILLION, WRITE_DOLLARS_A_MILLION = 0.125, 0.625
"""On demand, us-east-1, since November 2024; other regions cost more."""
CALLS_MARK = 70
"""Of one registration paid once, from the log-in to the account."""

TEXT = """\
Computed from the items read and written by Amazon's published rules (`infra/bench/capacity.py`), not
measured: the local AWS tells capacity too, but counts every read as one block and no condition check.
The payment page is the gateway's and costs nothing here. S3, SQS, SES, Lambda and API Gateway are not
counted.

{steps}

{journeys}

When nothing happens:

{idle}

{month}
"""


def measure() -> Section:
    with product.running() as at_home:
        idle = journey.idle(at_home)
        steps = journey.pay_once(at_home)
    calls = sum(each.calls for each in steps)
    text = TEXT.format(
        steps=table(("Request", "Calls", "Read units", "Write units"), step_rows(steps)),
        journeys=_cost("A thousand such journeys", 1000, _sum(each.units for each in steps)),
        idle=table(("Schedule", "Runs in 30 days", "Read units", "Write units"), idle_rows(idle)),
        month=_cost("Thirty idle days", 1, _idle_units(idle)),
    )
    return Section("units", text, [Mark("calls of a registration paid once", calls, CALLS_MARK, unit="")])


def step_rows(steps: Sequence[Step]) -> list[tuple[str, ...]]:
    rows = [(each.label, str(each.calls), *figures(each.units)) for each in steps]
    total = _sum(each.units for each in steps)
    return [*rows, ("**In all**", str(sum(each.calls for each in steps)), *figures(total))]


def idle_rows(idle: Sequence[Idle]) -> list[tuple[str, ...]]:
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
