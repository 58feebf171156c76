"""A table with thousands of files: copies of students whom the product itself brought to where they are.

The clock is then moved to the next day and the journal numbered, as on any day but that of an import.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3

from chalicelib.settings import settings
from chalicelib.storage.keys import DUE, person_key
from chalicelib.storage.shards import shard_of
from chalicelib.storage.table import instant
from chalicelib.wiring import services
from infra.bench import journey, plan_fixture
from infra.bench.plan_fixture import bulk_client, person_id, write
from infra.local.accounts import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.bench.local_app import LocalApp
    from infra.bench.recording import Item

FIRST = 0xD0_0000
READER = "registrar@demo.test"
LONG_AGO = instant(datetime(2022, 6, 1, tzinfo=UTC))
"""When the lines of the copies were projected: a process looks again at those of the last minute."""


def fill(local_app: LocalApp, number: int) -> None:
    """Have one pay and one begin a plan, then copy all students until there are `number` files."""
    journey.pay_once(local_app)
    plan_fixture.begin(local_app, settings().table)
    local_app.log_in(READER, PASSWORD)
    local_app.ask("GET", "/staff/registrations")  # writes the lines
    rows = _rows()
    people = sorted({row["pk"]["S"].removeprefix(person_key("")) for row in rows if _is_registration(row)})
    write(bulk_client(), settings().table, _copies(rows, people, number - len(people)))
    _a_day_passes(local_app)


def _a_day_passes(local_app: LocalApp) -> None:
    """Go to the next day and number the journal, as the runs of each hour would have."""
    local_app.clock.move_to(local_app.now() + timedelta(days=1))
    while services().journal.waiting(1):
        local_app.functions.run("number_journal")


def _copies(rows: list[Item], people: list[str], number: int) -> Iterator[Item]:
    owned = {each: [row for row in rows if each in row["pk"]["S"]] for each in people}
    for nth in range(number):
        before, after = people[nth % len(people)], person_id(FIRST + nth)
        for row in owned[before]:
            yield _copied(row, before, after)


def _copied(row: Item, before: str, after: str) -> Item:
    copy: Item = {
        name: {
            kind: text.replace(before, after) if isinstance(text, str) else text
            for kind, text in each.items()
        }
        for name, each in row.items()
    }
    if copy.get("queue_pk", {}).get("S", "").startswith(f"{DUE}#"):
        copy["queue_pk"] = {"S": shard_of(DUE, after)}
    if copy["sk"]["S"].startswith("LINE#"):
        _, _, line = copy["queue_sk"]["S"].partition("#")
        copy["queue_sk"] = {"S": f"{LONG_AGO}#{line}"}
    return copy


def _rows() -> list[Item]:
    pages: Any = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=settings().table)
    return [row for page in pages for row in page["Items"]]


def _is_registration(row: Item) -> bool:
    keys: tuple[str, str] = row["pk"]["S"], row["sk"]["S"]
    return keys[0].startswith(person_key("")) and keys[1].startswith("REGISTRATION#")
