"""Queries of the local AWS among thousands of rows.

Ministack reads a key condition's text again for each row, and sorts a whole partition of an index for each
page. Here the text is read once, and the order of a partition is kept until one of its rows changes. What is
not one of the product's forms over strings is left to ministack, which also checks each row that is chosen.
"""

# ruff: noqa: SLF001 - ministack has no option for it
from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from contextvars import ContextVar
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    Place = tuple[str, str, str]
    """Of a row in an index: its range key there, then the table's own keys."""

SLOT = "KeyConditionExpression"
LAST = "\U0010ffff"
MOST_ORDERS = 1000
_FORM = re.compile(
    r"(?P<lone>#\w+ = :\w+)"
    r"|\((?P<hash>#\w+ = :\w+) AND "
    r"(?:(?P<compared>#\w+ (?:<|<=|>|>=|=) :\w+)"
    r"|begins_with ?\((?P<begun>#\w+, :\w+)\)"
    r"|(?P<between>#\w+ BETWEEN :\w+ AND :\w+))\)"
)
_HOLDS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda found, given: found == given,
    "<": lambda found, given: found < given,
    "<=": lambda found, given: found <= given,
    ">": lambda found, given: found > given,
    ">=": lambda found, given: found >= given,
    "begins_with": lambda found, given: found.startswith(given),
}


class Part(NamedTuple):
    """One comparison; `name` and `value` are the request's `#name` and `:value`."""

    name: str
    sign: str
    value: str


class Queries:
    """Ministack's `dynamodb` with short ways for keys that are strings."""

    def __init__(self, dynamodb: Any) -> None:
        self._its = SimpleNamespace(**vars(dynamodb))
        self._orders: dict[int, tuple[Any, list[Place]]] = {}
        self._asked: ContextVar[Any] = ContextVar("asked", default=None)
        dynamodb._query = self.query
        dynamodb._evaluate_condition = self.evaluate
        dynamodb._index_members = self.members
        dynamodb._index_item = self.index_item

    def query(self, data: Any) -> Any:
        token = self._asked.set(data)
        try:
            return self._its._query(data)
        finally:
            self._asked.reset(token)

    def evaluate(self, condition: str, item: Any, values: Any, names: Any, slot: str = "") -> bool:
        parts = parts_of(condition) if slot == SLOT else ()
        try:
            told = [(part.sign, item[names[part.name]]["S"], values[part.value]["S"]) for part in parts]
        except KeyError:  # a number, or something that is missing
            told = []
        if told:
            return all(_HOLDS[sign](found, given) for sign, found, given in told)
        return bool(
            self._its._evaluate_condition(condition, item, values, names, **({"slot": slot} if slot else {}))
        )

    def members(self, table: Any) -> Any:
        """Return the rows of each index by partition; for a query those alone that its page can show."""
        members, data = self._its._index_members(table), self._asked.get()
        index = (data or {}).get("IndexName")
        if index not in members:
            return members

        def rows(partition: Any, default: Any) -> Any:
            whole = members[index].get(partition)
            return self._page(table, data, whole) if whole else default

        return {index: SimpleNamespace(get=rows)}

    def index_item(self, table: Any, pk: Any, sk: Any, item: Any, add: Any) -> None:
        """Forget the order of each partition that the row enters or leaves."""
        if self._orders:
            members = self._its._index_members(table)
            for name, hashes, ranges in self._its._index_key_schemas(table):
                partition = self._its._index_partition(item, hashes, ranges)
                self._orders.pop(id(members.get(name, {}).get(partition)), None)
        self._its._index_item(table, pk, sk, item, add)

    def _page(self, table: Any, data: Any, whole: Any) -> Any:
        """Return the rows of the partition `whole` that the condition, the cursor and the limit leave."""
        names, values = data.get("ExpressionAttributeNames", {}), data.get("ExpressionAttributeValues", {})
        if not (parts := parts_of(data.get(SLOT, ""))):
            return whole
        try:
            range_key = self._range_key(table, data["IndexName"])
            asked = [(part.sign, values[part.value]["S"]) for part in parts if names[part.name] == range_key]
            order, start = self._ordered(table, whole, range_key), data.get("ExclusiveStartKey")
            keys = (range_key, table["pk_name"], table["sk_name"])
            after = tuple(start[key]["S"] for key in keys) if start else None
        except (KeyError, ValueError):  # keys of another kind
            return whole
        low, high = _span(order, asked)
        limit = int(data.get("Limit") or len(order))
        if data.get("ScanIndexForward", True):
            low = max(low, bisect_right(order, after)) if after else low
            high = min(high, low + limit)
        else:
            high = min(high, bisect_left(order, after)) if after else high
            low = max(low, high - limit)
        return [(pk, sk) for _, pk, sk in order[low:high]]

    def _range_key(self, table: Any, index: str) -> str:
        """Raise ValueError where the index has not exactly one."""
        of_index = [ranges for name, _, ranges in self._its._index_key_schemas(table) if name == index]
        ((only,),) = of_index
        return str(only)

    def _ordered(self, table: Any, whole: Any, range_key: str) -> list[Place]:
        known = self._orders.get(id(whole))
        if known is None:
            if len(self._orders) > MOST_ORDERS:
                self._orders.clear()
            items = table["items"]
            order = sorted((items[pk][sk][range_key]["S"], pk, sk) for pk, sk in whole)
            known = self._orders[id(whole)] = whole, order  # the partition is held: no other has its id
        return known[1]


def _span(order: list[Place], of_range: list[tuple[str, str]]) -> tuple[int, int]:
    """Return where the rows begin and end that fulfil the comparisons of the range key."""
    low, high = 0, len(order)
    for sign, value in of_range:
        first, last = bisect_left(order, value, key=_range), bisect_right(order, value, key=_range)
        if sign == "begins_with":
            last = bisect_left(order, value + LAST, key=_range)
        if sign in ("=", ">=", "begins_with"):
            low = max(low, first)
        if sign == ">":
            low = max(low, last)
        if sign in ("=", "<=", "begins_with"):
            high = min(high, last)
        if sign == "<":
            high = min(high, first)
    return low, high


def _range(place: Place) -> str:
    return place[0]


@lru_cache(maxsize=200)
def parts_of(condition: str) -> tuple[Part, ...]:
    """Return the comparisons of a key condition, none where it has another form."""
    if not (form := _FORM.fullmatch(condition)):
        return ()
    if begun := form["begun"]:
        name, value = begun.split(", ")
        return (*_compared(form["hash"]), Part(name, "begins_with", value))
    if between := form["between"]:
        name, _, low, _, high = between.split(" ")
        return (*_compared(form["hash"]), Part(name, ">=", low), Part(name, "<=", high))
    return tuple(
        part for text in (form["lone"] or form["hash"], form["compared"]) for part in _compared(text)
    )


def _compared(text: str | None) -> tuple[Part, ...]:
    if not text:
        return ()
    name, sign, value = text.split(" ")
    return (Part(name, sign, value),)
