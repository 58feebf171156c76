"""`python -m infra.bench.morning.probe PORT CALLS…`: time so many reads of a row in turns, until input ends.

Writes JSON: for each number of calls the seconds that they took, one after the other, while others work.
"""

from __future__ import annotations

import json
import select
import sys
import time
from collections import defaultdict

import boto3

from chalicelib.storage.keys import person_key
from infra.bench.morning.students import person_id
from infra.doctor.this_machine import of_this_machine

PAUSE_SECONDS = 0.2


def main(port: int, numbers: list[int]) -> None:
    table = of_this_machine(port).settings.table
    client = boto3.client("dynamodb")
    key = {"pk": {"S": person_key(person_id(0))}, "sk": {"S": "PROFILE"}}
    seconds: dict[int, list[float]] = defaultdict(list)
    while not select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]:
        for number in numbers:
            began = time.perf_counter()
            for _ in range(number):
                client.get_item(TableName=table, Key=key, ConsistentRead=True)
            seconds[number].append(time.perf_counter() - began)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(each) for each in sys.argv[2:]])
