"""What an operator looks at exists: each metric, field and message that is named there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.observability import ALLOWED
from infra.cloud.parts import merged
from tests.infra.test_package import EVENT_SOURCES

ROOT = Path(__file__).parents[2]
CODE = "".join(each.read_text(encoding="utf-8") for each in (ROOT / "chalicelib").rglob("*.py"))
RESOURCES = merged()["Resources"]
QUERIES = {
    name: each["Properties"]
    for name, each in RESOURCES.items()
    if each.get("Type") == "AWS::Logs::QueryDefinition"
}
OF_INSIGHTS = {"@timestamp", "@message", "@type", "@duration", "@maxMemoryUsed", "@log"}
WORDS = {"fields", "filter", "sort", "stats", "limit", "by", "as", "in", "or", "and", "like", "desc"}


def widgets(name: str) -> list[dict[str, Any]]:
    body, _names = RESOURCES[name]["Properties"]["DashboardBody"]["Fn::Sub"]
    found: list[dict[str, Any]] = json.loads(body)["widgets"]
    return found


@pytest.mark.parametrize("name", ["MoneyDashboard", "HealthDashboard"])
def test_dashboard_is_left_out_on_demand_and_no_widget_hides_another(name: str) -> None:
    assert RESOURCES[name]["Condition"] == "ShowsDashboards"
    places = [(each["x"], each["y"]) for each in widgets(name)]
    assert len(set(places)) == len(places)
    assert all(each["x"] + each["width"] <= 24 and each["y"] % each["height"] == 0 for each in widgets(name))


@pytest.mark.parametrize("name", ["MoneyDashboard", "HealthDashboard"])
def test_own_metric_of_a_dashboard_is_counted(name: str) -> None:
    shown = [line for each in widgets(name) for line in each["properties"].get("metrics", [])]
    own = [line for line in shown if line[0] == "Quittance"]
    assert own
    for _, metric, dimension, stack in own:
        assert f'"{metric}"' in CODE
        assert (dimension, stack) == ("service", "${AWS::StackName}")


def test_money_is_counted_from_the_lines_that_each_commit_writes() -> None:
    queries = [each["properties"]["query"] for each in widgets("MoneyDashboard") if each["type"] == "log"]
    kinds = {re.search(r"ispresent\((\w+)\)", each).group(1) for each in queries}  # type: ignore[union-attr]
    assert kinds == {"attempt", "debit", "refund"} <= ALLOWED
    assert all('message = "money moved"' in each for each in queries)
    assert '"money moved"' in CODE


@pytest.mark.parametrize("name", QUERIES)
def test_saved_query_reads_every_log_and_fields_that_are_written(name: str) -> None:
    groups = {each["Ref"] for each in QUERIES[name]["LogGroupNames"]}
    assert {each.lower() for each in groups} == {f"{each}LogGroup".lower() for each in EVENT_SOURCES}
    text = re.sub(r'"[^"]*"|/[^/]*/', "", QUERIES[name]["QueryString"])
    named = set(re.findall(r"@?[a-zA-Z_]+(?![\w(])", text)) - WORDS
    made = set(re.findall(r"\bas (\w+)", text))
    assert named - made <= ALLOWED | OF_INSIGHTS


def test_message_that_a_saved_query_looks_for_is_written() -> None:
    for each in QUERIES.values():
        for looked_for in re.findall(r"message (?:=|in) (\[[^\]]*\]|\"[^\"]*\")", each["QueryString"]):
            for message in re.findall(r'"([^"]*)"', looked_for):
                assert f'"{message}"' in CODE


def test_each_saved_query_has_its_line_in_the_documentation_and_each_line_its_query() -> None:
    table = (ROOT / "docs" / "logs.md").read_text(encoding="utf-8").partition("## Saved queries")[2]
    listed = re.findall(r"^\| `([^`]+)` \|", table.partition("## ")[0], re.MULTILINE)
    assert listed == [each["Name"]["Fn::Sub"].removeprefix("${AWS::StackName}/") for each in QUERIES.values()]
