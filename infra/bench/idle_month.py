"""What an idle month costs, with alarms and keys: out of docs/costs.md's own figures (infra/costs)."""

from __future__ import annotations

from infra.bench.sections import Mark, Section
from infra.bench.tables import table
from infra.costs.sheet import dollars, euros
from infra.costs.usage import counted, of_idle_month, told

MARK_EUROS = 1.0
SHOWN_FROM = 0.005

TEXT = """\
Out of `infra/costs` (runs and calls counted on the local stack, list prices): the whole stack while
nobody does anything, alarms and keys included.

{table}

Less what an account gets free every month it is {free:.2f} $ ({free_euros:.2f} €).
"""


def measure() -> Section:
    facts = told()
    usage = of_idle_month(counted(), facts)
    priced = [
        (listed["name"], number / listed["per"] * listed["each"])
        for name, listed in facts["prices"].items()
        if (number := usage[name])
    ]
    rows = [(name, f"{price:.2f}") for name, price in priced if price >= SHOWN_FROM]
    whole = dollars(usage, facts)
    rows.append(("**In all**", f"**{whole:.2f}**"))
    free = dollars(usage, facts, is_first=True)
    floor = "Alarms ({:.2f} $) and the key ({:.2f} $) are its floor.".format(
        *(sum(price for name, price in priced if name.startswith(kind)) for kind in ("Alarms", "KMS keys"))
    )
    mark = Mark("an idle month at list price", euros(usage, facts), MARK_EUROS, unit="€", floor=floor)
    text = TEXT.format(
        table=table(("Unit", "$"), rows), free=free, free_euros=free / float(facts["dollars_a_euro"])
    )
    return Section("money", text, [mark])
