"""The table: encrypted, restorable to any second, and not to be deleted by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.doctor.lines import Line, ok, only_on_aws, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed

AGAIN = "Deploy the template again, or turn it on in DynamoDB."


def check(deployed: Deployed) -> Iterator[Line]:
    dynamo, name = deployed.client("dynamodb"), deployed.settings.table
    if deployed.is_local:
        yield only_on_aws("recovery, encryption and protection of the table")
        return
    backups = dynamo.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    yield _seen("point-in-time recovery is on", is_right=recovery == "ENABLED")
    told = dynamo.describe_table(TableName=name)["Table"]
    yield _seen("encryption is on", is_right=told.get("SSEDescription", {}).get("Status") == "ENABLED")
    yield _seen("deletion protection is on", is_right=bool(told.get("DeletionProtectionEnabled")))
    expiry = dynamo.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    yield _seen("expired rows are purged", is_right=expiry.get("TimeToLiveStatus") == "ENABLED")


def _seen(what: str, *, is_right: bool) -> Line:
    return ok(what) if is_right else wrong(f"not so: {what}.", AGAIN)
