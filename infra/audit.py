"""`python -m infra.audit verify`: compare trail, journal and batches with what was written (docs/audit.md).

Exit code 0 when it is, 1 when a record was tampered with, 2 when it cannot be read, 3 when all is as it was
written but for what a restore lost, which the trail tells.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.calendar import PARIS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from chalicelib.domain.trail.audit_verification import Flaw, Verdict
    from chalicelib.domain.trail.restores import Restore
    from chalicelib.usecases.audit.ports import AuditHeads, AuditTrail
    from chalicelib.usecases.exports.ports import Batches
    from chalicelib.usecases.journal.ports import Journal

INTACT, TAMPERED, UNREAD, RESTORED = 0, 1, 2, 3


class NothingToRead(RuntimeError):
    """The trail cannot be found; the message says what to do."""


@dataclass(frozen=True)
class Kept:
    audit: AuditTrail
    audit_heads: AuditHeads
    journal: Journal
    batches: Batches


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    try:
        kept = _of_a_stack(chosen) if chosen.stack or chosen.local else _of_the_environment()
    except NothingToRead as error:
        print(error, file=sys.stderr)
        return UNREAD
    return _verify(kept)


def _verify(kept: Kept) -> int:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - slow to import
    from pynamodb.exceptions import PynamoDBException  # noqa: PLC0415 - the same

    from chalicelib.usecases.audit.verify_audit import verify_audit  # noqa: PLC0415 - the same
    from chalicelib.usecases.exports.verify_batches import verify_batches  # noqa: PLC0415 - the same
    from chalicelib.usecases.journal.verify_journal import verify_journal  # noqa: PLC0415 - the same

    try:
        verdict = verify_audit(kept)
        flaws = (*verify_journal(kept), *verify_batches(kept)) if not verdict.flaw else ()
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        print(f"The trail cannot be read: {error}", file=sys.stderr)
        return UNREAD
    except ValueError as error:
        print(f"Tampered: the chain's end, a head or an entry that waits is not what was written. {error}")
        return TAMPERED
    if verdict.flaw:
        print(_accusation(verdict.flaw))
        return TAMPERED
    if flaws:
        print("\n".join(f"Tampered: {flaw}" for flaw in flaws))
        return TAMPERED
    print(_acquittal(verdict))
    if waiting := len(kept.audit.waiting(1000)):
        print(f"{_counted(waiting, 'entry waits', 'entries wait')} to be sealed.")
    print(*map(_restore, verdict.restores), sep="\n", end="\n" if verdict.restores else "")
    return RESTORED if verdict.restores else INTACT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.audit", description="The audit trail.")
    verify = parser.add_subparsers(dest="act", required=True).add_parser(
        "verify", help="read the whole chain and name the first tampered record"
    )
    verify.add_argument(
        "--local", type=int, metavar="PORT", help="of the stack that `make run` serves at PORT"
    )
    verify.add_argument(
        "--stack", default="", help="of a stack of the account, with --local of the local AWS"
    )
    verify.add_argument("--region", default="eu-west-3")
    return parser


def _of_the_environment() -> Kept:
    from pydantic import ValidationError  # noqa: PLC0415 - as late as what it comes with

    from chalicelib.settings import settings  # noqa: PLC0415 - the same

    try:
        chosen = settings()
    except ValidationError as error:
        missing = ", ".join(
            f"QUITTANCE_{str(each['loc'][-1]).upper()}" if each["loc"] else each["msg"]
            for each in error.errors()
        )
        raise NothingToRead(
            f"The environment is not what the application needs ({missing}). "
            "For the stack on this machine: make audit, or --local PORT."
        ) from error
    return _kept(chosen.table, chosen.bucket, chosen.region)


def _of_a_stack(chosen: argparse.Namespace) -> Kept:
    if chosen.local:
        enter_this_machine(chosen.local)
    names = outputs_of(chosen.stack or "quittance", chosen.region)
    return _kept(names["Table"], names["Documents"], chosen.region)


def outputs_of(stack: str, region: str) -> dict[str, str]:
    """Return the outputs of a CloudFormation stack by their names."""
    import boto3  # noqa: PLC0415 - slow, and not needed to say what is wrong

    outputs = boto3.resource("cloudformation", region_name=region).Stack(stack).outputs
    return {each["OutputKey"]: each["OutputValue"] for each in outputs}


def enter_this_machine(port: int) -> None:
    """Point this process at the stack that `make run` serves; raise `NothingToRead` if it does not."""
    from infra.local import environment  # noqa: PLC0415 - slow, and not needed to say what is wrong
    from infra.local.ministack import answers  # noqa: PLC0415 - the same
    from infra.local.ports import Ports  # noqa: PLC0415 - the same

    aws = Ports.of(port).aws
    if not answers(aws):
        raise NothingToRead(f"Nothing runs at port {port}: start it with `make run PORT={port}`.")
    environment.enter(os.environ, environment.local_aws(f"http://127.0.0.1:{aws}"))


def _kept(table: str, bucket: str, region: str) -> Kept:
    import boto3  # noqa: PLC0415 - slow, and not needed to say what is wrong

    from chalicelib.delivery.audit_heads import S3AuditHeads  # noqa: PLC0415 - the same
    from chalicelib.storage.audit import DynamoAuditTrail  # noqa: PLC0415 - the same
    from chalicelib.storage.exports.batches import DynamoBatches  # noqa: PLC0415 - the same
    from chalicelib.storage.journal import DynamoJournal  # noqa: PLC0415 - the same
    from chalicelib.storage.table import Table  # noqa: PLC0415 - the same

    heads = S3AuditHeads(boto3.client("s3", region_name=region), bucket)
    stored = Table(table, region)
    return Kept(DynamoAuditTrail(stored), heads, DynamoJournal(stored), DynamoBatches(stored))


def _acquittal(verdict: Verdict) -> str:
    if not verdict.first or not verdict.last:
        return "No record yet: nothing has been sealed."
    return (
        f"{_counted(verdict.count, 'record', 'records')}, intact since {_when(verdict.first.at)}.\n"
        f"The chain ends with {verdict.last.hash}."
    )


def _accusation(flaw: Flaw) -> str:
    if flaw.may_be_restored:
        return (
            f"Tampered, or restored: {flaw.sentence}\n"
            "Nothing else is wrong. If the table was restored from a backup, say so "
            "(docs/runbooks/restore.md). If it was not, the tail was cut off."
        )
    if not flaw.record:
        return f"Tampered: {flaw.sentence}"
    record = flaw.record
    return (
        f"Tampered: {flaw.sentence}\n"
        f"What stands there: {record.act}, {_when(record.at)}, by {record.by}, about {record.subject_id}."
    )


def _restore(restore: Restore) -> str:
    lost = _counted(restore.missing, "sealed entry is", "sealed entries are")
    return (
        f"Restored: on {_when(restore.record.at)} the trail was restored to record {restore.kept}; "
        f"{lost} missing at least, up to record {restore.known} of {restore.until:%d/%m/%Y}."
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}".replace(",", " ")


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(PARIS):%d/%m/%Y %H:%M} in Paris"


if __name__ == "__main__":
    sys.exit(main())
