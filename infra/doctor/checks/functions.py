"""The functions: on the pinned Python, with a log of their own, and room to run at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.cloud.runtime import RUNTIME
from infra.doctor.lines import Line, ok, only_on_aws, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed

ENOUGH_AT_ONCE = 225
"""What is reserved (infra/cloud/resources.yaml), and the hundred that AWS wants left."""
KEPT = ("APIHandler", "Webhook", "DebitInstalment")


def check(deployed: Deployed) -> Iterator[Line]:
    named = dict(deployed.of_kind("AWS::Lambda::Function"))
    if deployed.is_local:
        yield only_on_aws("runtime, logs and concurrency")
        return
    client = deployed.client("lambda")
    found = {name: client.get_function_configuration(FunctionName=each) for name, each in named.items()}
    others = sorted(name for name, each in found.items() if each["Runtime"] != RUNTIME)
    astray = sorted(
        name
        for name, each in found.items()
        if not each["LoggingConfig"]["LogGroup"].startswith(f"/quittance/{deployed.stack}/")
    )
    if others:
        yield wrong(f"not {RUNTIME}: {', '.join(others)}.", "Package with `make package` and deploy again.")
    if astray:
        yield wrong(f"write no log that they may: {', '.join(astray)}.", "Deploy the template again.")
    if found and not others and not astray:
        yield ok(f"{len(found)} functions on {RUNTIME}, each with its log")
    yield _room(client, named)


def _room(client: Any, named: dict[str, str]) -> Line:
    """Whether the account lets a flood of pages, notifications and debits run side by side."""
    at_once = client.get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    if at_once < ENOUGH_AT_ONCE:
        return wrong(
            f"the account runs {at_once} functions at once, as new ones do.",
            "Service Quotas, Lambda, Concurrent executions: ask for 1 000, days before the opening.",
        )
    kept = {name: client.get_function_concurrency(FunctionName=named[name]) for name in KEPT if name in named}
    reserved = {name: each.get("ReservedConcurrentExecutions", 0) for name, each in kept.items()}
    if not all(reserved.values()):
        return wrong(
            f"the account runs {at_once} functions at once, and a flood of pages may take them all.",
            'Say ReservesConcurrency: "true" in the parameters and deploy: docs/capacity.md.',
        )
    told = ", ".join(f"{name} {number}" for name, number in reserved.items())
    return ok(f"the account runs {at_once} functions at once; kept apart: {told}")
