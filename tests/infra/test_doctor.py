"""The doctor on the running stack: green, and red where a fault is."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from chalicelib.domain.brakes.brake import Brake
from chalicelib.usecases.brakes.apply_brake import apply_brake, release_brake
from infra.doctor.__main__ import main, report
from infra.doctor.deployed import Deployed
from infra.doctor.examination import examine
from infra.doctor.lines import State
from infra.doctor.this_machine import of_this_machine
from tests.conftest import Stack
from tests.infra.doctors import changed

HMAC, SEALING = "/quittance/quittance/paybox/hmac-key", "/quittance/quittance/sealing-key"
MANUAL_DAY = datetime(2022, 6, 24, 8, tzinfo=UTC)
Fault = Callable[[Deployed], Any]


@pytest.fixture
def deployed(running_stack: Stack) -> Iterator[Deployed]:
    before = dict(os.environ)
    found = of_this_machine(urlsplit(running_stack.portal).port or 0)
    yield found
    os.environ.clear()
    os.environ.update(before)


def red(deployed: Deployed) -> set[str]:
    return {name for name, line in examine(deployed) if line.state is State.WRONG}


def test_running_stack_is_green_and_says_what_it_cannot_see(running_stack: Stack, root: Path) -> None:
    port = str(urlsplit(running_stack.portal).port)
    command = [sys.executable, "-m", "infra.doctor", "--local", port]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - our own program

    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    assert " 0 WRONG" in ended.stdout
    assert "only on AWS" in ended.stdout


def test_it_says_what_to_do_where_nothing_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--local", "1"]) == 2
    assert "make run PORT=1" in capsys.readouterr().err


@contextmanager
def secret(name: str, value: str | None) -> Iterator[None]:
    """Let the secret be another, or none, for as long as the block runs."""
    ssm = boto3.client("ssm")
    kept = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    if value is None:
        ssm.delete_parameter(Name=name)
    else:
        ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
    yield
    ssm.put_parameter(Name=name, Value=kept, Type="SecureString", Overwrite=True)


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        (HMAC, None, {"secrets", "payment page", "direct calls"}),
        (HMAC, "0123", {"secrets", "payment page", "direct calls"}),
        (HMAC, "00ff" * 32, {"payment page", "direct calls"}),
        (SEALING, "0123", {"secrets"}),
        (SEALING, None, set()),
    ],
)
def test_wrong_secret_makes_the_lines_red_that_need_it_and_is_not_printed(
    deployed: Deployed,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str | None,
    wrong: set[str],
) -> None:
    with secret(name, value):
        assert red(deployed) == wrong
        assert report(changed(deployed)) == int(bool(wrong))

    said = capsys.readouterr().out
    assert value is None or value not in said.replace("/0123", "")


def test_sender_that_is_not_verified_is_red(deployed: Deployed) -> None:
    assert red(changed(deployed, mail_from="inscription@nowhere.test")) == {"mail"}


@pytest.mark.parametrize(
    ("setting", "value", "wrong"),
    [
        ("base_url", "http://127.0.0.1:1", {"portal", "CAS"}),
        ("cas_url", "http://127.0.0.1:1/cas", {"CAS"}),
        ("paybox_page_urls", "http://127.0.0.1:1/php/", {"payment page"}),
        ("paybox_direct_urls", "http://127.0.0.1:1/PPPS.php", {"direct calls"}),
        ("paybox_rang", "99", {"payment page", "direct calls"}),
        ("cvec_url", "http://127.0.0.1:1", {"evidence"}),
        ("api_particulier_url", "http://127.0.0.1:1", {"evidence"}),
        ("school_siret", "", {"evidence"}),
        ("school_siret", "1234", {"evidence"}),
    ],
)
def test_wrong_setting_is_red(deployed: Deployed, setting: str, value: str, wrong: set[str]) -> None:
    assert red(changed(deployed, **{setting: value})) == wrong


def test_campaign_that_is_over_is_red_and_one_to_come_is_not(deployed: Deployed) -> None:
    over, to_come = (
        changed(deployed, now=lambda day=day: day)
        for day in (MANUAL_DAY + timedelta(days=700), MANUAL_DAY - timedelta(days=700))
    )

    assert "campaign" in red(over)
    assert "campaign" not in red(to_come)


def test_message_that_failed_five_times_is_red(deployed: Deployed) -> None:
    sqs, url = boto3.client("sqs"), deployed.outputs["DebitFailures"]
    sqs.send_message(QueueUrl=url, MessageBody="{}")

    assert red(deployed) == {"queues"}

    sqs.purge_queue(QueueUrl=url)
    assert red(deployed) == set()


def test_brake_that_is_on_is_red_until_it_is_released(deployed: Deployed) -> None:
    apply_brake(deployed.services, Brake.DEBITS, "wrong tariff", "operator")

    assert red(deployed) == {"brakes"}

    release_brake(deployed.services, Brake.DEBITS, "mended", "operator")
    assert red(deployed) == set()


def test_queue_without_its_queue_of_failures_is_red(deployed: Deployed) -> None:
    elsewhere = dict(deployed.outputs) | {"OutboxFailures": deployed.outputs["DebitFailures"]}

    assert red(changed(deployed, outputs=elsewhere)) == {"queues"}


def test_key_of_second_factors_that_is_disabled_is_red(deployed: Deployed) -> None:
    kms = boto3.client("kms")
    key = kms.describe_key(KeyId=deployed.settings.sealing_kms_key)["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)

    assert red(deployed) == {"second factors"}

    kms.enable_key(KeyId=key)


def test_bucket_without_versions_is_red(deployed: Deployed) -> None:
    s3 = boto3.client("s3")
    for status, wrong in (("Suspended", {"documents"}), ("Enabled", set())):
        s3.put_bucket_versioning(Bucket=deployed.settings.bucket, VersioningConfiguration={"Status": status})
        assert red(deployed) == wrong


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "UPDATE_IN_PROGRESS"])
def test_stack_that_is_not_complete_is_red(deployed: Deployed, status: str) -> None:
    assert red(changed(deployed, status=status)) == {"stack"}


def test_stack_without_its_outputs_or_with_a_long_name_is_red(deployed: Deployed) -> None:
    few = {name: each for name, each in deployed.outputs.items() if name != "Documents"}

    assert red(changed(deployed, outputs=few)) == {"stack"}
    assert red(changed(deployed, stack="quittance-clermont-auvergne-inp-rehearsal")) == {"stack"}
