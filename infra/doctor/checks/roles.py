"""The roles' conditions on keys, tried within transactions, where AWS documents no example.

A role is made with the very policy of a function, tried, and deleted. Its writes cannot succeed: each demands
that its own row be there already, under a key that no row has. So IAM answers, which comes first, and nothing
is written: there is nothing to undo but the role, which is deleted whatever happens.
"""

from __future__ import annotations

import json
import secrets
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.doctor.lines import Line, ok, only_on_aws, skipped, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.doctor.deployed import Deployed

KNOWN_AFTER_SECONDS = 12
"""How long IAM takes to make a new role known everywhere, about."""
TRIES = (
    ("SealAuditRole", "AUDIT#DOCTOR", True),
    ("SealAuditRole", "PERSON#DOCTOR", False),
    ("ApiHandlerRole", "AUDIT#HEAD", False),
    ("ApiHandlerRole", "AUDIT#000000000", False),
    ("WebhookRole", "OUTBOX#DOCTOR", True),
    ("WebhookRole", "SESSION#DOCTOR", False),
    ("DebitInstalmentRole", "OUTBOX#DOCTOR", True),
    ("DebitInstalmentRole", "EMAIL#DOCTOR", False),
)
"""Which role, which key it puts within a transaction, and whether it may."""


def check(deployed: Deployed) -> Iterator[Line]:
    if deployed.is_local:
        yield only_on_aws("the local AWS does not know dynamodb:LeadingKeys")
        return
    if not deployed.tries_roles:
        yield skipped(
            "say TRY_ROLES=1 once after the first deployment: makes a role at a time, and deletes it"
        )
        return
    for role in dict.fromkeys(each for each, _, _ in TRIES):
        with _copy(deployed, role) as session:
            for key, is_allowed in ((key, may) for each, key, may in TRIES if each == role):
                yield _tried(session, deployed.settings.table, role, key, is_allowed=is_allowed)


def _tried(dynamo: Any, table: str, role: str, key: str, *, is_allowed: bool) -> Line:
    put = {
        "TableName": table,
        "Item": {"pk": {"S": key}, "sk": {"S": f"DOCTOR#{secrets.token_hex(8)}"}},
        "ConditionExpression": "attribute_exists(pk)",
    }
    try:
        dynamo.transact_write_items(TransactItems=[{"Put": put}])
    except ClientError as error:
        code = error.response["Error"]["Code"]
    else:
        code = "written"
    may = {"TransactionCanceledException": True, "AccessDeniedException": False}.get(code)
    if may is is_allowed:
        return ok(f"{role} {'may' if may else 'may not'} put {key} within a transaction")
    return wrong(
        f"{role} was answered {code} for {key}, where it {'may' if is_allowed else 'may not'}.",
        "Tell the project: dynamodb:LeadingKeys does not hold for members of transactions as documented.",
    )


@contextmanager
def _copy(deployed: Deployed, role: str) -> Iterator[Any]:
    """Give DynamoDB's client under a role with the policies of `role`; delete the copy afterwards."""
    iam, sts = deployed.client("iam"), deployed.client("sts")
    name = f"quittance-doctor-{secrets.token_hex(6)}"
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_trust(sts)))
    policies: list[str] = []
    try:
        original = deployed.resources[role].id
        for policy in iam.list_role_policies(RoleName=original)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=original, PolicyName=policy)["PolicyDocument"]
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))
            policies.append(policy)
        time.sleep(KNOWN_AFTER_SECONDS)
        yield _client(sts.assume_role(RoleArn=made["Role"]["Arn"], RoleSessionName=name), deployed.region)
    finally:
        for policy in policies:
            iam.delete_role_policy(RoleName=name, PolicyName=policy)
        iam.delete_role(RoleName=name)


def _trust(sts: Any) -> dict[str, Any]:
    account = sts.get_caller_identity()["Account"]
    statement = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _client(assumed: dict[str, Any], region: str) -> Any:
    import boto3  # noqa: PLC0415 - slow to import

    given = assumed["Credentials"]
    return boto3.client(
        "dynamodb",
        region_name=region,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
