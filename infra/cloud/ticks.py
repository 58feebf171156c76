"""One rule of EventBridge for each rate, with the functions of that rate as its targets.

SAM makes a rule of each schedule, and a Region of an account has 300. EventBridge invokes each target by
itself: one that fails or is throttled delays no other.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

NAMES = {
    "rate(1 minute)": "EveryMinute",
    "rate(5 minutes)": "EveryFiveMinutes",
    "rate(1 hour)": "EveryHour",
    "rate(1 day)": "EveryDay",
}
"""The rule of each rate."""
MOST_TARGETS = 5
"""The number of targets that EventBridge lets one rule have."""
PERMISSION = "TickPermission"
"""Follows the name of a function that a rule invokes, in the name of that right."""


def group_schedules(owned: dict[str, Any]) -> None:
    """Replace the schedules of functions by the rules; raise ValueError for more than a rule can have."""
    for rate, functions in _taken(owned).items():
        if len(functions) > MOST_TARGETS:
            raise ValueError(f"{len(functions)} functions run at {rate}: a rule has {MOST_TARGETS} targets.")
        owned[NAMES[rate]] = _rule(rate, functions)
        for each in functions:
            owned[f"{each}{PERMISSION}"] = _permission(each, NAMES[rate])


def _taken(owned: dict[str, Any]) -> dict[str, list[str]]:
    """Take the schedules off the functions; return the functions by their rate."""
    found = defaultdict(list)
    for name, resource in owned.items():
        events = resource.get("Properties", {}).get("Events", {})
        for key in [key for key, each in events.items() if each["Type"] == "Schedule"]:
            found[events.pop(key)["Properties"]["Schedule"]].append(name)
    return found


def _rule(rate: str, functions: list[str]) -> dict[str, Any]:
    targets = [{"Id": each, "Arn": _alias(each)} for each in functions]
    return {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": rate, "Targets": targets}}


def _permission(function: str, rule: str) -> dict[str, Any]:
    told = {
        "FunctionName": _alias(function),
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        "SourceArn": {"Fn::GetAtt": [rule, "Arn"]},
    }
    return {"Type": "AWS::Lambda::Permission", "Properties": told}


def _alias(function: str) -> dict[str, str]:
    """Return a reference to what SAM makes of the alias: its ARN."""
    return {"Ref": f"{function}.Alias"}
