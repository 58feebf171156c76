"""What the instalments cost, as a section of docs/benchmarks.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.settings import settings
from infra.bench import local_app as product
from infra.bench import plan_fixture, planner, worker
from infra.bench.planner import DUE, FEW
from infra.bench.sections import Mark, Section
from infra.bench.tables import comparisons, figures, ratio, table
from infra.bench.worker import EACH_RUN, WORKERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.bench.journey import Step
    from infra.bench.planner import Consumed
    from infra.bench.timing import Comparison
    from infra.bench.worker import Rates

PLANNER_MARK = 1.3
PLANNER = """\
{due:,} instalments are due today; {few:,} and **{many:,}** wait in all, each number in a table of its
own, filled with copies of a row that the product wrote. The units are computed, as below, and exact:
nothing is read of what is not due, so the number in all does not enter. `python -m infra.bench debits
--instalments 1000000` fills the local AWS with a million, which takes it many minutes.
"""

METHOD = """\
Timed in turns like the rest, the sending of the {due:,} messages included; the base of the third line
leaves it out. The CPU ratio of the first line is this process's own work: whether the product does more
when more wait. Its ratio by the clock is the local AWS's: DynamoDB begins to read at the first that is
due, where the local AWS sorts the whole part of the index for each question, so its time grows with all
that waits. The second line, the same calls made bare, shows how little of the time is the product's.
"""

WORKER = """\
{workers} threads debit {each} instalments of as many students, against the same {each} questions (PPPS
00053, the same bytes) put to the simulator by {workers} threads over kept connections. The ratio is that
of the rates: the share of the simulator's own rate that the workers reach, with {calls} calls of the
local AWS and one new connection a debit. Workers and simulator share one process here; the local AWS has
its own.
"""


@dataclass(frozen=True)
class Debits:
    """The planner among few and among many, and the worker."""

    comparisons: Sequence[Comparison]
    consumed: Sequence[Consumed]
    rates: Rates
    debit: Step

    @property
    def many(self) -> int:
        return self.consumed[-1].instalments


def measure(instalments: int) -> Section:
    with product.running() as at_home:
        plan = plan_fixture.begin(at_home, settings().table)
        rates, debit = worker.measure(at_home, plan)
        comparisons, consumed = planner.measure(plan, instalments)
    return section(Debits(comparisons, consumed, rates, debit))


def section(debits: Debits) -> Section:
    parts = (
        PLANNER.format(due=DUE, few=FEW, many=debits.many).strip(),
        table(
            ("Due", "Among", "Query", "SendMessageBatch", "Read units", "Ratio", "Write units"),
            _consumed_rows(debits.consumed),
        ),
        comparisons(debits.comparisons),
        METHOD.format(due=DUE).strip(),
        table(
            ("Subject", "Base", "Ratio", "Spread", "Runs", "Debits a second", "Questions a second"),
            [_rates_row(debits.rates)],
        ),
        WORKER.format(workers=WORKERS, each=EACH_RUN, calls=debits.debit.calls).strip(),
        _debit_cost(debits.debit),
    )
    first, last = debits.consumed[0], debits.consumed[-1]
    among = Mark("read units of the planner among many, against few", last.units.read / first.units.read, 1.0)
    calls = Mark("planner, against its calls", debits.comparisons[1].processor_ratio, PLANNER_MARK)
    return Section("debits", "\n\n".join(parts), [among, calls])


def _consumed_rows(consumed: Sequence[Consumed]) -> list[tuple[str, ...]]:
    return [_consumed_row(each, consumed[0]) for each in consumed]


def _consumed_row(each: Consumed, first: Consumed) -> tuple[str, ...]:
    read, write = figures(each.units)
    compared = f"{each.units.read / first.units.read:.2f}"
    return f"{each.due:,}", f"{each.instalments:,}", str(each.queries), str(each.sends), read, compared, write


def _rates_row(rates: Rates) -> tuple[str, ...]:
    debits, questions = rates.a_second
    return (
        f"{rates.comparison.subject}, {WORKERS} at once",
        f"{rates.comparison.base}, {WORKERS} at once",
        *ratio(rates.ratio, rates.spread),
        str(len(rates.comparison.runs)),
        f"{debits:.0f}",
        f"{questions:.0f}",
    )


def _debit_cost(debit: Step) -> str:
    read, write = figures(debit.units)
    return (
        f"One debit that is taken makes {debit.calls} calls of DynamoDB, "
        f"which are {read} read and {write} write units, computed as below."
    )
