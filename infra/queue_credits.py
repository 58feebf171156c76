"""`python -m infra.queue_credits --table NAME --region REGION`: once, after the first deployment of 0.3.0.

Credits that release 0.2.0 kept stand in no queue; this puts them where `GET /staff/credits` looks. It
reads the whole table, so it runs with an operator's rights, not the portal's. It may be repeated.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.queue_credits", description="Old credits.")
    parser.add_argument("--table", required=True)
    parser.add_argument("--region", required=True)
    chosen = parser.parse_args(arguments)
    print(f"{_queued(chosen.table, chosen.region)} old credits are listed now.")
    return 0


def _queued(table: str, region: str) -> int:
    from chalicelib.storage.credits import DynamoCredits  # noqa: PLC0415 - slow to import
    from chalicelib.storage.table import Table  # noqa: PLC0415 - the same

    return DynamoCredits(Table(table, region, _tell)).queue_old()


def _tell(what: str, error: Exception) -> None:
    print(f"{what}: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
