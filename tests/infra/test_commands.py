"""The two commands, as far as they can be tried without installing anything."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is what is tried")

TOO_OLD = "#!/bin/sh\nexit 1\n"
WORKS = """#!/bin/sh
case "$1" in
  -c) exit 0 ;;
  --version) echo Python works ;;
  *) mkdir .venv ;;
esac
"""


def _make(root: Path, *arguments: str, path: Path | None = None) -> "subprocess.CompletedProcess[str]":
    ours = {"MAKEFLAGS", "MAKELEVEL", "PYTHON_TO_USE"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    if path is not None:
        environment["PATH"] = str(path)
    return subprocess.run(  # noqa: S603 - the project's own Makefile
        [shutil.which("make") or "make", *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def clone(root: Path, tmp_path: Path) -> Path:
    """A clone as make sees it before it has made anything."""
    for name in ("Makefile", "requirements.txt", "infra/constraints.txt", "infra/local/ministack.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with the shell's tools and no Python but those that fail to start."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for tool in ("sh", "touch", "rm", "awk"):
        (folder / tool).symlink_to(shutil.which(tool) or tool)
    for candidate in ("python3.13", "python3.12", "python3.11", "python3", "python"):
        (folder / candidate).write_text(TOO_OLD)
        (folder / candidate).chmod(0o755)
    return folder


def test_make_explains_itself(root: Path) -> None:
    said = _make(root)

    assert said.returncode == 0
    commands = "run test check prove bench package deploy deploy-local doctor reset clean help"
    for command in commands.split():
        assert f"  make {command} " in said.stdout


def test_machine_without_a_fitting_python_is_told_so(clone: Path, tools: Path) -> None:
    said = _make(clone, ".venv/.created", path=tools)

    assert said.returncode != 0
    assert "Quittance needs Python 3.11, 3.12 or 3.13" in said.stderr
    assert not (clone / ".venv").exists()


def test_candidate_that_fails_to_start_is_passed_over(clone: Path, tools: Path) -> None:
    works = tools / "python3.11"
    works.write_text(WORKS)
    (tools / "mkdir").symlink_to(shutil.which("mkdir") or "mkdir")

    said = _make(clone, ".venv/.created", path=tools)

    assert said.returncode == 0
    assert "Creating .venv with Python works" in said.stdout


def test_machine_without_the_python_that_ships_is_told_so(clone: Path, root: Path, tools: Path) -> None:
    for name in ("infra/local/requirements.txt", "infra/cloud/wheels.py"):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, clone / name)

    said = _make(clone, "package", path=tools)

    assert said.returncode != 0
    assert "What ships is packaged by Python 3.13, and none was found." in said.stderr
    assert "PYTHON_TO_SHIP=" in said.stderr


@pytest.mark.parametrize("port", ["0", "65532", "abc", "80.5", "-1"])
def test_port_that_is_none_is_told_in_a_sentence(root: Path, port: str) -> None:
    said = _start(root, "--", port)

    assert said.returncode == 2
    assert "is not a port: give a number" in said.stderr
    assert "Traceback" not in said.stderr


def test_port_that_is_taken_is_told_in_a_sentence_with_another(root: Path, aws: str, tmp_path: Path) -> None:
    taken = int(aws.rpartition(":")[2])

    said = _start(root, str(taken), "--state", str(tmp_path / "new"))

    assert said.returncode == 1
    assert f"Port {taken} is taken" in said.stderr
    assert "make run PORT=" in said.stderr
    assert not (tmp_path / "new").exists()


def _start(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "infra.local", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
