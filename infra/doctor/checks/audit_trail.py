"""The audit trail: what waits is sealed within minutes, which needs the role's condition on transactions."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from infra.doctor.lines import Line, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed

SOON = timedelta(minutes=10)


def check(deployed: Deployed) -> Iterator[Line]:
    trail = deployed.services.audit
    waiting = trail.waiting(1)
    head = trail.head()
    if waiting and deployed.now() - waiting[0].at > SOON:
        yield wrong(
            f"an entry waits to be sealed since {waiting[0].at.astimezone(UTC):%d/%m/%Y %H:%M} UTC.",
            f"Read /quittance/{deployed.stack}/SealAudit; if access was denied, run this with --try-roles.",
        )
    elif head is None:
        yield ok("nothing was sealed yet; the first log-in of staff makes the first entry")
    else:
        yield ok("entries are sealed into the chain")
