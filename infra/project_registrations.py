"""`python -m infra.project_registrations --table NAME --region REGION --campaign ID`: lines that are behind.

It marks the registrations with a missing or outdated line in the staff's lists: those of releases without
lines, and those that a release without lines changed after a rollback. The lists project them when they are
next read. Safe to repeat.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.project_registrations", description="Old lines.")
    parser.add_argument("--table", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--campaign", required=True, help="the id of a campaign")
    chosen = parser.parse_args(arguments)
    print(f"{_healed(chosen.table, chosen.region, chosen.campaign)} people are listed anew.")
    return 0


def _healed(table: str, region: str, campaign_id: str) -> int:
    from chalicelib.storage.lists.lines import DynamoRegistrationLines  # noqa: PLC0415 - slow to import
    from chalicelib.storage.table import Table  # noqa: PLC0415 - the same

    lines = DynamoRegistrationLines(Table(table, region, _tell), lambda: datetime.now(tz=UTC))
    return lines.heal(campaign_id)


def _tell(what: str, error: Exception) -> None:
    print(f"{what}: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
