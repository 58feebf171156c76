"""The package, unpacked, and fresh interpreters that run it: what a new Lambda sandbox pays, less Lambda."""

from __future__ import annotations

import os
import pickle  # nosec B403 - between our own processes
import subprocess
import zipfile
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from infra.bench.timing import Timing
from infra.cloud.runtime import RUNTIME
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PACKAGE = ROOT / "build" / "deployment.zip"
PYTHON = ROOT / ".ship" / "bin" / "python"

MANDATED = (
    "import chalice.app, pynamodb.models",
    "from pydantic import BaseModel",
    "from aws_lambda_powertools import Logger, Metrics",
)
PREPARED = """\
import pickle, sys, time
sys.path.insert(0, sys.argv[1])
given = pickle.load(sys.stdin.buffer)
began, worked = time.perf_counter(), time.process_time()
{work}
spent = time.perf_counter() - began, time.process_time() - worked
with open("/proc/self/status") as status:  # getrusage tells the parent's peak where that was higher
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
found = locals().get("found")
sys.stdout.flush()
sys.stdout.buffer.write(b"\\nMEASURED" + pickle.dumps((*spent, peak, found)))
"""
ANSWER = (
    "import {module} as application",
    "from types import SimpleNamespace",
    "from chalicelib.wiring import use_clock",
    "use_clock(lambda: given['now'])",
    "left = lambda: 300_000",
    "context = SimpleNamespace(function_name='b', aws_request_id='b', get_remaining_time_in_millis=left)",
    "answer = application.{handler}(given['event'], context)",
)
RECORDING = (
    "import copy",
    "from botocore.client import BaseClient",
    "found, told, asked = [], [], BaseClient._make_api_call",
    "def note(self, operation, parameters):",
    "    found.append((self.meta.service_model.service_name, operation, copy.deepcopy(parameters)))",
    "    made = asked(self, operation, parameters)",
    "    if found[-1][0] == 'dynamodb':",
    "        told.append((*copy.deepcopy(found[-1][1:]), made))",
    "    return made",
    "BaseClient._make_api_call = note",
)
BARE = (
    *MANDATED,
    "from pynamodb.connection import Connection",
    "connection = Connection(region='eu-west-3')",
    "clients = {'dynamodb': connection.client}",
    "for service, operation, parameters in given['calls']:",
    "    if service not in clients:",
    "        clients[service] = connection.session.create_client(service, 'eu-west-3')",
    "    clients[service]._make_api_call(operation, parameters)",
    "if given['questions']:",
    "    import ssl, urllib3",
    "    pool = urllib3.PoolManager(ssl_context=ssl.create_default_context())",
    "    for body in given['questions']:",
    "        form = {'Content-Type': 'application/x-www-form-urlencoded'}",
    "        pool.request('POST', given['gateway'], body=body, headers=form)",
)
IMPORTING = (
    *BARE,
    "import importlib",
    "for name in given['modules']:",
    "    importlib.import_module(name)",
)
"""The same calls, and the import of each module of ours that the first event loaded: nothing of it runs."""
MODELLED = ("import bare", "bare.modelled(given['facts'])()")
"""The rows of an event without an answer, read and written by models of their fields."""
VIEWED = (
    "import bare",
    "from types import SimpleNamespace",
    "context = SimpleNamespace(function_name='b', aws_request_id='b')",
    "view = bare.answering(given['event'], given['answer'], given['facts'], lambda: None)",
    "assert view(given['event'], context)['statusCode'] == given['answer']['statusCode']",
)
"""The same answer by a view without a rule of ours."""
LOADED = (
    "modules = [each for each in sys.modules if each.partition('.')[0] in ('app', 'chalicelib')]\n"
    "found = found, modules, told, answer"
)


class NotPackaged(RuntimeError):
    """There is no package, or no Python that it ships for; the message says what to do."""


class Ran(NamedTuple):
    """One fresh interpreter: its time, its memory at the peak in MB, what it recorded."""

    timing: Timing
    peak_mb: float
    found: Any


@contextmanager
def unpacked(package: Path = PACKAGE) -> Iterator[Path]:
    """Unpack the package as Lambda does."""
    if not package.exists() or not PYTHON.exists():
        raise NotPackaged(f"There is no package, or no {RUNTIME} that made it: run `make package` first.")
    with TemporaryDirectory(prefix="quittance-shipped-") as folder:
        with zipfile.ZipFile(package) as archive:
            archive.extractall(folder)
        yield Path(folder)


def run(folder: Path, work: Sequence[str], given: Any = None) -> Ran:
    """Run lines in the unpacked package and in nothing else; the start of Python is not timed."""
    environment = {name: each for name, each in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(  # noqa: S603 - our own interpreter and words
        [PYTHON, "-S", "-E", "-c", PREPARED.format(work="\n".join(work)), folder],
        cwd=folder,
        env=environment | {"POWERTOOLS_LOG_LEVEL": "CRITICAL"},
        input=pickle.dumps(given),
        stdout=subprocess.PIPE,
        check=True,
    )
    clock, processor, peak_kb, found = pickle.loads(done.stdout.rpartition(b"\nMEASURED")[2])  # noqa: S301 - of our own process  # nosec B301
    return Ran(Timing(clock, processor), peak_kb / 1024, found)


def answer(module: str, handler: str) -> tuple[str, ...]:
    """Return the lines that import a function and have it answer its first event."""
    return tuple(line.format(module=module, handler=handler) for line in ANSWER)
