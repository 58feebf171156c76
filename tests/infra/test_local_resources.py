import uuid
from functools import cached_property
from inspect import getattr_static

import boto3
import pytest

from chalicelib.wiring import Services
from infra.local import ministack, resources
from infra.local.processes.forgetting import HOLDERS
from infra.local.resources import Names


def test_table_has_the_keys_and_the_index_of_the_cloud_template(names: Names) -> None:
    table = boto3.client("dynamodb").describe_table(TableName=names.table)["Table"]

    assert [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]] == [
        ("pk", "HASH"),
        ("sk", "RANGE"),
    ]
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "by_queue"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["queue_pk", "queue_sk"]
    assert index["Projection"] == {"ProjectionType": "ALL"}


def test_local_table_lets_nothing_expire_by_the_machines_clock(names: Names) -> None:
    told = boto3.client("dynamodb").describe_time_to_live(TableName=names.table)

    assert told["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED"


def test_deployed_table_purges_and_is_protected() -> None:
    table = resources.load(resources.TEMPLATE)["Resources"]["Table"]

    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    condition, deployed, _local = table["Properties"]["TimeToLiveSpecification"]["Fn::If"]
    assert (condition, deployed) == ("IsDeployed", {"AttributeName": "purge_at", "Enabled": True})
    assert table["Properties"]["DeletionProtectionEnabled"] == {"Fn::If": ["IsDeployed", True, False]}


def test_bucket_keeps_versions(names: Names) -> None:
    assert boto3.client("s3").get_bucket_versioning(Bucket=names.bucket)["Status"] == "Enabled"


@pytest.mark.parametrize(
    ("queue", "failures"),
    [("outbox_queue_url", "failures_queue_url"), ("debit_queue_url", "debit_failures_queue_url")],
)
def test_message_that_fails_five_times_goes_to_the_queue_of_failures(
    names: Names, queue: str, failures: str
) -> None:
    queue_url, failures_url = getattr(names, queue), getattr(names, failures)
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=queue_url, MessageBody="entry")
    for _ in range(5):
        (message,) = sqs.receive_message(QueueUrl=queue_url)["Messages"]
        sqs.change_message_visibility(
            QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
        )

    assert "Messages" not in sqs.receive_message(QueueUrl=queue_url)
    assert len(sqs.receive_message(QueueUrl=failures_url)["Messages"]) == 1


def test_creating_twice_finds_the_first(names: Names, aws: str) -> None:
    prefix, keys = names.table.rpartition("-Table-")[0], boto3.client("kms").list_keys()["Keys"]

    assert resources.create(aws, prefix=prefix) == names
    assert boto3.client("kms").list_keys()["Keys"] == keys


def test_stack_of_an_earlier_version_gets_what_it_lacks_and_keeps_what_it_has(
    aws: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix, now = f"test-{uuid.uuid4().hex[:12]}", resources.local_template()
    lacking = {"Debits", "DebitFailures", "SecondFactorsKey", "SecondFactorsAlias"}
    earlier = now | {
        part: {name: each for name, each in now[part].items() if name not in lacking}
        for part in ("Resources", "Outputs")
    }
    with monkeypatch.context() as before:
        before.setattr(resources, "local_template", lambda: earlier)  # no file of an earlier version is kept
        with pytest.raises(KeyError, match="Debits"):
            resources.create(aws, prefix=prefix)
    (table,) = (
        each["OutputValue"]
        for each in boto3.client("cloudformation").describe_stacks(StackName=prefix)["Stacks"][0]["Outputs"]
        if each["OutputKey"] == "Table"
    )
    boto3.resource("dynamodb").Table(table).put_item(Item={"pk": "a", "sk": "b"})

    names = resources.create(aws, prefix=prefix)

    assert names.table == table
    assert not resources.is_empty(names)
    boto3.client("sqs").send_message(QueueUrl=names.debit_queue_url, MessageBody="a debit")
    assert boto3.client("kms").describe_key(KeyId=names.second_factors_key)["KeyMetadata"]["Enabled"]


def test_brought_back_table_holds_the_wanted_items_and_no_others(names: Names) -> None:
    table = boto3.resource("dynamodb").Table(names.table)
    for number in range(30):
        table.put_item(Item={"pk": "person", "sk": str(number), "version": 1})
    first = resources.items(names)
    for number in range(20, 60):
        table.put_item(Item={"pk": "person", "sk": str(number), "version": 2})
    table.delete_item(Key={"pk": "person", "sk": "3"})

    resources.bring_back(names, first)

    kept = resources.items(names)
    assert len(kept) == 30
    assert all(each in first for each in kept)


@pytest.mark.parametrize("name", HOLDERS)
def test_what_a_reset_makes_anew_is_an_adapter_of_the_process(name: str) -> None:
    assert isinstance(getattr_static(Services, name), cached_property)


def test_messages_of_other_queues_are_kept(names: Names, aws: str) -> None:
    sqs = boto3.client("sqs")
    for queue_url in names.queue_urls[:2]:
        sqs.send_message(QueueUrl=queue_url, MessageBody="entry")

    ministack.purge(aws, names.queue_urls[:1])

    left = ["Messages" in sqs.receive_message(QueueUrl=each) for each in names.queue_urls[:2]]
    assert left == [False, True]


def test_emptied_resources_hold_nothing(names: Names) -> None:
    table = boto3.resource("dynamodb").Table(names.table)
    for number in range(30):
        table.put_item(Item={"pk": "person", "sk": str(number)})
    for _ in range(2):
        boto3.client("s3").put_object(Bucket=names.bucket, Key="invoices/1.pdf", Body=b"%PDF")
    sqs = boto3.client("sqs")
    for queue_url in names.queue_urls:
        sqs.send_message(QueueUrl=queue_url, MessageBody="entry")

    resources.empty(names)

    assert resources.is_empty(names)
    assert "Versions" not in boto3.client("s3").list_object_versions(Bucket=names.bucket)
    assert not any("Messages" in sqs.receive_message(QueueUrl=each) for each in names.queue_urls)
