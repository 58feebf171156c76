"""Every mail can be read at the control server, isolated from it, in both languages."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from chalicelib.domain.languages import Language
from infra.local import resources
from infra.local.control import create_control
from infra.local.mail_previews import TOPICS
from infra.local.ministack import sent_mails
from infra.local.resources import Names
from tests.infra.test_control import MAIL_FROM, SmallStack


@pytest.fixture
def stack(names: Names, aws: str, tmp_path: Path) -> SmallStack:
    resources.allow_mail_from(MAIL_FROM)
    return SmallStack(names, aws, tmp_path)


@pytest.fixture
def control(stack: SmallStack) -> FlaskClient:
    return create_control(stack).test_client()


@pytest.mark.parametrize("language", Language)
def test_each_mail_is_previewed_alone_and_runs_nothing(control: FlaskClient, language: Language) -> None:
    listed = control.get("/mails").text
    for topic in TOPICS:
        address = f"/mails/{topic}/{language}.html"
        shown = control.get(address)
        assert (
            f'sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" title="{topic}' in listed
        )
        assert f'src="{address}"' in listed
        assert shown.status_code == 200
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
        assert "sandbox allow-popups" in shown.headers["Content-Security-Policy"]
        assert f'<html lang="{language}"><head><base target="_blank">' in shown.text
        assert "None" not in shown.text


@pytest.mark.parametrize(
    "address", ["/mails/debit_notice/de.html", "/mails/forget_card/fr.html", "/mailbox/x.html"]
)
def test_mail_that_is_not_there_is_told_in_a_sentence(control: FlaskClient, address: str) -> None:
    answer = control.get(address)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_mail_that_was_sent_is_shown_as_it_was_made(
    control: FlaskClient, stack: SmallStack, aws: str
) -> None:
    import boto3  # noqa: PLC0415 - as the fixtures configure it

    boto3.client("ses").send_email(
        Source=MAIL_FROM,
        Destination={"ToAddresses": ["student@demo.test"]},
        Message={
            "Subject": {"Data": "Subject"},
            "Body": {"Text": {"Data": "Text"}, "Html": {"Data": "<html><head></head><p>Sent</p></html>"}},
        },
    )
    last = sent_mails(aws)[-1]
    assert sent_mails(aws, last["Timestamp"]) == []
    assert sent_mails(aws, last["Timestamp"] - 0.001) == [last]
    found = last["MessageId"]
    shown = control.get(f"/mailbox/{found}.html")
    assert "<p>Sent</p>" in shown.text
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert f'src="/mailbox/{found}.html"' in control.get("/").text
