"""The first day of a school of two, from a stack without anybody."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from chalicelib.campaigns.reader import shipped_text
from infra.local import ministack
from tests.conftest import Stack, started
from tests.journeys.conftest import log_in
from tests.journeys.test_campaigns_over_http import YEAR
from tests.journeys.test_imports_over_http import CHOSEN, counts, file_of, row, send, set_password

ALEX, SACHA = "alex@demo.test", "sacha@demo.test"
OF_TWO = (f"--second={SACHA}", "--second-roles=auditor accountant", "--roles=registrar")


@pytest.fixture(scope="module")
def empty_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with started(tmp_path_factory.mktemp("empty"), "--empty") as stack:
        yield stack


def first_admin(stack: Stack, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "infra.first_admin", f"--local={urlsplit(stack.portal).port}", *options]
    asked = {"cwd": ministack.ROOT, "capture_output": True, "text": True, "timeout": 60}
    done = subprocess.run(command, check=False, **asked)  # type: ignore[call-overload]  # noqa: S603 - our own program
    return done.returncode, done.stdout + done.stderr


def load_campaign(proposes: httpx.Client, applies: httpx.Client) -> None:
    path = f"/staff/campaigns/{YEAR}"
    headers = {"Content-Type": "application/yaml"}
    proposed = proposes.put(path, content=shipped_text(YEAR).encode(), headers=headers).raise_for_status()
    decision = f"{path}/versions/{proposed.json()['number']}/decision"
    assert applies.post(decision, json={"decision": "apply"}).json()["state"] == "applied"


def test_two_people_start_a_school(empty_stack: Stack) -> None:
    assert first_admin(empty_stack, "--email=alex")[0] == 1
    code, told = first_admin(empty_stack, f"--email={ALEX}", *OF_TWO)
    assert (code, "A mail with a link" in told) == (0, True)

    set_password(empty_stack, ALEX)
    set_password(empty_stack, SACHA)
    alex, sacha = log_in(empty_stack, ALEX, CHOSEN), log_in(empty_stack, SACHA, CHOSEN)
    assert sorted(alex.get("/me").json()["roles"]) == ["administrator", "registrar"]

    assert alex.get("/staff/campaigns").json()["items"] == [], "empty: the school loads its own"
    load_campaign(alex, sacha)
    assert counts(send(alex, "students", file_of(row(1), row(2))))[0] == 2
    assert alex.get("/staff/registrations").json()["items"]
    staff = b"email;nom;prenom;roles\nnoa@demo.test;TESTNO;Noa;comptable\n"
    assert counts(send(alex, "staff", staff))[0] == 1
    (change,) = sacha.get("/staff/role-changes").json()["items"]
    decision = f"/staff/role-changes/{change['id']}/decision"
    assert alex.post(decision, json={"decision": "approve"}).status_code == 403
    assert sacha.post(decision, json={"decision": "approve"}).json()["state"] == "applied"


def test_stack_that_does_not_run_is_named(tmp_path: Path) -> None:
    code, told = first_admin(Stack("http://127.0.0.1:1009", "", "", ""), f"--email={ALEX}")
    assert (code, "Nothing runs at port 1009" in told) == (2, True)


def test_unknown_role_is_named_with_those_there_are(empty_stack: Stack) -> None:
    code, told = first_admin(empty_stack, f"--email={ALEX}", "--roles=king")
    assert (code, "accountant, administrator, auditor, registrar" in told) == (1, True)
