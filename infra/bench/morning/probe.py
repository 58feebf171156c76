"""`python -m infra.bench.morning.probe PORT CALLS…`: time so many reads of a row in turns, until input ends.

Each number of calls is made here, one after the other, and by a bare application behind the portal's front
(`bare.py`), both while others work. Writes JSON: of each number the seconds that the one and the other took.
"""

from __future__ import annotations

import http.client
import json
import select
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3

from chalicelib.storage.keys import person_key
from infra.bench.morning.students import person_id
from infra.doctor.this_machine import of_this_machine
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAUSE_SECONDS = 0.2


def main(port: int, numbers: list[int]) -> None:
    table = of_this_machine(port).settings.table
    client = boto3.client("dynamodb")
    pk, sk = person_key(person_id(0)), "PROFILE"
    key = {"pk": {"S": pk}, "sk": {"S": sk}}

    def call(number: int) -> None:
        for _ in range(number):
            client.get_item(TableName=table, Key=key, ConsistentRead=True)

    with _bare(table, pk, sk) as ask:
        found: dict[str, dict[int, list[float]]] = {name: defaultdict(list) for name in ("calls", "bare")}
        while not select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]:
            for number in numbers:
                for name, act in (("calls", call), ("bare", ask)):
                    began = time.perf_counter()
                    act(number)
                    found[name][number].append(time.perf_counter() - began)
    print(json.dumps(found))


@contextmanager
def _bare(table: str, pk: str, sk: str) -> Iterator[Callable[[int], None]]:
    command = [sys.executable, "-m", "infra.bench.morning.bare", table, pk, sk]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
    if process.stdout is None:
        raise RuntimeError("a pipe is missing")
    connection = http.client.HTTPConnection(process.stdout.readline().strip().rpartition("/")[2])

    def ask(number: int) -> None:
        connection.request("GET", f"/{number}")
        answer = connection.getresponse()
        if answer.read() or answer.status != http.client.OK:
            raise RuntimeError(f"the bare application answered {answer.status}")

    ask(1)
    try:
        yield ask
    finally:
        connection.close()
        process.communicate()


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(each) for each in sys.argv[2:]])
