"""A change set: made, shown, applied or thrown away."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.deploy.template import Template

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]  # the roles, and SAM's transform
KEEPS_MONEY = {"Table", "Documents", "SecondFactorsKey"}
NEW = {"", "REVIEW_IN_PROGRESS"}
DEAD = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"}
WAIT_SECONDS = 1.0
MOST_WAITS = 3600


class DeploymentFailed(RuntimeError):
    """CloudFormation refused or failed; the message says why and what to do."""


@dataclass
class StackOf:
    """One stack by its name, and CloudFormation's client."""

    cloudformation: Any
    name: str

    def described(self) -> dict[str, Any]:
        """Return the stack, or nothing if there is none."""
        try:
            (found,) = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            return {}
        return dict(found)

    @property
    def status(self) -> str:
        return str(self.described().get("StackStatus", ""))

    def parameters(self) -> dict[str, str]:
        found = self.described().get("Parameters", [])
        return {each["ParameterKey"]: each["ParameterValue"] for each in found}

    def outputs(self) -> dict[str, str]:
        return {each["OutputKey"]: each["OutputValue"] for each in self.described().get("Outputs", [])}

    def propose(self, template: Template, url: str, given: dict[str, str]) -> str:
        """Make a change set and return its name, "" if nothing changes. Raise `DeploymentFailed`."""
        status, kept = self.status, self.parameters()
        if status in DEAD:
            raise DeploymentFailed(
                f"The stack is {status}: its first deployment failed. "
                "Delete it (table and bucket stay) and deploy again."
            )
        name = f"deploy-{time.time_ns() // 1_000_000}"
        self.cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=name,
            ChangeSetType="CREATE" if status in NEW else "UPDATE",
            TemplateURL=url,
            Capabilities=CAPABILITIES,
            Parameters=[*_parameters(template, given, kept)],
        )
        return name if self._is_ready(name) else ""

    def _is_ready(self, name: str) -> bool:
        for _ in range(MOST_WAITS):
            told = self.cloudformation.describe_change_set(StackName=self.name, ChangeSetName=name)
            if told["Status"] == "CREATE_COMPLETE":
                return True
            if told["Status"] == "FAILED":
                reason = told.get("StatusReason", "no reason given")
                self.discard(name)
                if "didn't contain changes" in reason or "No updates" in reason:
                    return False
                raise DeploymentFailed(f"CloudFormation refuses: {reason}")
            time.sleep(WAIT_SECONDS)
        raise DeploymentFailed(f"The change set {name} was not ready in time: look at it in CloudFormation.")

    def changes(self, name: str) -> Iterator[str]:
        """Yield a line for each resource that would change, warning where one with money goes."""
        pages = self.cloudformation.get_paginator("describe_change_set").paginate(
            StackName=self.name, ChangeSetName=name
        )
        for each in (change["ResourceChange"] for page in pages for change in page["Changes"]):
            is_new = each.get("Replacement") in {"True", "Conditional"} or each["Action"] == "Remove"
            heed = (
                "  << HOLDS MONEY OR KEYS: DO NOT APPLY"
                if is_new and each["LogicalResourceId"] in KEEPS_MONEY
                else ""
            )
            replaced = " (replaced)" if each.get("Replacement") == "True" else ""
            yield f"  {each['Action']:<7} {each['LogicalResourceId']}  {each['ResourceType']}{replaced}{heed}"

    def discard(self, name: str) -> None:
        """Throw a change set away, and the empty stack that waited for it."""
        self.cloudformation.delete_change_set(StackName=self.name, ChangeSetName=name)
        if self.status == "REVIEW_IN_PROGRESS":
            self.cloudformation.delete_stack(StackName=self.name)

    def apply(self, name: str) -> None:
        """Apply a change set and wait for its end. Raise `DeploymentFailed` with what failed first."""
        self.cloudformation.execute_change_set(StackName=self.name, ChangeSetName=name)
        for _ in range(MOST_WAITS):
            status = self.status
            if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
                return
            if status.endswith(("_FAILED", "ROLLBACK_COMPLETE")):
                raise DeploymentFailed(f"The stack is {status}.\n" + "\n".join(self._failures()))
            time.sleep(WAIT_SECONDS)
        raise DeploymentFailed("CloudFormation still works: look at the stack's events.")

    def _failures(self) -> Iterator[str]:
        """Yield what failed, the first fault last as CloudFormation lists it."""
        for each in self.cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]:
            if each["ResourceStatus"].endswith("_FAILED"):
                yield f"  {each['LogicalResourceId']}: {each.get('ResourceStatusReason', '')}"


def _parameters(template: Template, given: dict[str, str], kept: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield what is given, and what the stack keeps of what it has."""
    for name in template.tree["Parameters"]:
        if name in given:
            yield {"ParameterKey": name, "ParameterValue": given[name]}
        elif name in kept:
            yield {"ParameterKey": name, "UsePreviousValue": True}
