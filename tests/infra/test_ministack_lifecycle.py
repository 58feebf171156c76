import os
import signal
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from infra.local import environment, ministack, resources

PARENT = """
import sys
from pathlib import Path
from infra.local import ministack
with ministack.running(Path(sys.argv[1])) as endpoint_url:
    print(endpoint_url, flush=True)
    sys.stdin.read()
"""


def test_state_survives_a_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ministack.running(tmp_path) as endpoint_url:
        _use(endpoint_url, monkeypatch)
        before = resources.create(endpoint_url, prefix="kept")
        boto3.client("s3").put_object(Bucket=before.bucket, Key="invoices/1.pdf", Body=b"%PDF")
        boto3.client("sqs").send_message(QueueUrl=before.outbox_queue_url, MessageBody="entry")
        boto3.resource("dynamodb").Table(before.table).put_item(Item={"pk": "a", "sk": "b"})
        sealed = boto3.client("kms").encrypt(KeyId=before.second_factors_key, Plaintext=b"secret")

    with ministack.running(tmp_path) as endpoint_url:
        _use(endpoint_url, monkeypatch)
        after = resources.create(endpoint_url, prefix="kept")
        assert (after.table, after.bucket) == (before.table, before.bucket)
        assert not resources.is_empty(after)
        assert (
            boto3.client("s3").get_object(Bucket=after.bucket, Key="invoices/1.pdf")["Body"].read() == b"%PDF"
        )
        assert len(boto3.client("sqs").receive_message(QueueUrl=after.outbox_queue_url)["Messages"]) == 1
        opened = boto3.client("kms").decrypt(
            KeyId=after.second_factors_key, CiphertextBlob=sealed["CiphertextBlob"]
        )
        assert opened["Plaintext"] == b"secret"


def test_nothing_answers_after_the_stop() -> None:
    with ministack.running() as endpoint_url:
        port = int(endpoint_url.rpartition(":")[2])
        assert ministack.answers(port)

    assert not ministack.answers(port)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_parent_that_is_killed_leaves_no_server_and_loses_no_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    parent = subprocess.Popen(  # noqa: S603 - the program above
        [sys.executable, "-c", PARENT, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    endpoint_url = parent.stdout.readline().decode().strip()
    _use(endpoint_url, monkeypatch)
    kept = resources.create(endpoint_url, prefix="kept")

    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    parent.stdin.close()
    _wait_until_gone(int(endpoint_url.rpartition(":")[2]))

    with ministack.running(tmp_path) as endpoint_url:
        _use(endpoint_url, monkeypatch)
        assert resources.create(endpoint_url, prefix="kept").table == kept.table


def test_port_that_is_taken_is_told_in_a_sentence(aws: str) -> None:
    port = int(aws.rpartition(":")[2])

    with (
        pytest.raises(ministack.MinistackUnavailable, match=f"Port {port} is taken"),
        ministack.running(None, port),
    ):
        pass


def test_environment_that_is_missing_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ministack, "PYTHON", tmp_path / "absent")

    with pytest.raises(ministack.MinistackUnavailable, match="`make run`"), ministack.running():
        pass


def test_server_that_fails_at_once_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('out of luck')")
    monkeypatch.setattr(ministack, "PROCESS", broken)

    with pytest.raises(ministack.MinistackUnavailable, match="out of luck"), ministack.running():
        pass


def _use(endpoint_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.local_aws(endpoint_url).items():
        monkeypatch.setenv(name, value)
    boto3.DEFAULT_SESSION = None


def _wait_until_gone(port: int) -> None:
    """It writes its state first; the pytest run has its own time limit."""
    while ministack.answers(port):
        os.sched_yield()
