"""A plan that the product itself began, and students who are its copies: as many as a measurement needs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from chalicelib.domain.identifiers import person_of
from chalicelib.storage.keys import DUE, person_key
from chalicelib.storage.shards import shard_of
from infra.local.accounts import PASSWORD
from infra.local.seed import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra.bench.local_app import LocalApp
    from infra.bench.recording import Item

STUDENT, ACCOUNTANT = "prepa@demo.test", "accountant@demo.test"
PLAN, SITUATION = "paybox-3", "01"
BATCH = 25
"""What BatchWriteItem takes in one call."""
WRITERS = 8


class BegunPlan:
    """`person_id` has paid the first part on the page; `rows` are the student's whole partition."""

    def __init__(self, person_id: str, rows: list[Item]) -> None:
        self.person_id = person_id
        self.rows = rows

    @property
    def next_instalment(self) -> Item:
        """The row of the second part, which waits for its day."""
        return next(row for row in self.rows if row["sk"]["S"] == f"INSTALMENT#{self.person_id}-1-i2")

    def of(self, number: int) -> BegunPlan:
        """The same plan of another student."""
        other = person_id(number)
        return BegunPlan(other, [copied(row, self.person_id, other) for row in self.rows])


def person_id(number: int) -> str:
    return f"{number:016x}"


def copied(row: Item, before: str, after: str) -> Item:
    """The row with one text for another; one that waits to be debited stands in its own student's part."""
    copy: Item = {
        name: {kind: text.replace(before, after) for kind, text in value.items()}
        for name, value in row.items()
    }
    if copy.get("queue_pk", {}).get("S", "").startswith(f"{DUE}#"):
        copy["queue_pk"] = {"S": shard_of(DUE, copy["pk"]["S"].removeprefix(person_key("")))}
    return copy


def begin(local_app: LocalApp, table: str) -> BegunPlan:
    """Ask for a plan, approve it and pay its first part, request by request."""
    local_app.log_in(STUDENT, PASSWORD)
    registration_id = local_app.ask("GET", "/registrations")["items"][0]["id"]
    here = f"/registrations/{registration_id}"
    local_app.ask("PUT", f"{here}/fee-situation", {"code": SITUATION})
    local_app.ask("PUT", f"{here}/plan-request", {"plan": PLAN})
    local_app.log_in(ACCOUNTANT, PASSWORD)
    local_app.ask("POST", f"/staff/plan-requests/{registration_id}/decision", {"decision": "approve"})
    local_app.log_in(STUDENT, PASSWORD)
    first = {"address": {"mode": "saved", "id": ADDRESS.id}, "instalment_rank": 1}
    local_app.answer(local_app.notification(local_app.ask("POST", f"{here}/card-payments", first)["form"]))
    student = person_of(registration_id)
    return BegunPlan(student, _partition(local_app.client, table, person_key(student)))


def bulk_client() -> Any:
    """A DynamoDB client for many rows; what the product wrote need not be looked through again."""
    return boto3.client("dynamodb", config=Config(max_pool_connections=WRITERS, parameter_validation=False))


def write(client: Any, table: str, rows: Iterable[Item]) -> None:
    """Put many rows, several batches at once."""

    def put(batch: list[Item]) -> None:
        left = client.batch_write_item(
            RequestItems={table: [{"PutRequest": {"Item": row}} for row in batch]}
        )["UnprocessedItems"]
        if left:
            raise RuntimeError("the local AWS did not take every row")

    remaining = iter(rows)
    with ThreadPoolExecutor(WRITERS) as pool:
        while wave := [batch for _ in range(10 * WRITERS) if (batch := list(islice(remaining, BATCH)))]:
            list(pool.map(put, wave))


def _partition(client: Any, table: str, partition: str) -> list[Item]:
    found = client.query(
        TableName=table,
        KeyConditionExpression="pk = :partition",
        ExpressionAttributeValues={":partition": {"S": partition}},
        ConsistentRead=True,
    )
    return list(found["Items"])
