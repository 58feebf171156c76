"""What infra/cloud/resources.yaml marks as local, deployed to the local AWS by CloudFormation."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
import yaml
from botocore.exceptions import ClientError

from infra.local import ministack

try:
    from yaml import CSafeLoader as SafeLoader  # reads the template in a tenth of the time
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterable

TEMPLATE = Path(__file__).resolve().parents[1] / "cloud" / "resources.yaml"

PREFIX = "quittance"
"""The stack of `make run`."""

LOCAL_PARAMETERS = {
    "Stage": "local",
    "BaseUrl": "http://127.0.0.1:8000",
    "AlarmEmail": "",
    "MailFrom": "inscription@quittance.test",
    "MailDomain": "quittance.test",
    "PayboxSite": "1999888",
    "PayboxRang": "32",
    "PayboxIdentifiant": "107904482",
}
"""The template's parameters that have no default; the local stack's application takes its own settings."""

LARGEST_BATCH = 25
"""How many items DynamoDB takes in one BatchWriteItem."""

KEY = ("pk", "sk")
Item = dict[str, Any]
"""An item of the table by attribute, each value under its type: `{"pk": {"S": …}, …}`."""

WANTED = (
    "Table",
    "Documents",
    "Outbox",
    "OutboxFailures",
    "Debits",
    "DebitFailures",
    "Deliveries",
    "DeliveryFailures",
    "SecondFactorsKey",
)
"""The outputs of the stack, in the order of `Names`."""


class Names(NamedTuple):
    """What settings need to find the resources; queues are addresses, the key is an alias."""

    table: str
    bucket: str
    outbox_queue_url: str
    failures_queue_url: str
    debit_queue_url: str
    debit_failures_queue_url: str
    delivery_queue_url: str
    delivery_failures_queue_url: str
    second_factors_key: str

    @property
    def queue_urls(self) -> tuple[str, ...]:
        return (
            self.outbox_queue_url,
            self.failures_queue_url,
            self.debit_queue_url,
            self.debit_failures_queue_url,
            self.delivery_queue_url,
            self.delivery_failures_queue_url,
        )


def is_current(*, prefix: str) -> bool:
    """Tell whether the stack `prefix` is there with all that this version needs."""
    found = _outputs(boto3.client("cloudformation"), prefix)
    return set(local_template()["Outputs"]) <= found.keys()


def create(endpoint_url: str, *, prefix: str) -> Names:
    """Deploy the stack `prefix`, or find it if it is there; one of an earlier version gets what it lacks."""
    cloudformation = boto3.client("cloudformation", endpoint_url=endpoint_url)
    template = local_template()
    outputs = _outputs(cloudformation, prefix)
    if not template["Outputs"].keys() <= outputs.keys():
        act = "update" if outputs else "create"
        getattr(cloudformation, f"{act}_stack")(
            StackName=prefix,
            TemplateBody=json.dumps(template),
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value} for name, value in LOCAL_PARAMETERS.items()
            ],
        )
        waiter = cloudformation.get_waiter(f"stack_{act}_complete")
        waiter.wait(StackName=prefix, WaiterConfig={"Delay": 0.02, "MaxAttempts": 500})
        outputs = _outputs(cloudformation, prefix)
    return Names(*(outputs[each] for each in WANTED))


def is_empty(names: Names) -> bool:
    return not boto3.client("dynamodb").scan(TableName=names.table, Limit=1)["Items"]


def empty(names: Names) -> None:
    """Delete every item, every version of every object and every message."""
    bring_back(names, [])


def items(names: Names) -> list[Item]:
    """Return every item of the table, in DynamoDB's own form."""
    return _scanned(_kept_client("dynamodb"), names.table)


def bring_back(names: Names, wanted: Iterable[Item]) -> None:
    """Leave the `wanted` items alone in the table, and neither objects nor messages."""
    dynamodb, s3 = map(_kept_client, ("dynamodb", "s3"))
    leave(dynamodb, names.table, wanted)
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=names.bucket):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        if objects := [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]:
            s3.delete_objects(Bucket=names.bucket, Delete={"Objects": objects})
    ministack.purge(dynamodb.meta.endpoint_url, names.queue_urls)


def _kept_client(service: str) -> Any:
    return _client_at(os.environ.get("AWS_ENDPOINT_URL"), service)


@cache
def _client_at(endpoint_url: str | None, service: str) -> Any:
    """Give the process's one client: to make the three takes as long as the emptying."""
    return boto3.client(service, endpoint_url=endpoint_url)


def leave(dynamodb: Any, table: str, wanted: Iterable[Item] = ()) -> None:
    """Write the `wanted` items that are not there as they should be, delete all others."""
    kept = {_key(each): each for each in wanted}
    found = {_key(each): each for each in _scanned(dynamodb, table)}
    changes: list[Any] = [
        {"DeleteRequest": {"Key": {name: item[name] for name in KEY}}}
        for key, item in found.items()
        if key not in kept
    ]
    changes += [{"PutRequest": {"Item": item}} for key, item in kept.items() if item != found.get(key)]
    for start in range(0, len(changes), LARGEST_BATCH):
        dynamodb.batch_write_item(RequestItems={table: changes[start : start + LARGEST_BATCH]})


def _scanned(dynamodb: Any, table: str) -> list[Item]:
    pages = dynamodb.get_paginator("scan").paginate(TableName=table)
    return [item for page in pages for item in page["Items"]]


def _key(item: Item) -> tuple[str, ...]:
    return tuple(item[name]["S"] for name in KEY)


def write_secret(parameter: str, value: str) -> None:
    boto3.client("ssm").put_parameter(Name=parameter, Value=value, Type="SecureString", Overwrite=True)


def allow_mail_from(address: str) -> None:
    boto3.client("sesv2").create_email_identity(EmailIdentity=address)


@cache
def local_template() -> dict[str, Any]:
    """Give the part of the cloud's template that stands on its own: no functions, no alarms."""
    template = load(TEMPLATE)
    marked = {
        name: each for name, each in template["Resources"].items() if each.get("Metadata", {}).get("Local")
    }
    told = {name: each for name, each in template["Outputs"].items() if "Condition" not in each}
    kept = {name: template[name] for name in ("Parameters", "Conditions")}
    return {"AWSTemplateFormatVersion": "2010-09-09", **kept, "Resources": marked, "Outputs": told}


def load(path: Path) -> dict[str, Any]:
    """Read a CloudFormation file, its short intrinsics (!Ref, !Sub, !GetAtt) written out in full."""
    with path.open(encoding="utf-8") as text:
        tree = yaml.load(text, Loader=_CloudFormationLoader)  # noqa: S506 - a SafeLoader, see below  # nosec B506
        return dict(tree)


class _CloudFormationLoader(SafeLoader):
    pass


def _intrinsic(loader: _CloudFormationLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise yaml.constructor.ConstructorError(None, None, f"!{name} takes no mapping", node.start_mark)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_CloudFormationLoader.add_multi_constructor("!", _intrinsic)


def _outputs(cloudformation: Any, prefix: str) -> dict[str, str]:
    """Give the outputs of the stack `prefix`, none if there is no such stack."""
    try:
        (stack,) = cloudformation.describe_stacks(StackName=prefix)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return {}
        raise
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
