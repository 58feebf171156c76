"""The AWS calls that each function makes, as the rights that they need: what its policy is compared with.

With RECORDED_CALLS=FOLDER in the environment a process writes one line for each new right into a file of its
own there. Local processes install it (infra.local.processes), functions on the local AWS by sitecustomize.
A line: `APIHandler dynamodb:PutItem table PERSON#*`.
"""

from __future__ import annotations

import os
import re
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

FOLDER = "RECORDED_CALLS"
DEPLOYED_AS = "AWS_LAMBDA_FUNCTION_NAME"
_FAMILIES = frozenset({"AUDIT", "COUNTER", "IMPORT", "LINES"})
"""First words of keys whose second word is a constant too."""
_MEMBERS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"} | {
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
AROUND: list[Callable[[str, str], AbstractContextManager[object]]] = []
"""Who else wants to be there while a function runs: entered with its name and what it was asked."""
_acting: ContextVar[str] = ContextVar("acting", default="")
_known: set[str] = set()


def install() -> None:
    """Record from now on, where the environment names a folder."""
    if FOLDER not in os.environ:
        return
    from botocore.client import BaseClient  # noqa: PLC0415 - slow to import, and not needed otherwise

    asked = BaseClient._make_api_call  # noqa: SLF001 - pynamodb calls it too: there is no later common place

    def recorded(self: Any, operation: str, parameters: dict[str, Any]) -> Any:
        if name := acting():
            _write(name, rights(self.meta.service_model.service_name, operation, parameters))
        return asked(self, operation, parameters)

    BaseClient._make_api_call = recorded  # noqa: SLF001 - the same


def acting() -> str:
    """Return the function that runs: as named here, or as the local AWS deployed it; empty outside of one."""
    return _acting.get() or _in_template(os.environ.get(DEPLOYED_AS, ""))


def _in_template(deployed: str) -> str:
    """Return the name in the template of a function named STACK-NAME-SUFFIX."""
    return deployed.split("-")[-2] if deployed.count("-") > 1 else ""


@contextmanager
def acting_as(name: str, asked: str = "") -> Iterator[None]:
    """Name the function that runs in the block, as the template does, and what it is asked: a route."""
    token = _acting.set(name)
    try:
        if not AROUND:
            yield
            return
        with ExitStack() as others:
            for around in AROUND:
                others.enter_context(around(name, asked))
            yield
    finally:
        _acting.reset(token)


def rights(service: str, operation: str, parameters: dict[str, Any]) -> set[str]:
    """Return the actions of IAM that a call needs, each with what it is done to."""
    if service == "dynamodb":
        return set(_table_rights(operation, parameters))
    if service == "s3":
        return {f"s3:{action} {key}" for action, key in _bucket_rights(operation, parameters)}
    if service == "sqs":
        return {
            f"sqs:{operation.removesuffix('Batch')} {_in_template(parameters['QueueUrl'].rpartition('/')[2])}"
        }
    if service == "ssm":
        return {f"ssm:{operation} {parameters['Name'].rpartition('/')[2]}"}
    if service == "kms":
        return {f"kms:{operation} {','.join(sorted(parameters.get('EncryptionContext', {})))}"}
    return {f"{service}:{operation}"}


def partition(key: str) -> str:
    """Return a partition key with what is of one row replaced by `*`."""
    words = key.split("#")
    constant = 2 if words[0] in _FAMILIES and words[1].replace("_", "").isupper() else 1
    return "#".join([*words[:constant], *(["*"] if len(words) > constant else [])])


def _table_rights(operation: str, parameters: dict[str, Any]) -> Iterator[str]:
    if operation in {"TransactWriteItems", "TransactGetItems"}:
        for member in parameters["TransactItems"]:
            ((kind, action),) = member.items()
            yield _of_row(_MEMBERS[kind], action)
    elif operation == "BatchGetItem":
        for asked in parameters["RequestItems"].values():
            for key in asked["Keys"]:
                yield _of_row(operation, {"Key": key})
    elif "IndexName" in parameters:
        yield f"dynamodb:{operation} index"
    elif operation == "Query":
        yield f"dynamodb:Query table {partition(_queried(parameters))}"
    else:
        yield _of_row(operation, parameters)


def _of_row(action: str, named: dict[str, Any]) -> str:
    return f"dynamodb:{action} table {partition((named.get('Key') or named['Item'])['pk']['S'])}"


def _queried(parameters: dict[str, Any]) -> str:
    """Return the partition that a query reads."""
    names, values = parameters["ExpressionAttributeNames"], parameters["ExpressionAttributeValues"]
    for name, value in re.findall(r"(#\w+) = (:\w+)", parameters["KeyConditionExpression"]):
        if names[name] == "pk":
            return str(values[value]["S"])
    raise ValueError(f"no partition in {parameters['KeyConditionExpression']}")


def _bucket_rights(operation: str, parameters: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if operation == "ListObjectVersions":
        yield "ListBucketVersions", f"{parameters['Prefix'].partition('/')[0]}/*"
    elif operation == "DeleteObjects":
        for each in parameters["Delete"]["Objects"]:
            action = "DeleteObjectVersion" if "VersionId" in each else "DeleteObject"
            yield action, f"{each['Key'].partition('/')[0]}/*"
    else:
        action = {"HeadObject": "GetObject"}.get(operation, operation)
        if "VersionId" in parameters:
            action += "Version"
        yield action, f"{parameters['Key'].partition('/')[0]}/*"


def _write(name: str, needed: set[str]) -> None:
    lines = {f"{name} {right}" for right in needed} - _known
    if not lines:
        return
    _known.update(lines)
    with (Path(os.environ[FOLDER]) / f"{os.getpid()}.txt").open("a") as file:
        file.writelines(f"{line}\n" for line in sorted(lines))
