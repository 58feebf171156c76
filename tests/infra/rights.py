"""What the policies of functions grant, in the words of infra.local.function_start.recorded_calls."""

import json
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from infra.local import ministack

POLICIES = ministack.ROOT / ".chalice"
TABLE = {"Fn::GetAtt": ["Table", "Arn"]}
INDEX = {"Fn::Sub": "${Table.Arn}/index/by_queue"}
LEADING_KEYS = "dynamodb:LeadingKeys"
OF_NO_INDEX = frozenset(
    {"GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"}
)
"""DynamoDB does these to rows of the table alone."""


def functions() -> list[str]:
    """Return the functions that have a policy, as the template names them."""
    return sorted(_name(path) for path in POLICIES.glob("policy-*.json"))


def denied_on(function: str, key: str) -> list[str]:
    """Return the actions that a function is denied on a partition."""
    return [
        action
        for each in _statements(function)
        if each["Effect"] == "Deny"
        and key in each["Condition"].get("ForAnyValue:StringLike", {}).get(LEADING_KEYS, [])
        for action in each["Action"]
    ]


def granted(function: str) -> list[str]:
    """Return the rights that a function has, but for its own log; what is denied is not taken off."""
    return [
        f"{action} {target}".strip()
        for each in _statements(function)
        if each["Effect"] == "Allow" and each["Sid"] != "OwnLogs"
        for action in each["Action"]
        for target in _targets(action, each)
    ]


def missing(recorded: Iterable[str]) -> list[str]:
    """Return the recorded lines that the policy of their function does not allow."""
    known = {name: granted(name) for name in functions()}
    return sorted(line for line in recorded if not _is_granted(line, known))


def excess(recorded: Iterable[str]) -> list[str]:
    """Return the lines of rights that no recorded call needs."""
    lines = list(recorded)
    return [
        f"{name} {right}"
        for name in functions()
        for right in granted(name)
        if not any(fnmatchcase(line, f"{name} {right}") for line in lines)
    ]


def lines_of(folder: Path) -> set[str]:
    """Return what the processes of a stack recorded."""
    return {line for path in folder.glob("*.txt") for line in path.read_text().splitlines()}


def _is_granted(line: str, known: dict[str, list[str]]) -> bool:
    name, _, needed = line.partition(" ")
    return any(fnmatchcase(needed, right) for right in known.get(name, ()))


def _statements(function: str) -> list[dict[str, Any]]:
    (path,) = (each for each in POLICIES.glob("policy-*.json") if _name(each) == function)
    found: list[dict[str, Any]] = json.loads(path.read_text())["Statement"]
    return found


def _name(path: Path) -> str:
    words = path.stem.removeprefix("policy-")
    return "APIHandler" if words == "api" else words.title().replace("-", "")


def _targets(action: str, statement: dict[str, Any]) -> Iterator[str]:
    service, _, verb = action.partition(":")
    conditions = statement.get("Condition", {})
    for resource in statement["Resource"]:
        if service == "dynamodb" and resource == INDEX:
            yield from [] if verb in OF_NO_INDEX else ["index"]
        elif service == "dynamodb":
            assert resource == TABLE
            keys = conditions.get("ForAllValues:StringLike", {}).get(LEADING_KEYS, ["*"])
            yield from (f"table {key}" for key in keys)
        elif service == "kms":
            yield ",".join(
                conditions.get("ForAllValues:StringEquals", {}).get("kms:EncryptionContextKeys", "*")
            )
        elif verb == "ListBucketVersions":
            yield from conditions["StringLike"]["s3:prefix"]
        else:
            yield _end(resource)


def _end(resource: dict[str, Any]) -> str:
    """Return what names a resource of S3, SQS or SSM; nothing for the one identity of SES."""
    if "Fn::If" in resource:
        return _end(resource["Fn::If"][2])
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    text = str(resource["Fn::Sub"])
    if text.startswith("${Documents.Arn}/"):
        return text.partition("/")[2]
    return "" if ":ses:" in text or ":events:" in text else text.rpartition("/")[2]
