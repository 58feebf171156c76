"""The bench's arithmetic and its table; what it measures is nobody's promise."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.bench.capacity import Units, units
from infra.bench.journey import Idle, Step
from infra.bench.recording import Call
from infra.bench.report import Results, markdown
from infra.bench.timing import Comparison, Timing, compare

TWICE = Comparison("a recap", "its calls", tuple((Timing(2.0 * n, 3.0 * n), Timing(n, n)) for n in (1, 2, 3)))


def item(size_bytes: int, **index: str) -> dict[str, Any]:
    """An item of so many bytes without its place in the index."""
    named = {name: {"S": text} for name, text in {"pk": "a", "sk": "b", **index}.items()}
    return {**named, "facts": {"S": "x" * (size_bytes - len("pkaskbfacts"))}}


def put(before: Any, after: Any, *, transaction: bool = False) -> Call:
    action = {"TableName": "table", "Item": after}
    if transaction:
        return Call("TransactWriteItems", {"TransactItems": [{"Put": action}]}, [before], [after])
    return Call("PutItem", action, [before], [after])


class TestRatios:
    def test_ratio_is_the_median_of_the_pairs_ratios(self) -> None:
        assert TWICE.ratio == 2
        assert TWICE.spread == (2, 2)
        assert TWICE.processor_ratio == 3

    def test_warm_up_is_thrown_away_and_turns_change(self) -> None:
        order: list[str] = []

        def timer(name: str) -> Any:
            return lambda: order.append(name) or Timing(len(order), 1)  # type: ignore[func-returns-value]

        comparison = compare(("a", timer("a")), ("b", timer("b")), warm_up=1, runs=2)
        assert order == ["a", "b", "b", "a", "a", "b"]
        assert [(a.clock, b.clock) for a, b in comparison.runs] == [(4, 3), (5, 6)]


class TestRequestUnits:
    @pytest.mark.parametrize(("found", "read"), [([], 1), ([4096], 1), ([4000, 97], 2)])
    def test_query_adds_its_items_up_before_it_rounds(self, found: list[int], read: int) -> None:
        answer = {"Items": [{"x": {"S": "y" * (size - 1)}} for size in found]}
        assert units(Call("Query", {"ConsistentRead": True}, answer=answer)) == Units(read=read)
        assert units(Call("Query", {}, answer=answer)) == Units(read=read / 2)

    def test_transaction_writes_twice(self) -> None:
        assert units(put(None, item(1024))) == Units(write=1)
        assert units(put(item(1025), item(20))) == Units(write=2)
        assert units(put(None, item(1025), transaction=True)) == Units(write=4)

    def test_index_entry_that_appears_moves_or_goes_costs_more(self) -> None:
        here, there = (item(100, queue_pk="open", queue_sk=place) for place in "12")
        assert units(put(None, here)) == Units(write=2)
        assert units(put(here, there)) == Units(write=3)
        assert units(put(here, item(100))) == Units(write=2)
        assert units(put(here, here)) == Units(write=1)

    def test_condition_check_costs_like_a_write(self) -> None:
        action = {"TableName": "table", "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}}
        call = Call("TransactWriteItems", {"TransactItems": [{"ConditionCheck": action}]})
        call.before = call.after = [item(100, queue_pk="open", queue_sk="1")]
        assert units(call) == Units(write=2)

    def test_unknown_operation_is_refused(self) -> None:
        with pytest.raises(ValueError, match="Scan"):
            units(Call("Scan", {}))


def test_page_holds_well_formed_tables() -> None:
    units_of_one = Units(read=0.5, write=2)
    idle = [Idle("send_mails", 43_200, units_of_one._replace(write=0))]
    page = markdown(
        Results([TWICE, replace(TWICE, subject="another")], [Step("GET /me", 2, units_of_one)], idle)
    )
    tables = re.findall(r"(?:^\|.*\|\n)+", page, flags=re.MULTILINE)
    assert len(tables) == 3
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1
    assert "| a recap | its calls | 2.00 | 2.00 – 2.00 | 3.00 | 3 |" in page
    assert "| send_mails | 43,200 | 21,600 | 0 |" in page


def test_kept_page_was_written_by_the_bench(root: Path) -> None:
    assert "Written by `make bench`" in (root / "docs" / "benchmarks.md").read_text(encoding="utf-8")
