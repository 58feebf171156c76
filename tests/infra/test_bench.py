"""The bench's arithmetic and its table; what it measures is nobody's promise."""

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.storage.shards import shard_of
from infra.bench.__main__ import main
from infra.bench.capacity import Units, units
from infra.bench.debits_report import Debits, section
from infra.bench.guesses import Doors, guesses, morning
from infra.bench.journey import Idle, Step
from infra.bench.page import markdown
from infra.bench.plan_fixture import copied
from infra.bench.planner import Consumed
from infra.bench.readme import SHIPPED, WARM, quoted, with_figures
from infra.bench.recording import Call
from infra.bench.sections import Mark, Section, kept
from infra.bench.tables import table
from infra.bench.timing import Comparison, Timing, compare, compare_all
from infra.bench.units import idle_rows
from infra.bench.worker import EACH_RUN, Rates

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

    def test_several_are_timed_in_turns_with_one_base(self) -> None:
        order: list[str] = []

        def timer(name: str) -> tuple[str, Any]:
            return name, lambda: order.append(name) or Timing(len(order), 1)  # type: ignore[func-returns-value]

        first, second = compare_all([timer("a"), timer("b")], timer("base"), warm_up=0, runs=2)
        assert order == ["a", "b", "base", "b", "base", "a"]
        assert [(one.clock, base.clock) for one, base in first.runs] == [(1, 3), (6, 5)]
        assert [(one.clock, base.clock) for one, base in second.runs] == [(2, 3), (4, 5)]
        assert second.subject == "b"

    def test_one_run_alone_has_no_spread(self) -> None:
        assert replace(TWICE, runs=TWICE.runs[:1]).spread == (2, 2)

    def test_rates_are_compared_the_other_way_round_than_times(self) -> None:
        rates = Rates(TWICE)
        assert rates.a_second == (EACH_RUN / 4, EACH_RUN / 2)
        assert rates.ratio == 0.5
        assert rates.spread == (0.5, 0.5)


class TestMarks:
    def test_figure_beyond_its_mark_is_told_with_both_and_its_floor(self) -> None:
        slow = Mark("import of app", 3, 1.15, told="It is 3 ms of CPU.", floor=1.1)
        assert slow.is_missed
        assert slow.sentence == (
            "import of app: 3.00 ×, and at most 1.15 is the mark. Its floor is 1.10. It is 3 ms of CPU."
        )

    def test_mark_beyond_its_floor_is_held_to_the_floor_and_told_apart(self) -> None:
        near, far = (Mark("a debit", found, 3, floor=4) for found in (4.6, 4.7))
        assert (near.is_held, near.is_at_floor, near.is_missed) == (False, True, False)
        assert far.is_missed
        assert Mark("a debit", 3.5, 3, floor=3).is_missed, "it could be reached"
        share = Mark("front", 0.45, 0.6, is_least=True, floor=0.5)
        assert share.is_at_floor
        assert Mark("front", 0.45, 0.6, is_least=True, floor=0.6).is_missed
        assert Mark("front", 0.43, 0.6, is_least=True, floor=0.5).is_missed
        section = Section("front", "Text.", [near, far, Mark("held", 1, 1)])
        page = markdown([section])
        assert "Of 3 marks 1 are held, 1 at their floor, 1 missed." in page
        assert "| a debit | 4.60 × | ≤ 3.00 | 4.00 | at its floor |" in page

    def test_share_is_held_from_its_mark_on(self) -> None:
        assert not Mark("front", 0.6, 0.6, is_least=True).is_missed
        assert Mark("front", 0.59, 0.6, is_least=True).is_missed

    def test_bench_refuses_where_byte_code_is_not_written(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        monkeypatch.setattr(sys, "argv", ["bench", "money"])
        assert main() == 2
        assert "PYTHONDONTWRITEBYTECODE" in capsys.readouterr().out

    def test_bench_exits_with_an_error_where_a_mark_is_missed(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "dont_write_bytecode", False)
        monkeypatch.setattr(sys, "argv", ["bench", "money", "--page", str(tmp_path / "page.md")])
        beyond = Section("money", "Text.", [Mark("an idle month", 2, 1, unit="€")])
        monkeypatch.setattr("infra.bench.__main__.MEASURES", {"money": lambda _: beyond})
        monkeypatch.setattr("infra.bench.sections.KEPT", tmp_path)
        monkeypatch.setattr(Section.keep, "__defaults__", (tmp_path,))
        monkeypatch.setattr(kept, "__defaults__", (tmp_path,))

        assert main() == 1
        assert "MISSED an idle month: 2.00 €, and at most 1.00 is the mark." in capsys.readouterr().out
        page = (tmp_path / "page.md").read_text(encoding="utf-8")
        assert "Of 1 marks 0 are held, 0 at their floor, 1 missed." in page

    def test_page_is_written_as_a_whole_or_not_at_all(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "dont_write_bytecode", False)
        monkeypatch.setattr(sys, "argv", ["bench", "money", "--page", str(tmp_path / "page.md")])
        held = Section("money", "What money tells.", [Mark("an idle month", 1, 1, unit="€")])
        other = Section("front", "Text.", [Mark("front", 2, 1)], commit="of another commit")
        measures = {"front": lambda _: other, "money": lambda _: held}
        monkeypatch.setattr("infra.bench.__main__.MEASURES", measures)
        monkeypatch.setattr(Section.keep, "__defaults__", (tmp_path,))
        monkeypatch.setattr(kept, "__defaults__", (tmp_path,))
        other.keep()

        assert main() == 0, "what another commit missed is not this one's"
        said = capsys.readouterr().out
        assert "What money tells." in said
        assert "No page is written: not measured at this commit: front." in said
        assert not (tmp_path / "page.md").exists()

    def test_section_that_does_not_end_is_stopped_and_makes_the_run_fail(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "dont_write_bytecode", False)
        monkeypatch.setattr(sys, "argv", ["bench", "--page", str(tmp_path / "page.md")])
        monkeypatch.setattr("infra.bench.__main__.MINUTES", 0)
        monkeypatch.setattr("infra.bench.__main__.MEASURES", dict.fromkeys(("front", "money")))
        monkeypatch.setattr(kept, "__defaults__", (tmp_path,))

        assert main() == 1
        assert "front did not end within 0 minutes, and is stopped." in capsys.readouterr().out
        assert not (tmp_path / "page.md").exists()


class TestGuesses:
    def test_morning_refuses_no_right_password(self) -> None:
        assert morning(Doors(), 2_000) == 0

    def test_a_stranger_gets_a_hundred_guesses_a_day_at_one_account(self) -> None:
        assert guesses(Doors(), ["one@example"], ["192.0.2.1"]) == 100


class TestRequestUnits:
    @pytest.mark.parametrize(("found", "read"), [([], 1), ([4096], 1), ([4000, 97], 2)])
    def test_query_adds_its_items_up_before_it_rounds(self, found: list[int], read: int) -> None:
        answer = {"Items": [{"x": {"S": "y" * (size - 1)}} for size in found]}
        assert units(Call("Query", {"ConsistentRead": True}, answer=answer)) == Units(read=read)
        assert units(Call("Query", {}, answer=answer)) == Units(read=read / 2)

    def test_query_pays_for_whole_items_whatever_it_shows_of_them(self) -> None:
        shown = {"Items": [{"x": {"S": "y"}}] * 2}
        assert units(Call("Query", {}, answer=shown, whole=[item(4096)] * 2)) == Units(read=1)

    def test_batch_counts_each_item_by_itself_and_one_that_is_not_there(self) -> None:
        answer = {"Responses": {"table": [item(100), item(4097)]}}
        asked = {"table": {"Keys": [{}] * 3, "ConsistentRead": True}}
        assert units(Call("BatchGetItem", {"RequestItems": asked}, answer=answer)) == Units(read=4)
        asked = {"table": {"Keys": [{}] * 3}}
        assert units(Call("BatchGetItem", {"RequestItems": asked}, answer=answer)) == Units(read=2)

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


def test_copied_instalment_waits_in_its_own_students_part_of_the_queue() -> None:
    before, after = f"{1:016x}", f"{2:016x}"
    texts = {
        "pk": f"PERSON#{before}",
        "sk": f"INSTALMENT#{before}-1-i2",
        "queue_pk": shard_of("DUE", before),
        "queue_sk": f"2022-07-10#{before}-1-i2",
    }
    copy = copied({name: {"S": text} for name, text in texts.items()}, before, after)
    assert {name: value["S"] for name, value in copy.items()} == {
        "pk": f"PERSON#{after}",
        "sk": f"INSTALMENT#{after}-1-i2",
        "queue_pk": shard_of("DUE", after),
        "queue_sk": f"2022-07-10#{after}-1-i2",
    }
    assert shard_of("DUE", before) != shard_of("DUE", after)


def test_page_holds_well_formed_tables(tmp_path: Path) -> None:
    units_of_one = Units(read=0.5, write=2)
    consumed = [Consumed(1_000, among, 16, 100, Units(read=69)) for among in (10_000, 123_456)]
    debits = Debits(
        [replace(TWICE, subject="plan_debits")] * 2, consumed, Rates(TWICE), Step("debit", 2, units_of_one)
    )
    section(debits).keep(tmp_path)
    found = kept("debits", tmp_path)
    assert found is not None
    page = markdown([found])
    tables = re.findall(r"(?:^\|.*\|\n)+", page, flags=re.MULTILINE)
    assert len(tables) == 4
    for each in tables:
        assert len({line.count("|") for line in each.splitlines()}) == 1
    assert "| plan_debits | its calls | 2.00 | 2.00 – 2.00 | 3.00 | 3 |" in page
    assert "| 1,000 | 123,456 | 16 | 100 | 69 | 1.00 | 0 |" in page
    assert "**123,456** wait in all" in page
    assert "| 0.50 | 0.50 – 0.50 | 3 | 10 | 20 |" in page
    assert "planner, against its calls: 3.00 ×, and at most 1.30 is the mark." in page


def test_idle_schedules_are_told_by_the_month() -> None:
    idle = [Idle("publish_outbox", 43_200, Units(read=0.5))]
    assert idle_rows(idle)[0] == ("publish_outbox", "43,200", "21,600", "0")


def test_figures_are_aligned_to_the_right_negative_ones_too() -> None:
    assert table(("What", "Adds"), [("a", "-0.5")]).splitlines()[1] == "| --- | ---: |"


def test_kept_page_was_written_by_the_bench(root: Path) -> None:
    assert "Written by `make bench`" in (root / "docs" / "benchmarks.md").read_text(encoding="utf-8")


def test_readme_quotes_the_page(root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    page = (root / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert with_figures(readme, page) == readme, "make bench writes both"
    assert "As it ships the import of `app` takes 0." in readme
    assert re.search(r"Of \d\d+ marks \d+ are held, \d+ at their floor, \d+ missed", readme)


def test_sentence_for_readme_tells_what_the_marks_tell() -> None:
    found = {SHIPPED[0]: 0.73, SHIPPED[1]: 1.66, SHIPPED[2]: 2.2, WARM[0]: 1.3, WARM[1]: 1.6}
    marks = [Mark(what, ratio, 1.5) for what, ratio in found.items()]
    sentence = quoted(markdown([Section("cold", "Text.", [*marks, Mark("a debit", 4.6, 3, floor=4)])]))
    assert " ".join(sentence.split()) == (
        "As it ships the import of `app` takes 0.73 times what the mandated packages alone take, a first "
        "recap 1.66 and a first page 2.20 times their bare calls, warm ones 1.30 and 1.60. "
        "Of 6 marks 2 are held, 1 at their floor, 3 missed ([benchmarks](docs/benchmarks.md))."
    )
