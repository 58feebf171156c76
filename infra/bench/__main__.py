"""`python -m infra.bench [FILE] [--instalments N]`: measure everything, show it, write docs/benchmarks.md.

Exits with 1 where a mark is missed, and says which.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.settings import settings
from infra.bench import (
    cold_start,
    invoices,
    journey,
    local_app,
    plan_fixture,
    planner,
    requests,
    timing_leaks,
    worker,
)
from infra.bench.debits_report import Debits
from infra.bench.marks import missed
from infra.bench.report import Results, markdown
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from infra.bench.local_app import LocalApp
    from infra.bench.timing import Comparison

PAGE = ROOT / "docs" / "benchmarks.md"
INSTALMENTS = 100_000
"""A million take the local AWS many minutes to be filled with."""


def main() -> int:
    chosen = _arguments().parse_args()
    if sys.dont_write_bytecode:
        print("Byte code is not written here (PYTHONDONTWRITEBYTECODE): imports would measure the compiler.")
        return 2
    _say("Importing in fresh interpreters")
    imports = cold_start.imports()
    _say("Starting the local AWS and the demo")
    with local_app.running() as at_home:
        results = _at_home(at_home, imports, chosen.instalments)
    text = markdown(results)
    chosen.page.write_text(text, encoding="utf-8")
    print(f"\n{text}\n· Written to {chosen.page}")
    for sentence in (beyond := missed(results.comparisons)):
        print(f"· MISSED {sentence}")
    return int(bool(beyond))


def _arguments() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m infra.bench", description="Measure, and write the page.")
    parser.add_argument("page", nargs="?", type=Path, default=PAGE)
    parser.add_argument("--instalments", type=int, default=INSTALMENTS, help="how many wait for the planner")
    return parser


def _at_home(local_app: LocalApp, imports: list[Comparison], instalments: int) -> Results:
    _say("Running the schedules on empty queues")
    idle = journey.idle(local_app)
    _say("Paying once, from the log-in to the account")
    steps = journey.pay_once(local_app)
    invoice = journey.invoice_of(journey.STUDENT)
    _say("Answering recaps")
    recap = requests.recap(local_app)
    comparisons = [
        *imports,
        cold_start.first_recap(recap.event, recap.calls, local_app.now().isoformat()),
        requests.beside_its_calls(local_app, recap),
    ]
    _say("Answering notifications")
    comparisons.append(requests.beside_its_calls(local_app, requests.notification(local_app)))
    _say("Drawing invoices")
    comparisons.append(invoices.beside_a_bare_page(invoice))
    _say("Refusing strangers")
    comparisons += timing_leaks.comparisons(local_app)
    return Results(comparisons, steps, idle, _debits(local_app, instalments))


def _debits(local_app: LocalApp, instalments: int) -> Debits:
    plan = plan_fixture.begin(local_app, settings().table)
    _say("Debiting instalments")
    rates, debit = worker.measure(local_app, plan)
    _say(f"Planning {planner.DUE:,} debits among {planner.FEW:,} and among {instalments:,}")
    comparisons, consumed = planner.measure(plan, instalments)
    return Debits(comparisons, consumed, rates, debit)


def _say(step: str) -> None:
    print(f"· {step} …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
