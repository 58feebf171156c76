"""docs/costs.md: what a season and an idle month cost, from counted steps and listed prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.costs.usage import of_idle_month, of_season, volumes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.costs.usage import Usage

IDLE_MONTHS = 12
WHOLE = 100
"""From here on a number is written without decimals."""

HEAD = """\
# What it costs

Written by `make costs` from `infra/costs/counted.json` (a season that was played in small on the local
stack, counted call by call) and `infra/costs/prices.yaml`. `make costs COUNT=1` plays and counts again
(three minutes). In US dollars, without VAT; 1 € is taken as {dollars_a_euro:.2f} $.

Prices: {region}, {listed_on}. {source}.

| | At list price | In an account of its own |
|---|---:|---:|
| a season{played} | {season} | {season_free} |
| an idle month | {idle} | {idle_free} |
| a year: the season and twelve idle months | {year} | {year_free} |

The right column is less what each account gets free every month, for ever; the whole season is taken as one
month. A second stack of the account pays the left one. PAYBOX's and the bank's fees are theirs and not in
here, nor is a rehearsal, which costs an idle month while it stands.
"""

PLAYED = ": {dossiers:,} dossiers, {payments:,} payments, {debits:,} debits, {refunds:,} refunds"

METHOD = """\
## How it is counted

Students use the pages, staff the API, schedules and queues run as functions (`tests/infra/count_season.py`).
For each run of a function the calls of AWS are counted, DynamoDB's units are computed from the items by
Amazon's rules (`infra/bench/capacity.py`), and its own processor time is taken. A run lasts that time on the
share of a processor that its memory gets, {aws_call_ms} ms for each call of AWS, and the gateway's answer (a
debit {debit_ms} ms). A student opens {views} pages for each that the story needs. What else is assumed, with
its figure, is `assumed` in prices.yaml. What each step leaves in the table and its index is kept for the
{months} months of a season, then counted in each idle month. Alarms, keys, dashboards are those of the
template; Lambda keeps {pollers} long polls open on a queue that says how many may run at once, and
{fewest_pollers} on another.

## What an idle month is made of, and what stays

- **Alarms** are most of it: a metric watched is 0.10 $. The errors of all functions are one metric, the
  account's own; each fault of money is one, so that one that rings hides no other (decision 37).
- **One key** (KMS, 1.00 $) seals second factors apart from the table, by decision 13. The key of the alarms'
  topic is gone (it was another 1.00 $): a message of an alarm holds nothing of a person.
- **Pollers** of queues are Lambda's own: fewer where a queue has no bound of its own, but debits and events
  of other systems have one. Schedules are four rules of EventBridge, which are free; what they run costs
  cents.
- **Two metrics** are written every hour so that their absence rings. The others are written, and billed, only
  in an hour in which there is something to tell.
- **Dashboards**: an account has three for nothing; a second stack leaves its two out (`HasDashboards`), or
  they are {dashboard:.2f} $ each.

In an account of its own an idle month is {alarms} for alarms beyond the ten that are free, {key} for the
key, {polls} for pollers and {rest} for all else. Without the key it is {keyless}. Under 1 € it would come
without the key and with some fifteen alarms: a fault would then be heard without its name, or not at all
while another one rings. Decision 37 says what was tried.
"""


def sheet(found: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Return the page."""
    season, idle = of_season(found, facts), of_idle_month(found, facts)
    paid, free = dollars(season, facts), dollars(season, facts, is_first=True)
    month, month_free = dollars(idle, facts), dollars(idle, facts, is_first=True)
    both = {
        "season": _both(paid, facts),
        "season_free": _both(free, facts),
        "idle": _both(month, facts),
        "idle_free": _both(month_free, facts),
        "year": _both(paid + IDLE_MONTHS * month, facts),
        "year_free": _both(free + IDLE_MONTHS * month_free, facts),
    }
    assumed = facts["assumed"]
    parts = [
        HEAD.format(
            played=PLAYED.format(**facts["season"]), **both, **{each: facts[each] for each in _NAMED}
        ),
        "## A season\n\n" + _table(season, facts),
        "## An idle month\n\n" + _table(idle, facts),
        "## The steps of a season, for one person\n\n" + _steps(found["steps"], volumes(facts["season"])),
        METHOD.format(
            **assumed,
            months=facts["season"]["months"],
            debit_ms=assumed["gateway_ms"]["DebitInstalment"],
            dashboard=facts["prices"]["dashboards"]["each"],
            **_parts(idle, facts),
        ),
    ]
    return "\n".join(parts)


def _parts(idle: Usage, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return what an idle month is made of, in an account of its own."""
    whole = dollars(idle, facts, is_first=True)
    names = {"alarms": "alarm_metric_months", "key": "keys", "polls": "queue_requests"}
    paid = {each: _price(name, idle[name], facts, is_first=True) for each, name in names.items()}
    parts = paid | {"rest": whole - sum(paid.values()), "keyless": whole - paid["key"]}
    return {name: _in_euros(each, facts) for name, each in parts.items()}


_NAMED = ("region", "listed_on", "source", "dollars_a_euro")


def dollars(usage: Usage, facts: Mapping[str, Any], *, is_first: bool = False) -> float:
    """Return the price; with `is_first` less what an account gets free, as if all fell into one month."""
    return sum(_price(name, number, facts, is_first=is_first) for name, number in usage.items())


def euros(usage: Usage, facts: Mapping[str, Any]) -> float:
    return dollars(usage, facts) / float(facts["dollars_a_euro"])


def _price(name: str, number: float, facts: Mapping[str, Any], *, is_first: bool = False) -> float:
    listed = facts["prices"][name]
    if listed.get("is_optional") and not is_first:
        return 0.0
    billed = max(0.0, number - (listed["free"] if is_first else 0))
    return float(billed / listed["per"] * listed["each"])


def _table(usage: Usage, facts: Mapping[str, Any]) -> str:
    lines = ["| Unit | Number | $ | $ beyond the free |", "|---|---:|---:|---:|"]
    for name, listed in facts["prices"].items():
        if number := usage[name]:
            paid, beyond = (_price(name, number, facts, is_first=first) for first in (False, True))
            lines.append(f"| {listed['name']} | {_figure(number)} | {paid:.2f} | {beyond:.2f} |")
    total, beyond = dollars(usage, facts), dollars(usage, facts, is_first=True)
    return "\n".join([*lines, f"| **In all** | | **{total:.2f}** | **{beyond:.2f}** |", ""])


def _steps(steps: Mapping[str, Any], times: Mapping[str, int]) -> str:
    lines = [
        "| Step | Times | Function | Runs | Read units | Write units | CPU ms |",
        "|---|---:|---|---:|---:|---:|---:|",
    ]
    for step, each in steps.items():
        played = f"{times[step] + times.get(f'{step} again', 0):,}" if step in times else ""
        for function, told in each.items():
            figures = (f"{told[name]:,.1f}" for name in ("runs", "read_units", "write_units", "cpu_ms"))
            lines.append(f"| {step} | {played} | {function} | {' | '.join(figures)} |")
    return "\n".join([*lines, ""])


def _figure(number: float) -> str:
    return f"{number:,.0f}" if number >= WHOLE else f"{number:,.2f}"


def _both(paid: float, facts: Mapping[str, Any]) -> str:
    return f"{paid:.2f} $ ({_in_euros(paid, facts)})"


def _in_euros(paid: float, facts: Mapping[str, Any]) -> str:
    return f"{paid / float(facts['dollars_a_euro']):.2f} €"
