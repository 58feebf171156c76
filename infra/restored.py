"""`python -m infra.restored --stack NAME --reason WORDS --export FILE`: what follows a restore.

docs/runbooks/restore.md has the steps before it; the restored table must be plugged in already. No number is
given twice that left the house, the trail tells of the restore, and what the gateway accepted meanwhile is
asked about, by its file of transactions. It may be run again, with other files too. Exit code 0 when it is
done, 1 when it is refused, 2 when there is no such stack.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.doctor.deployed import NoSuchStack, of_aws
from infra.doctor.this_machine import deployed_locally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.usecases.restoration.raise_numbers import Issued, Raised
    from chalicelib.usecases.restoration.write_again import WrittenAgain
    from infra.doctor.deployed import Deployed

DONE, REFUSED, UNREACHED = 0, 1, 2
_PDF = re.compile(r"invoices/(?P<notes>credit-notes/)?(?P<siren>[^/]+)/[0-9]{4}/(?P<number>[0-9]+)/")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what follows a restore; return the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        deployed = (
            deployed_locally(chosen.stack, chosen.local)
            if chosen.local
            else of_aws(chosen.stack, chosen.region)
        )
    except NoSuchStack as error:
        print(error, file=sys.stderr)
        return UNREACHED
    if not deployed.settings.is_table_restored:
        print(f"{chosen.stack} uses its own table. Give RestoredTable and deploy first.", file=sys.stderr)
        return REFUSED
    return follow(deployed, chosen.reason, chosen.export)


def follow(deployed: Deployed, reason: str, files: Iterable[Path]) -> int:
    """Raise the numbers, tell the trail, and write again what the files hold."""
    from chalicelib.domain.reconciliation.refusals import ExportNotReadable  # noqa: PLC0415 - slow to import
    from chalicelib.usecases.restoration.raise_numbers import raise_numbers  # noqa: PLC0415 - the same
    from chalicelib.usecases.restoration.record_restore import record_restore  # noqa: PLC0415 - the same
    from chalicelib.usecases.restoration.write_again import write_again  # noqa: PLC0415 - the same

    ports: Any = deployed.services
    try:
        exports = [ports.gateway.read_export(each.read_bytes()) for each in files]
    except (ExportNotReadable, FileNotFoundError) as error:
        print(f"The file of the gateway cannot be read: {error!r}", file=sys.stderr)
        return REFUSED
    for each in raise_numbers(ports, issued(_keys(deployed))):
        print(*_raised(each), sep="\n")
    table = deployed.settings.table
    is_new = record_restore(ports, table, reason)
    print(f"The trail {'tells' if is_new else 'told already'} that {table} is a restored table.")
    for export in exports:
        print(*_written(write_again(ports, export)), sep="\n")
    print(f"Now: make audit STACK={deployed.stack}")
    return DONE


def issued(keys: Iterable[str]) -> dict[str, Issued]:
    """Return the highest numbers of stored PDFs by the seller's SIREN."""
    from chalicelib.usecases.restoration.raise_numbers import Issued  # noqa: PLC0415 - slow to import

    highest: dict[tuple[str, bool], int] = {}
    for found in filter(None, map(_PDF.match, keys)):
        key = (found["siren"], bool(found["notes"]))
        highest[key] = max(highest.get(key, 0), int(found["number"]))
    sellers = {siren for siren, _ in highest}
    return {
        each: Issued(highest.get((each, False), 0), highest.get((each, True), 0)) for each in sorted(sellers)
    }


def _keys(deployed: Deployed) -> Iterable[str]:
    pages = (
        deployed.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=deployed.settings.bucket, Prefix="invoices/")
    )
    return (each["Key"] for page in pages for each in page.get("Contents", ()))


def _raised(raised: Raised) -> Iterable[str]:
    for name, numbers in (("invoices", raised.invoices), ("credit notes", raised.credit_notes)):
        if numbers:
            yield (
                f"{raised.series}: {name} {numbers.start} to {numbers.stop - 1} were issued, and are not in "
                f"the restored rows. Their PDFs stay; the next is {numbers.stop}."
            )


def _written(report: WrittenAgain) -> Iterable[str]:
    sought = len(report.attempts) + len(report.debits)
    yield f"{sought} payments are asked about within minutes, {len(report.known)} are known."
    yield from (f"A person must look at {each}: docs/runbooks/restore.md." for each in report.left)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.restored", description="What follows a restore.")
    parser.add_argument("--stack", required=True)
    parser.add_argument("--local", type=int, metavar="PORT", help="a stack on the local AWS of `make run`")
    parser.add_argument("--region", default="eu-west-3")
    parser.add_argument("--reason", default="", help="shown in the trail")
    parser.add_argument("--export", type=Path, action="append", default=[], help="Export_transactions.csv")
    return parser


if __name__ == "__main__":
    sys.exit(main())
