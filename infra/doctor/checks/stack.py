"""The stack itself: complete, with a name that its key policy can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.doctor.lines import Line, ok, wrong
from infra.local.resources import WANTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed

LONGEST_NAME = 36
"""Beyond it CloudFormation shortens a role's name: 64 - 2 hyphens - 12 letters - ApiHandlerRole."""
COMPLETE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}


def check(deployed: Deployed) -> Iterator[Line]:
    if deployed.status not in COMPLETE:
        yield wrong(f"is {deployed.status}.", "Wait for it, or read its events in CloudFormation.")
    elif missing := [each for each in WANTED if each not in deployed.outputs]:
        yield wrong(f"lacks the outputs {', '.join(missing)}.", "Deploy the template of this release.")
    else:
        yield ok(f"{deployed.status}, {len(deployed.resources)} resources")
    if len(deployed.stack) > LONGEST_NAME:
        yield wrong(
            f"has a name of more than {LONGEST_NAME} letters: second factors cannot be sealed.",
            "Deploy under a shorter one.",
        )
