"""`python -m infra.bench [FILE]`: measure everything, show it, write docs/benchmarks.md."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from infra.bench import fresh, house, invoices, journey, requests
from infra.bench.report import Results, markdown
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from infra.bench.house import House

PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    page = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    _say("Importing in fresh interpreters")
    imports = fresh.imports()
    _say("Starting the local AWS and the demo")
    with house.running() as at_home:
        results = _at_home(at_home)
    text = markdown(Results([*imports, *results.comparisons], results.steps, results.idle))
    page.write_text(text, encoding="utf-8")
    print(f"\n{text}\n· Written to {page}")
    return 0


def _at_home(house: House) -> Results:
    _say("Running the schedules on empty queues")
    idle = journey.idle(house)
    _say("Paying once, from the log-in to the account")
    steps = journey.pay_once(house)
    invoice = journey.invoice_of(journey.STUDENT)
    _say("Answering recaps")
    recap = requests.recap(house)
    comparisons = [
        fresh.first_recap(recap.event, recap.calls, house.now().isoformat()),
        requests.beside_its_calls(house, recap),
    ]
    _say("Answering notifications")
    comparisons.append(requests.beside_its_calls(house, requests.notification(house)))
    _say("Drawing invoices")
    comparisons.append(invoices.beside_a_bare_page(invoice))
    return Results(comparisons, steps, idle)


def _say(step: str) -> None:
    print(f"· {step} …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
