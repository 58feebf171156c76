"""A kill -9 of the local AWS: what it answered is there after the next start."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from infra.local import environment, ministack, resources

if TYPE_CHECKING:
    import subprocess

SENDER = "inscription@quittance.test"


@contextmanager
def served(state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[bytes]"]:
    """Give the process, so that it can be killed; its port is the one that the first start took."""
    started: list[subprocess.Popen[bytes]] = []
    start = ministack._start  # noqa: SLF001 - nothing else gives the process

    def noted(*arguments: Any) -> "subprocess.Popen[bytes]":
        started.append(start(*arguments))
        return started[-1]

    with monkeypatch.context() as patched:
        patched.setattr(ministack, "_start", noted)
        with ministack.running(state) as endpoint_url:
            for name, value in environment.local_aws(endpoint_url).items():
                monkeypatch.setenv(name, value)
            boto3.DEFAULT_SESSION = None
            yield started[-1]


def created() -> resources.Names:
    return resources.create(os.environ["AWS_ENDPOINT_URL"], prefix="kept")


def bodies(queue_url: str) -> list[str]:
    told = boto3.client("sqs").receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return sorted(each["Body"] for each in told.get("Messages", []))


def test_rows_messages_mails_and_objects_survive_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path, monkeypatch) as process:
        names = created()
        resources.allow_mail_from(SENDER)
        ministack.keep(os.environ["AWS_ENDPOINT_URL"])
        table = boto3.resource("dynamodb").Table(names.table)
        table.put_item(Item={"pk": "a", "sk": "kept"})
        table.put_item(Item={"pk": "a", "sk": "gone"})
        table.delete_item(Key={"pk": "a", "sk": "gone"})
        table.update_item(
            Key={"pk": "a", "sk": "new"}, UpdateExpression="SET x = :x", ExpressionAttributeValues={":x": 1}
        )
        queue = boto3.client("sqs")
        for body in ("first", "second"):
            queue.send_message(QueueUrl=names.outbox_queue_url, MessageBody=body)
        taken = queue.receive_message(QueueUrl=names.outbox_queue_url)["Messages"][0]
        queue.delete_message(QueueUrl=names.outbox_queue_url, ReceiptHandle=taken["ReceiptHandle"])
        (left,) = {"first", "second"} - {taken["Body"]}
        queue.send_message(QueueUrl=names.debit_queue_url, MessageBody="purged")
        ministack.purge(os.environ["AWS_ENDPOINT_URL"], [names.debit_queue_url])
        boto3.client("s3").put_object(Bucket=names.bucket, Key="invoice", Body=b"%PDF")
        boto3.client("ses").send_email(
            Source=SENDER,
            Destination={"ToAddresses": ["student@demo.test"]},
            Message={"Subject": {"Data": "S"}, "Body": {"Text": {"Data": "T"}}},
        )
        process.kill()
        process.wait()

    for _ in range(2):  # the second start reads what the stop of the first wrote
        with served(tmp_path, monkeypatch):
            assert created() == names
            rows = boto3.resource("dynamodb").Table(names.table).scan()["Items"]
            assert sorted(each["sk"] for each in rows) == ["kept", "new"]
            assert bodies(names.outbox_queue_url) == [left]
            assert bodies(names.debit_queue_url) == []
            document = boto3.client("s3").get_object(Bucket=names.bucket, Key="invoice")
            assert document["Body"].read() == b"%PDF"
            sent = ministack.sent_mails(os.environ["AWS_ENDPOINT_URL"])
            assert [each["Subject"] for each in sent] == ["S"]


def test_line_that_a_kill_cut_short_is_left_out_and_what_follows_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path, monkeypatch) as process:
        names = created()
        ministack.keep(os.environ["AWS_ENDPOINT_URL"])
        boto3.resource("dynamodb").Table(names.table).put_item(Item={"pk": "a", "sk": "first"})
        process.kill()
        process.wait()
    with (tmp_path / "aws" / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"rows": [["arn:aws:dyna')

    with served(tmp_path, monkeypatch) as process:
        boto3.resource("dynamodb").Table(names.table).put_item(Item={"pk": "a", "sk": "second"})
        process.kill()
        process.wait()

    with served(tmp_path, monkeypatch):
        rows = boto3.resource("dynamodb").Table(names.table).scan()["Items"]
        assert sorted(each["sk"] for each in rows) == ["first", "second"]


def test_first_start_that_is_killed_before_it_is_whole_begins_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path, monkeypatch) as process:
        created()
        process.kill()
        process.wait()

    with served(tmp_path, monkeypatch):
        names = created()
        assert resources.is_empty(names)
