"""The command that creates the first administrator finds a deployed stack by its name."""

import uuid

import pytest

from chalicelib.domain.people import Role
from chalicelib.storage.people import DynamoPeople
from chalicelib.storage.table import Table
from infra.first_admin import DONE, REFUSED, UNREACHED, main
from infra.local import resources

ALEX = "--email=alex@demo.test"


def test_stack_gets_its_administrator_once(aws: str, capsys: pytest.CaptureFixture[str]) -> None:
    stack = f"test-{uuid.uuid4().hex[:12]}"
    names = resources.create(aws, prefix=stack)
    assert main([ALEX, f"--stack={stack}", "--name=TESTAL"]) == DONE
    (alex,) = DynamoPeople(Table(names.table, "eu-west-3")).staff()
    assert (alex.email, alex.last_name, alex.roles) == ("alex@demo.test", "TESTAL", {Role.ADMINISTRATOR})
    assert main(["--email=other@demo.test", f"--stack={stack}"]) == REFUSED
    assert "There is an administrator already" in capsys.readouterr().err


def test_unknown_stack_is_no_traceback(aws: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([ALEX, "--stack=unknown"]) == UNREACHED
    assert "unknown" in capsys.readouterr().err
