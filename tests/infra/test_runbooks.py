"""Each alarm has its section in a runbook, each section its alarm, and what is named there exists."""

import re
from pathlib import Path

import pytest

from infra.cloud.parts import merged
from infra.cloud.runbooks import ALARM, PAGES, name_runbooks, sections
from tests.infra.rights import functions

ROOT = Path(__file__).parents[2]
LEADS = ["Means", "Hurt", "Look", "Mend", "Call"]
ALARMS = {name for name, each in merged()["Resources"].items() if each.get("Type") == ALARM}
TEXT = {page: page.read_text(encoding="utf-8") for page in (*PAGES.glob("*.md"), *PAGES.parent.glob("*.md"))}


def test_each_alarm_has_a_section_and_each_section_an_alarm() -> None:
    assert sections().keys() == ALARMS


def test_alarms_description_ends_with_its_section_and_fits() -> None:
    resources = merged()["Resources"]
    name_runbooks(resources)
    for name in ALARMS:
        told = resources[name]["Properties"]["AlarmDescription"]
        assert told.endswith(f".md#{name.lower()}")
        assert len(told) <= 1024


@pytest.mark.parametrize("alarm", sorted(ALARMS))
def test_section_says_what_whom_where_how_and_when(alarm: str) -> None:
    page = ROOT / sections()[alarm].partition("#")[0]
    _, _, rest = TEXT[page].partition(f"## {alarm}\n")
    told = re.findall(r"^- \*\*(\w+)\*\*: \S", rest.partition("\n## ")[0], re.MULTILINE)
    assert told == LEADS


def test_alarm_for_all_functions_is_answered_for_each_of_them() -> None:
    _, _, rest = TEXT[PAGES / "portal.md"].partition("## ErrorAlarm\n")
    rows = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("| `")]
    answered = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(answered) == sorted([*functions()])


@pytest.mark.parametrize("page", TEXT, ids=lambda page: page.name)
def test_what_a_page_names_exists(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", TEXT[page]):
        assert link.startswith("http") or (page.parent / link).exists(), link
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for target in re.findall(r"`make ([a-z-]+)", TEXT[page]):
        assert target in targets
    words = "".join(
        each.read_text(encoding="utf-8")
        for each in (
            *ROOT.glob("chalicelib/portal/catalogues/pages/en/*.po"),
            *ROOT.glob("chalicelib/gateway/*.py"),
        )
    )
    for label in re.findall(r"« ?([^»]+?) ?»", TEXT[page]):
        assert f'"{label}' in words, f"no page says « {label} »"
