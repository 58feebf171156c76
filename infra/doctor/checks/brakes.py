"""The brakes of operations: one that was forgotten stops money or students, and no alarm rings for it."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from infra.doctor.lines import Line, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed


def check(deployed: Deployed) -> Iterator[Line]:
    applied = deployed.services.brakes.current().applied
    for each in applied:
        yield wrong(
            f"{each.brake} stopped since {each.since.astimezone(UTC):%d/%m/%Y %H:%M} UTC: {each.reason}.",
            f"When it is over: make release-brake WHAT={each.brake} STACK={deployed.stack}.",
        )
    if not applied:
        yield ok("none is on")
