"""The examples of `docs/examples.md` are those that the API's document gives, and both scripts run."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import Stack
from tests.journeys.api_examples import PAGE, page, script
from tests.journeys.conftest import Operator

TOOLS = ("bash", "curl", "jq")


def test_page_is_written_from_the_document() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.journeys.api_examples"


@pytest.mark.parametrize("language", ["sh", "python"])
def test_script_of_the_page_runs(operator: Operator, stack: Stack, language: str) -> None:
    missing = [tool for tool in TOOLS if language == "sh" and shutil.which(tool) is None]
    if missing:
        pytest.skip(f"NO {', '.join(missing).upper()}: the shell's examples were not run")
    command = ["bash", "-c", script("sh")] if language == "sh" else [sys.executable, "-c", script("python")]
    done = subprocess.run(  # noqa: S603 - our own examples
        command,
        env={**os.environ, "QUITTANCE": stack.portal},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "60100" in done.stdout
