"""The verifiers of docs/events.md, as they are written there, against the library of Standard Webhooks."""

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from chalicelib.domain.webhooks.signing import signed_headers

DOCUMENT = (Path(__file__).parents[3] / "docs" / "events.md").read_text(encoding="utf-8")
SECRET = (
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # pragma: allowlist secret - that of the specification's example
)
OTHER = "whsec_" + "A" * 43 + "="
BODY = '{"id":"evt-1","type":"payment.booked","été":60100}'.encode()
Verifier = Callable[[str, dict[str, str], bytes], bool]


def in_python() -> Verifier:
    (code,) = (
        each for each in re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL) if "is_genuine" in each
    )
    found: dict[str, Any] = {}
    exec(code, found)  # noqa: S102 - our own document  # nosec B102
    verifier: Verifier = found["is_genuine"]
    return verifier


def in_php() -> Verifier:
    php = shutil.which("php")
    if php is None:
        pytest.skip("NO PHP: the PHP verifier of docs/events.md was not run (apt install php-cli)")
    (code,) = re.findall(r"```php\n(.*?)```", DOCUMENT, re.DOTALL)
    asks = "list($secret, $headers, $body) = json_decode(stream_get_contents(STDIN), true);"
    asks += "echo is_genuine($secret, $headers, base64_decode($body)) ? 'yes' : 'no';"

    def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
        given = json.dumps([secret, headers, base64.b64encode(body).decode()])
        command = [php, "-r", code.removeprefix("<?php") + asks]
        told = subprocess.run(command, input=given, capture_output=True, text=True, check=True)  # noqa: S603 - our own document
        return told.stdout == "yes"

    return verify


@pytest.fixture(params=[in_python, in_php])
def verifier(request: pytest.FixtureRequest) -> Verifier:
    made: Verifier = request.param()
    return made


def signed_by_the_library(at: datetime, secret: str = SECRET) -> dict[str, str]:
    return {
        "webhook-id": "evt-1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("evt-1", at, BODY.decode()),
    }


def now() -> datetime:
    return datetime.now(UTC)


def test_genuine_message_is_taken_whoever_signed_it_right(verifier: Verifier) -> None:
    assert verifier(SECRET, signed_by_the_library(now()), BODY)
    ours = signed_headers((OTHER, SECRET), "evt-1", int(now().timestamp()), BODY)
    for secret in (SECRET, OTHER):
        assert verifier(secret, ours, BODY), "while two secrets sign, either verifies"


def test_forged_old_and_changed_messages_are_refused(verifier: Verifier) -> None:
    genuine = signed_by_the_library(now())
    assert not verifier(OTHER, genuine, BODY)
    assert not verifier(SECRET, genuine, BODY + b" ")
    assert not verifier(SECRET, genuine | {"webhook-id": "evt-2"}, BODY)
    assert not verifier(SECRET, genuine | {"webhook-signature": ""}, BODY)
    assert not verifier(SECRET, genuine | {"webhook-signature": "v1,"}, BODY)
    assert not verifier(SECRET, signed_by_the_library(now() - timedelta(minutes=6)), BODY)
    assert not verifier(SECRET, signed_by_the_library(now() + timedelta(minutes=6)), BODY)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_message_without_a_header_or_with_no_time_is_refused(verifier: Verifier, name: str) -> None:
    genuine = signed_by_the_library(now())
    assert not verifier(SECRET, {key: value for key, value in genuine.items() if key != name}, BODY)
    assert not verifier(SECRET, genuine | {"webhook-timestamp": "today"}, BODY)
    assert not verifier(SECRET, genuine | {"webhook-signature": "v1,é"}, BODY)


def test_example_of_the_specification_is_signed_as_it_says() -> None:
    """The vector that the specification and its libraries publish."""
    at, body = 1614265330, b'{"test": 2432232314}'
    headers = signed_headers((SECRET,), "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
