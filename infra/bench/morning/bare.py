"""`python -m infra.bench.morning.bare TABLE`: the least that can stand between a browser and its calls.

A view of Chalice that reads a row so often, behind the portal's front, in a process that does nothing else.
It tells its address and serves until input ends.
"""

from __future__ import annotations

import sys
from typing import Any

import boto3
from chalice.app import Chalice, Response

from infra.local.front import create_front
from infra.local.serving import serve


def application(table: str, key: dict[str, Any]) -> Chalice:
    bare, client = Chalice(app_name="bare"), boto3.client("dynamodb")

    @bare.route("/{number}")
    def answer(number: str) -> Response:
        for _ in range(int(number)):
            client.get_item(TableName=table, Key=key, ConsistentRead=True)
        return Response("", headers={"Content-Type": "text/plain"})

    return bare


def main(table: str, pk: str, sk: str) -> None:
    with serve(create_front(application(table, {"pk": {"S": pk}, "sk": {"S": sk}}))) as address:
        print(address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
