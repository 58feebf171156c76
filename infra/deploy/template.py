"""The packaged template: its parameters, what a function would be given, and where its code is fetched."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import yaml

from chalicelib.settings import PREFIX
from infra.cloud.runtime import RUNTIME
from infra.local.resources import load

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = "AWS::Serverless::Function"
UNKNOWN = "https://known.after.the.deployment"
"""Stands for what CloudFormation makes: the names of table, bucket and queues."""
UNVERSIONED = {"AutoPublishCodeSha256", "CodeUri", "Events", "Tags"}
"""Properties of a function that are none of its version; the bucket of the code is not either."""


class Template:
    """`build/sam.yaml` and `build/deployment.zip`, as `make package` wrote them."""

    def __init__(self, folder: Path) -> None:
        self.tree = load(folder / "sam.yaml")
        self.zip = folder / "deployment.zip"

    @property
    def required(self) -> set[str]:
        return {name for name, each in self.tree["Parameters"].items() if "Default" not in each}

    def unknown(self, given: dict[str, str]) -> list[str]:
        return sorted(given.keys() - self.tree["Parameters"].keys())

    def other_runtimes(self) -> list[str]:
        """Return the runtimes other than the pinned one."""
        found = {each["Properties"]["Runtime"] for each in self._functions()}
        return sorted(found - {RUNTIME})

    def settings(self, given: dict[str, str], stack: str) -> dict[str, str]:
        """Return the settings that the parameters would give, by their names without prefix."""
        variables = self._variables(given, stack)
        return {
            name.removeprefix(PREFIX).lower(): value
            for name, value in variables.items()
            if name.startswith(PREFIX)
        }

    def code_key(self) -> str:
        """Return the key of the code in the bucket: by its digest, so that the same code is one object."""
        return f"{hashlib.sha256(self.zip.read_bytes()).hexdigest()}.zip"

    def text(self, bucket: str, given: dict[str, str], stack: str) -> str:
        """Return the template with its code in `bucket`; what changes a function publishes a version."""
        variables = self._variables(given, stack)
        for each in self._functions():
            told = each["Properties"]
            told["CodeUri"] = {"Bucket": bucket, "Key": self.code_key()}
            told["AutoPublishCodeSha256"] = self._digest(told, variables)
        return yaml.safe_dump(self.tree, sort_keys=False, allow_unicode=True)

    def _digest(self, function: dict[str, Any], variables: dict[str, str]) -> str:
        """Return the digest of what makes a version another one: code, options, variables as resolved.

        SAM looks at names of parameters, not at their values; CloudFormation refuses a version that changes
        nothing.
        """
        options = {name: each for name, each in function.items() if name not in UNVERSIONED}
        told = json.dumps([options, self.code_key(), variables], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    def _variables(self, given: dict[str, str], stack: str) -> dict[str, str]:
        told = {name: str(each.get("Default", "")) for name, each in self.tree["Parameters"].items()} | given
        variables = self.tree["Globals"]["Function"]["Environment"]["Variables"]
        return {name: self._text(node, told, stack) for name, node in variables.items()}

    def _functions(self) -> list[dict[str, Any]]:
        return [each for each in self.tree["Resources"].values() if each["Type"] == FUNCTION]

    def _text(self, node: Any, told: dict[str, str], stack: str) -> str:
        if not isinstance(node, dict):
            return str(node)
        if "Fn::If" in node:
            condition, yes, no = node["Fn::If"]
            return self._text(yes if self._holds(condition, told) else no, told, stack)
        if "Fn::Sub" in node:
            return str(node["Fn::Sub"]).replace("${AWS::StackName}", stack)
        return told.get(node.get("Ref", ""), UNKNOWN)

    def _holds(self, condition: Any, told: dict[str, str]) -> bool:
        node = self.tree["Conditions"][condition] if isinstance(condition, str) else condition
        if "Fn::Not" in node:
            return not self._holds(node["Fn::Not"][0], told)
        left, right = (self._text(each, told, "") for each in node["Fn::Equals"])
        return left == right
