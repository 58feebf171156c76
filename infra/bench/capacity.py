"""Request units of DynamoDB calls, computed from the items by the rules that Amazon publishes.

Reads: a started 4 KB is 1 unit, half a unit where it need not be consistent; a query adds its items up first,
whole ones whatever parts it asks for.
Writes: a started 1 KB of the larger of the old and the new item is 1 unit, in a transaction 2; an index entry
that appears, changes or goes is 1 more a started KB, one whose key changes is both. A condition check of a
transaction counts like a write of the item it checks.
Source: Amazon DynamoDB Developer Guide, "Read and write operations", "Item sizes and formats", "Using global
secondary indexes".
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra.bench.recording import Call, Item

READ_BLOCK_BYTES = 4096
WRITE_BLOCK_BYTES = 1024
INDEX_KEY = ("queue_pk", "queue_sk")
"""Of the table's one index, which carries whole items."""


class Units(NamedTuple):
    """Read and write request units; reads come in halves."""

    read: float = 0
    write: int = 0

    def plus(self, other: Units) -> Units:
        return Units(self.read + other.read, self.write + other.write)


def units_of(calls: Iterable[Call]) -> Units:
    total = Units()
    for call in calls:
        total = total.plus(units(call))
    return total


def units(call: Call) -> Units:
    if call.operation in {"GetItem", "Query"}:
        return Units(read=_read_units(call))
    if call.operation == "BatchGetItem":
        return Units(read=_batch_units(call))
    if not call.targets:
        raise ValueError(f"the units of {call.operation} are not known here")
    return Units(write=_write_units(call))


def item_bytes(item: Item) -> int:
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _read_units(call: Call) -> float:
    found = call.whole or call.answer.get("Items") or [call.answer.get("Item") or {}]
    blocks = _blocks(sum(item_bytes(item) for item in found), READ_BLOCK_BYTES)
    return blocks if call.parameters.get("ConsistentRead") else blocks / 2


def _batch_units(call: Call) -> float:
    """Count each item by itself, one that is not there as one block."""
    total = 0.0
    for name, asked in call.parameters["RequestItems"].items():
        found = call.answer.get("Responses", {}).get(name, [])
        blocks = sum(_blocks(item_bytes(item), READ_BLOCK_BYTES) for item in found)
        blocks += len(asked["Keys"]) - len(found)
        total += blocks if asked.get("ConsistentRead") else blocks / 2
    return total


def _write_units(call: Call) -> int:
    factor = 2 if call.is_transaction else 1
    changes = list(zip(call.before, call.after, strict=True))
    return sum(
        factor * max(_blocks_of(old), _blocks_of(new)) + _index_units(old, new) for old, new in changes
    )


def _index_units(old: Item | None, new: Item | None) -> int:
    old_key, new_key = _index_key(old), _index_key(new)
    if old_key != new_key:
        return (_blocks_of(old) if old_key else 0) + (_blocks_of(new) if new_key else 0)
    return max(_blocks_of(old), _blocks_of(new)) if new_key and old != new else 0


def _index_key(item: Item | None) -> tuple[Any, ...] | None:
    """Return nothing for an item that does not stand in the index."""
    if item is None or any(name not in item for name in INDEX_KEY):
        return None
    return tuple(item[name]["S"] for name in INDEX_KEY)


def _blocks_of(item: Item | None) -> int:
    return _blocks(item_bytes(item or {}), WRITE_BLOCK_BYTES)


def _blocks(size_bytes: int, block_bytes: int) -> int:
    return max(1, ceil(size_bytes / block_bytes))


def _value_bytes(value: dict[str, Any]) -> int:
    match value:
        case {"S": text}:
            return len(text.encode())
        case {"N": digits}:
            return ceil(len(digits.strip("-").replace(".", "")) / 2) + 1
        case {"NULL": _} | {"BOOL": _}:
            return 1
    raise ValueError(f"the size of {value} is not known here")
