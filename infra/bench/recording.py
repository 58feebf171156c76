"""What a piece of work asks of DynamoDB: recorded call by call, to be weighed, undone and asked again."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from botocore import xform_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Item = dict[str, Any]
"""As DynamoDB writes it: `{"pk": {"S": "…"}}`."""

KEY = ("pk", "sk")


@dataclass
class Call:
    """One call; `before` and `after` hold the items that it names to write, None where there is none."""

    operation: str
    parameters: dict[str, Any]
    before: list[Item | None] = field(default_factory=list)
    after: list[Item | None] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)
    whole: list[Item] = field(default_factory=list)
    """What a query read that asked for parts of its items: the whole is paid for."""

    @property
    def is_transaction(self) -> bool:
        return self.operation == "TransactWriteItems"

    @property
    def targets(self) -> list[tuple[str, Item]]:
        """The table and key of every item that is written, or checked by a transaction."""
        if self.is_transaction:
            actions = [next(iter(each.values())) for each in self.parameters["TransactItems"]]
            return [_target(action) for action in actions]
        is_write = self.operation in {"PutItem", "UpdateItem", "DeleteItem"}
        return [_target(self.parameters)] if is_write else []


@contextmanager
def recorded(client: Any) -> Iterator[list[Call]]:
    """Record the DynamoDB calls of a botocore client while the block runs; they take longer meanwhile."""
    calls: list[Call] = []
    reader = boto3.client("dynamodb")

    def begin(params: dict[str, Any], model: Any, **_: Any) -> None:
        call = Call(model.name, copy.deepcopy(params))
        call.before = items_written(reader, call)
        calls.append(call)

    def end(parsed: dict[str, Any], **_: Any) -> None:
        calls[-1].after = items_written(reader, calls[-1])
        calls[-1].answer = parsed
        calls[-1].whole = whole_items(reader, calls[-1])

    events = client.meta.events
    events.register("provide-client-params.dynamodb.*", begin)
    events.register("after-call.dynamodb.*", end)
    try:
        yield calls
    finally:
        events.unregister("provide-client-params.dynamodb.*", begin)
        events.unregister("after-call.dynamodb.*", end)


def ask_again(client: Any, calls: Iterable[Call]) -> None:
    for call in calls:
        getattr(client, xform_name(call.operation))(**call.parameters)


def undo(client: Any, calls: list[Call]) -> None:
    """Put every item back that the calls wrote, and take away those that were not there."""
    for call in reversed(calls):
        for (table, key), item in zip(call.targets, call.before, strict=True):
            if item is None:
                client.delete_item(TableName=table, Key=key)
            else:
                client.put_item(TableName=table, Item=item)


def _target(action: dict[str, Any]) -> tuple[str, Item]:
    named = action.get("Key") or action["Item"]
    return action["TableName"], {name: named[name] for name in KEY}


def items_written(reader: Any, call: Call) -> list[Item | None]:
    return [
        reader.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
        for table, key in call.targets
    ]


def whole_items(reader: Any, call: Call) -> list[Item]:
    if call.operation != "Query" or "ProjectionExpression" not in call.parameters:
        return []
    asked = {name: value for name, value in call.parameters.items() if name != "ProjectionExpression"}
    condition, names = asked["KeyConditionExpression"], asked["ExpressionAttributeNames"]
    asked["ExpressionAttributeNames"] = {short: name for short, name in names.items() if short in condition}
    return list(reader.query(**asked)["Items"])
