"""AWS on this machine: how ministack runs from its own environment, and for tests its start and stop."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".ministack" / "bin" / "python"
PROCESS = Path(__file__).with_name("ministack_process.py")
START_SECONDS = 60
STOP_SECONDS = 180  # it writes its state then; what `make deploy-local` deployed is hundreds of megabytes


class MinistackUnavailable(RuntimeError):
    """Ministack cannot serve; the message is a sentence that says what to do."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(state_dir: Path | None = None, port: int | None = None) -> Iterator[str]:
    """Serve on 127.0.0.1 and give the endpoint's address; without state_dir nothing is kept.

    Stops when the block ends, and also when this process dies in whatever way.
    """
    port = port or free_port()
    if answers(port):
        raise MinistackUnavailable(f"Port {port} is taken: stop what uses it, or choose another with PORT=….")
    with tempfile.TemporaryDirectory(prefix="quittance-") as scratch:
        process = _start(state_dir, port, Path(scratch))
        try:
            _wait_until_up(process, port, Path(scratch) / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            _stop(process)


def command() -> list[Path | str]:
    """Return what runs ministack; raise MinistackUnavailable where it is not installed."""
    if not PYTHON.exists():
        message = "The local AWS is not installed: `make run` and `make test` install it in .ministack/."
        raise MinistackUnavailable(message)
    return [PYTHON, "-P", PROCESS]  # -P: this folder has a ministack.py of its own


def answers(port: int) -> bool:
    """Tell whether something listens on this port of the loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def keep(endpoint_url: str) -> None:
    """Have the whole state written now; rows, messages, mails and objects are kept without it."""
    request = urllib.request.Request(f"{endpoint_url}/_quittance/keep", method="POST")  # noqa: S310 - a loopback http address
    urllib.request.urlopen(request, timeout=STOP_SECONDS).close()  # noqa: S310 - the same  # nosec B310


def purge(endpoint_url: str, queue_urls: Iterable[str]) -> None:
    """Forget every message of these queues."""
    named = urllib.parse.urlencode({"queue": list(queue_urls)}, doseq=True)
    request = urllib.request.Request(f"{endpoint_url}/_quittance/purge?{named}", method="POST")  # noqa: S310 - a loopback http address
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 - the same  # nosec B310


def sent_mails(endpoint_url: str, after: float = 0) -> list[dict[str, Any]]:
    """Return every mail that was given to SES after a time in seconds, oldest first."""
    address = f"{endpoint_url}/_quittance/mails?after={after}"
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - a loopback http address  # nosec B310
        return sorted(json.load(answer), key=lambda each: each["Timestamp"])


def _start(state_dir: Path | None, port: int, scratch: Path) -> subprocess.Popen[bytes]:
    with (scratch / "log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - both names are our own
            command(),
            env=environment(state_dir, port, scratch),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # the terminal's Ctrl-C must reach it last
        )


def environment(state_dir: Path | None, port: int, scratch: Path) -> dict[str, str]:
    """Name all that ministack may know: a variable of this machine must not reach it."""
    told = {
        "PATH": os.environ.get("PATH", os.defpath),
        "TMPDIR": str(scratch),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": "eu-west-3",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "S3_DATA_DIR": str(scratch / "s3"),
        "STATE_DIR": str(scratch / "state"),
    }
    if state_dir is not None:
        state_dir.mkdir(parents=True, exist_ok=True)
        told |= {
            "PERSIST_STATE": "1",
            "STATE_DIR": str(state_dir.resolve() / "aws"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(state_dir.resolve() / "s3"),
        }
    return told


def _wait_until_up(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = log.read_text(errors="replace").strip()[-2000:]
            raise MinistackUnavailable(f"The local AWS stopped at once. It said:\n{said}")
        if is_ready(port):
            return
        time.sleep(0.02)
    raise MinistackUnavailable(f"The local AWS did not answer on port {port} within {START_SECONDS} seconds.")


def is_ready(port: int) -> bool:
    """Tell whether ministack serves there with all of its state."""
    with suppress(urllib.error.URLError, OSError):
        address = f"http://127.0.0.1:{port}/_ministack/ready"
        with urllib.request.urlopen(address, timeout=5) as answer:  # nosec B310 # loopback
            return bool(answer.status == HTTPStatus.OK)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin:
        process.stdin.close()
