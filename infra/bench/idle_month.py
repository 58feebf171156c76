"""What an idle month costs, with alarms and keys: out of docs/costs.md's own figures (infra/costs)."""

from __future__ import annotations

from infra.bench.sections import Mark, Section
from infra.bench.tables import table
from infra.costs.sheet import dollars, euros
from infra.costs.usage import counted, of_idle_month, told

MARK_EUROS = 1.0
SHOWN_FROM = 0.005
FLOOR = ("alarm_metric_months", "metric_months", "keys", "queue_requests")
"""Cost items of a stack that nobody uses: alarms, the metrics they watch, the KMS key, SQS polling."""

TEXT = """\
Out of `infra/costs` (runs and calls counted on the local stack, list prices): the whole stack while
nobody does anything, alarms and keys included; dashboards are left out where an account has none to spare.
The floor is what stands before anything runs, {floor:.2f} $: the alarms with the two metrics whose absence
rings, the key, and the pollers that Lambda keeps at each queue. Without them a fault would be heard late or
not at all ([decision 37](decisions/0037-idle-month.md)).

{table}

Less what an account gets free every month it is {free:.2f} $ ({free_euros:.2f} €).
"""


def measure() -> Section:
    facts = told()
    usage = of_idle_month(counted(), facts)
    priced = {
        name: number / listed["per"] * listed["each"]
        for name, listed in facts["prices"].items()
        if (number := usage[name]) and not listed.get("is_optional")
    }
    rows = [
        (facts["prices"][name]["name"], f"{price:.2f}")
        for name, price in priced.items()
        if price >= SHOWN_FROM
    ]
    whole = dollars(usage, facts)
    rows.append(("**In all**", f"**{whole:.2f}**"))
    free, a_euro = dollars(usage, facts, is_first=True), float(facts["dollars_a_euro"])
    floor = sum(priced[name] for name in FLOOR)
    mark = Mark(
        "an idle month at list price", euros(usage, facts), MARK_EUROS, unit="€", floor=floor / a_euro
    )
    text = TEXT.format(table=table(("Unit", "$"), rows), free=free, free_euros=free / a_euro, floor=floor)
    return Section("money", text, [mark])
