"""The page that answers each alarm: its description, which the mail shows, ends with the section."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "runbooks" / "alarms"
ALARM = "AWS::CloudWatch::Alarm"


def sections() -> dict[str, str]:
    """Return where each alarm is answered, by its logical name: path and anchor."""
    return {
        line.removeprefix("## "): f"{page.relative_to(ROOT).as_posix()}#{line.removeprefix('## ').lower()}"
        for page in sorted(PAGES.glob("*.md"))
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("## ")
    }


def name_runbooks(resources: dict[str, Any]) -> None:
    """Add to the description of each alarm its section; raise KeyError for an alarm without one."""
    answered = sections()
    for name, resource in resources.items():
        if resource.get("Type") == ALARM:
            described = resource["Properties"]
            described["AlarmDescription"] += f". Runbook: {answered[name]}"
