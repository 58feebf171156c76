"""`python -m infra.bench.debiting`: a worker process; a line of its input is work, one of its output the end.

A line is a JSON list: of instalments to debit, or of questions to put to the gateway as they are.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import urllib3

from chalicelib.settings import settings
from chalicelib.usecases.debits.debit_instalment import debit_instalment
from chalicelib.wiring import Services
from infra.bench.gateway import FORM
from infra.bench.planner import MORNING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Worker:
    """What one process keeps between two pieces of work."""

    def __init__(self) -> None:
        self._ports = Services(settings(), lambda: MORNING)
        self._network = urllib3.PoolManager(headers={"Content-Type": FORM})
        self._gateway = settings().paybox_direct_urls

    def debit(self, instalments: Sequence[str]) -> None:
        for each in instalments:
            debit_instalment(self._ports, each, MORNING.date())

    def ask(self, questions: Sequence[str]) -> None:
        for each in questions:
            answer = self._network.request("POST", self._gateway, body=each.encode("latin-1"))
            if b"CODEREPONSE=00000" not in answer.data:
                raise RuntimeError(f"the gateway answers {answer.data!r}")


if __name__ == "__main__":
    worker = Worker()
    for line in sys.stdin:
        kind, work = json.loads(line)
        (worker.debit if kind == "debit" else worker.ask)(work)
        print("done", flush=True)
