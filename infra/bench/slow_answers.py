"""`python -m infra.bench.slow_answers [COUNT] [SECONDS] [AT_ONCE]`: debit while each answer takes seconds.

A scaled sample of a tenth of the month: what the workers take from it says how long all of it lasts.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from chalicelib.settings import settings
from infra.bench import local_app, plan_fixture
from infra.bench.worker import Workers

COUNT, SECONDS, AT_ONCE = 40, 2, 5
WHOLE = 10_000
"""The debits of a morning that the sample stands for."""


def main() -> None:
    count, seconds, at_once = [*map(int, sys.argv[1:]), *(COUNT, SECONDS, AT_ONCE)[len(sys.argv) - 1 :]]
    with local_app.running() as at_home:
        plan = plan_fixture.begin(at_home, settings().table)
        rule = {"match": {"TYPE": "00053"}, "effect": "delay", "seconds": seconds}
        asked = urllib.request.Request(  # noqa: S310 - a loopback http address
            f"{at_home.gateway.url}/_faults", json.dumps({"rules": [rule]}).encode(), method="PUT"
        )
        asked.add_header("Content-Type", "application/json")
        urllib.request.urlopen(asked, timeout=10).close()  # noqa: S310 - the same  # nosec B310
        with ThreadPoolExecutor(at_once) as pool:
            workers = Workers(at_home, settings().table, plan, pool)
            began = time.monotonic()
            workers.debited(count)
            taken = time.monotonic() - began
            workers.require_all_paid()
    each = taken * at_once / count
    told = f"{count} debits by {at_once} at once in {taken:.1f} s: {each:.2f} s each"
    print(f"{told}; {WHOLE:,} last {WHOLE * each / at_once / 3600:.2f} h")


if __name__ == "__main__":
    main()
