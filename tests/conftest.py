"""What many tests share: one local AWS and one running stack a test process."""

import functools
import gc
import importlib
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import httpx._transports.default as transports
import pytest
from botocore import session as aws_sessions
from hypothesis import settings

from infra.local import environment, ministack, resources
from infra.local.function_start import recorded_calls
from tests import traced
from tests.infra.rights import lines_of, missing

LONGEST = (
    "infra/test_deployed_school.py",
    "proof/test_simulation.py",
    "journeys/test_openapi.py",
    "infra/test_faults.py",
    "infra/test_season.py",
    "infra/test_audit_command.py",
    "browser/test_desks.py",
    "browser/test_book_stories.py",
    "browser/test_stories.py",
    "proof/test_crash_points.py",
    "integration/test_parallel_debits.py",
    "infra/test_package.py",
    "infra/test_compiled_templates.py",
    "infra/test_processes.py",
    "infra/test_doctor.py",
)
"""The files that take longest, from the longest on: a worker that begins one last ends alone."""
FIRST_PORT, PORT_ROWS = 11_000, 2_800
HERE = Path(__file__).parent

settings.register_profile("on any machine", settings.default, deadline=None)
settings.load_profile("on any machine")
"""A busy machine is no fault of an example."""

transports.create_ssl_context = functools.cache(transports.create_ssl_context)
"""A client reads all authorities of the machine, 20 ms of CPU; the thousands of these tests share theirs."""
aws_sessions.create_loader = functools.cache(aws_sessions.create_loader)
"""The same for the models of AWS's services: 50 ms for the first client of each session of botocore."""


COVERED = ("domain", "usecases", "gateway")
"""The packages of which every branch is to be reached."""

gc.disable()  # until all is collected: nothing that collection makes is garbage


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Trace no collection, which would take twice as long.

    What an import reaches is counted by importing all that is covered, once a run: not again in the workers.
    """
    if controller := _coverage(session.config):
        if "PYTEST_XDIST_WORKER" not in os.environ:
            for package in COVERED:
                for module in sorted((ministack.ROOT / "chalicelib" / package).rglob("*.py")):
                    path = module.relative_to(ministack.ROOT).with_suffix("")
                    importlib.import_module(".".join(path.parts).removesuffix(".__init__"))
        _trace_nothing(controller)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave out of each collection of garbage what stays until the end: all modules and tests."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the heavy counts to `make prove`; let workers begin with what takes longest."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        rank = {name: number for number, name in enumerate(LONGEST)}
        items.sort(key=lambda item: rank.get(_name(item), len(LONGEST)))
    if not os.environ.get("PROVE"):
        heavy = [item for item in items if item.get_closest_marker("prove")]
        items[:] = [item for item in items if item not in heavy]
        config.hook.pytest_deselected(items=heavy)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Count the branches that the traced tests reach."""
    if controller := _coverage(item.config):
        is_traced = traced.is_traced(item.nodeid.removeprefix("tests/"))
        if is_traced != controller.started:
            controller.resume() if is_traced else _trace_nothing(controller)
    return (yield)


def _coverage(config: pytest.Config) -> Any:
    """Return what starts and stops the coverage of this process, None where nothing is counted."""
    plugin = config.pluginmanager.getplugin("_cov")
    return plugin and plugin.cov_controller


def _trace_nothing(controller: Any) -> None:
    """Pause the coverage of this process, and stop the one that pytest-cov starts before it in a worker.

    That one is never read, and would go on where the other pauses.
    """
    controller.pause()
    while earlier := type(controller.cov).current():
        earlier.stop()


def _name(item: pytest.Item) -> str:
    """Return the path of a test's file from this folder."""
    return str(item.path).removeprefix(f"{HERE}{os.sep}")


@pytest.fixture(scope="session")
def aws() -> Iterator[str]:
    """Point every AWS client of this process at a ministack of its own, for as long as it tests."""
    before = dict(os.environ)
    with ministack.running() as endpoint_url:
        environment.enter(os.environ, environment.local_aws(endpoint_url))
        yield endpoint_url
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def shared_names(aws: str) -> resources.Names:
    """The table, the bucket and the queues of this test process."""
    return resources.create(aws, prefix=f"test-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def names(shared_names: resources.Names) -> resources.Names:
    """A table, a bucket and queues with nothing in them."""
    resources.empty(shared_names)
    return shared_names


class Stack(NamedTuple):
    """The running product, as addresses: portal, control server, gateway's simulator, school's CAS."""

    portal: str
    control: str
    paybox: str
    cas: str


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """`make run`'s own process on free ports, one a test process; ended by its own signal."""
    with started(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@contextmanager
def started(state: Path, *options: str) -> Iterator[Stack]:
    port = six_free_ports()
    command = [sys.executable, "-m", "infra.local", str(port), "--state", str(state), "--attached", *options]
    calls = Path(os.environ.get(recorded_calls.FOLDER, state / "calls"))
    calls.mkdir(exist_ok=True)
    told = os.environ | {recorded_calls.FOLDER: str(calls), environment.WEAK_HASH: "1"}
    with (state / "terminal.log").open("w+b") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=ministack.ROOT, env=told, stdin=subprocess.PIPE, stdout=log, stderr=log
        )
        stack = Stack(*(f"http://127.0.0.1:{port + shift}" for shift in (0, 1, 2, 4)))
        try:
            _wait_until_up(stack, process, state / "terminal.log")
            yield stack
        finally:
            process.terminate()
            process.communicate(timeout=60)
            assert process.returncode == 0
    assert missing(lines_of(calls)) == [], "asked of AWS beyond the function's policy"


@pytest.fixture
def stack(running_stack: Stack) -> Stack:
    """The running product in the demo's first state."""
    httpx.post(f"{running_stack.control}/reset", timeout=60).raise_for_status()
    return running_stack


def six_free_ports() -> int:
    """Return the first of six ports in a row that nobody uses; each test process looks elsewhere first.

    They are below those that the system gives to clients, and above all that chromium refuses.
    """
    for place in range(os.getpid(), os.getpid() + PORT_ROWS):
        port = FIRST_PORT + 6 * (place % PORT_ROWS)
        if not any(ministack.answers(each) for each in range(port, port + 6)):
            return port
    raise RuntimeError("no six free ports in a row")


def _wait_until_up(stack: Stack, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the stack did not start:\n{log.read_text()}")
        try:
            if httpx.get(f"{stack.control}/healthz", timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"the stack is not up after a minute:\n{log.read_text()}")
