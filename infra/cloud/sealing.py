"""Rights that depend on what seals second factors and secrets of endpoints: a key of the stack, or SSM's.

A policy of .chalice names both; the template keeps one of them (`SealsByKms: never`, decision 37).
"""

from __future__ import annotations

from typing import Any

HAS_KEY = "HasKey"
BY_KEY = {("ApiHandlerRole", "SecondFactorsKey"), ("DeliverEventRole", "SecretsOfEndpoints")}
"""The role and the statement that a stack with a key of its own has."""
BY_SSM = {("DeliverEventRole", "SealingKey"), ("DeliverEventRole", "KeyOfTheSecrets")}
"""The same of a stack without. The API's role has its own two in both: they open what was sealed before."""
_NOTHING = {"Ref": "AWS::NoValue"}


def choose_rights(owned: dict[str, Any]) -> None:
    """Put each of these statements under the condition; raise ValueError if one of them is not there."""
    found = set()
    for role, resource in owned.items():
        for policy in resource.get("Properties", {}).get("Policies", []):
            statements = policy["PolicyDocument"]["Statement"]
            found |= {(role, each["Sid"]) for each in statements}
            policy["PolicyDocument"]["Statement"] = [_chosen(role, each) for each in statements]
    if missing := (BY_KEY | BY_SSM) - found:
        raise ValueError(f"No policy has {sorted(missing)}.")


def _chosen(role: str, statement: dict[str, Any]) -> dict[str, Any]:
    named = (role, statement["Sid"])
    if named in BY_KEY:
        return {"Fn::If": [HAS_KEY, statement, _NOTHING]}
    if named in BY_SSM:
        return {"Fn::If": [HAS_KEY, _NOTHING, statement]}
    return statement
