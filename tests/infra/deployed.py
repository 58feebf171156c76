"""A stack deployed onto the local AWS, and who acts on it: by its API Gateway, queues and schedules alone."""

import base64
import hashlib
import io
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch
from urllib.parse import urlsplit

import boto3
import httpx
import pytest
from pyotp import TOTP

from infra.cloud.release import ALIAS
from infra.deploy import local
from infra.local import environment, ministack
from tests.conftest import Stack, started
from tests.journeys.browser import Browser
from tests.journeys.conftest import Operator, Student, client

Found = TypeVar("Found")
CHOSEN = "quatre mots sans rapport"
LONGEST_WAIT_SECONDS = 100
EVENT = {
    "version": "0",
    "id": "00000000-0000-0000-0000-000000000000",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "000000000000",
    "time": "2022-06-24T08:00:00Z",
    "region": "eu-west-3",
    "resources": ["arn:aws:events:eu-west-3:000000000000:rule/it"],
    "detail": {},
}
"""What a rule of EventBridge tells the function of a schedule."""


@dataclass
class Deployed:
    """The deployed stack with the simulators beside it; `stack.portal` is its own host."""

    stack: Stack
    port: int
    began: float = field(default_factory=time.monotonic)
    secrets: dict[str, str] = field(default_factory=dict)
    told: str = ""
    """What the command of the first deployment said."""

    @classmethod
    def beside(cls, running: Stack, build: Path, **parameters: str) -> "Deployed":
        """Deploy the package beside what `make run` serves, as `make deploy-local` does."""
        port = urlsplit(running.portal).port or 0
        school = cls(running._replace(portal=f"http://{local.HOST}:{port + 3}"), port)
        school.told = school.deploys(build, **parameters)
        return school

    def deploys(self, build: Path, **parameters: str) -> str:
        """Deploy the package, with other parameters than the usual; return what the command says."""
        others = [f"{name}={value}" for name, value in parameters.items()]
        command = [sys.executable, "-m", "infra.deploy.local", str(self.port), str(build), *others]
        done = subprocess.run(command, cwd=ministack.ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def operator(self) -> Operator:
        return Operator(self.stack)

    def says(self, step: str) -> None:
        print(f"{time.monotonic() - self.began:6.1f} s  {step}", flush=True)  # noqa: T201 - how far it is

    def ends(self) -> None:
        """Delete the stack: the local AWS writes what it holds when it stops, the code of functions too."""
        cloudformation = boto3.client("cloudformation")
        cloudformation.delete_stack(StackName=local.STACK)
        waiter = cloudformation.get_waiter("stack_delete_complete")
        waiter.wait(StackName=local.STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60})

    def run(self, program: str, *options: str, act: str = "") -> tuple[int, str]:
        """Run a command that is given a stack's name, in this process; return its exit code and its words."""
        named = ["--stack", local.STACK, "--local", str(self.port)]
        command, told = import_module(f"infra.{program}"), io.StringIO()
        with patch.dict(os.environ), redirect_stdout(told), redirect_stderr(told):
            code: int = command.main([*filter(None, [act]), *named, *options])
        return code, told.getvalue()

    @cached_property
    def lambdas(self) -> Any:
        return boto3.client("lambda")

    @cached_property
    def functions(self) -> dict[str, str]:
        """The names of the deployed functions, by their names in the template."""
        resources = boto3.resource("cloudformation").Stack(local.STACK).resource_summaries.all()
        return {
            each.logical_id: each.physical_resource_id
            for each in resources
            if each.resource_type == "AWS::Lambda::Function"
        }

    def digests(self) -> set[str]:
        """Return the digest of the code of each function."""
        return {
            self.lambdas.get_function_configuration(FunctionName=each)["CodeSha256"]
            for each in self.functions.values()
        }

    def invokes(self, schedule: str) -> dict[str, Any]:
        """Invoke the function of a schedule with the event of its rule, before the rule's own time."""
        name = self.functions[schedule]
        answer = self.lambdas.invoke(FunctionName=name, Qualifier=ALIAS, Payload=json.dumps(EVENT).encode())
        told: dict[str, Any] = json.load(answer["Payload"])
        assert "FunctionError" not in answer, told
        return told

    def log_of(self, function: str) -> list[Any]:
        """Return what a function has written to its log."""
        group = f"/quittance/{local.STACK}/{function}"
        events: list[Any] = boto3.client("logs").filter_log_events(logGroupName=group)["events"]
        return events

    def mail_to(self, email: str, words: str) -> str:
        """Wait for the mail with these words in its subject; return its text."""
        return until(lambda: self._mail_to(email, words), f"a mail to {email}: {words}")

    def _mail_to(self, email: str, words: str) -> str:
        found = [each for each in self.operator.mails() if each["to"] == email and words in each["subject"]]
        return found[-1]["text"] if found else ""

    def sets_password(self, email: str, text: str) -> None:
        """Open the link of a mail and choose a password."""
        (token,) = re.findall(r"token=([\w-]+)", text)
        assert f"{self.stack.portal}/" in text
        given = {"token": token, "password": CHOSEN}
        httpx.post(f"{self.stack.portal}/api/v1/auth/password", json=given, timeout=30).raise_for_status()

    def logs_in(self, email: str) -> httpx.Client:
        """Open a session of the API, with a second factor where the person has set one up."""
        given = {"email": email, "password": CHOSEN} | self._code(email)
        opened = httpx.post(f"{self.stack.portal}/api/v1/auth/sessions", json=given, timeout=30)
        opened.raise_for_status()
        headers = {"Authorization": f"Bearer {opened.json()['token']}"}
        return client(base_url=f"{self.stack.portal}/api/v1", headers=headers)

    def enrols(self, email: str) -> None:
        """Log in at the pages and set up a second factor, as staff must the first time."""
        browser = Browser(self.stack)
        login = browser.opens("/login")
        browser.sends(login, "/login", email=email, password=CHOSEN)
        page = browser.opens("/second-factor/enrolment")
        (secret,) = re.findall(r'class="secret">([A-Z2-7 ]+)<', page.text)
        self.secrets[email] = secret.replace(" ", "")
        shown = browser.sends(page, "/second-factor/enrolment", code=self._code(email)["otp"])
        assert "Vos codes de secours" in shown.text

    def student(self, email: str) -> Student:
        return Student(self.logs_in(email), self.stack, email)

    def _code(self, email: str) -> dict[str, str]:
        """Return a code of a window that nobody used yet: the clock goes on by one."""
        if email not in self.secrets:
            return {}
        later = self.operator.time().timestamp() + 31
        self.operator.moves_the_clock_to(datetime.fromtimestamp(later, UTC).isoformat())
        return {"otp": TOTP(self.secrets[email]).at(int(later))}


@contextmanager
def deployed_school(build: Path, folder: Path, **parameters: str) -> Iterator[Deployed]:
    """Deploy a package beside a running stack of its own, which keeps its state in `folder`."""
    resolve = socket.getaddrinfo

    def by_loopback(host: Any, *rest: Any, **others: Any) -> Any:
        is_here = isinstance(host, str) and host.endswith(".localhost")  # RFC 6761
        return resolve("127.0.0.1" if is_here else host, *rest, **others)

    before = dict(os.environ)
    with pytest.MonkeyPatch.context() as patched, started(folder, "--empty") as running:
        patched.setattr(socket, "getaddrinfo", by_loopback)
        port = urlsplit(running.portal).port or 0
        environment.enter(os.environ, environment.local_aws(f"http://127.0.0.1:{port + 3}"))
        deployed = Deployed.beside(running, build, **parameters)
        yield deployed
        deployed.ends()
    os.environ.clear()
    os.environ.update(before)


def digest_of(build: Path) -> str:
    """Return the digest of a package's code, as Lambda writes it."""
    return base64.b64encode(hashlib.sha256((build / "deployment.zip").read_bytes()).digest()).decode()


def is_booked(student: Student, attempt_id: str) -> None:
    """Wait for the notification of a payment: its function may start cold, which takes seconds."""
    until(lambda: student.state_of(attempt_id) == "paid", "the notification of a payment")


def until(look: Callable[[], Found], what: str) -> Found:
    """Look again and again until there is something; fail with `what` was waited for."""
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.25)
    raise AssertionError(f"waited {LONGEST_WAIT_SECONDS} s in vain for {what}")
