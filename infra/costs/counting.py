"""What a function asks of AWS each time it runs: a line of JSON an invocation, into the folder COUNTED_CALLS.

A hook of the local stack's processes (LOCAL_HOOKS=infra.costs.counting). Units of DynamoDB are computed from
the items (infra.bench.capacity), which are read once more for it; what that takes is left out of the time.
"""

from __future__ import annotations

import copy
import json
import os
import time
from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.bench.capacity import units
from infra.bench.recording import Call, items_written, whole_items
from infra.local.function_start.recorded_calls import AROUND

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "COUNTED_CALLS"


@dataclass
class Invocation:
    """One run of a function: `calls` by service and operation, `cpu_ms` of its thread."""

    function: str
    asked: str
    cpu_ms: float = 0
    read_units: float = 0
    write_units: int = 0
    calls: Counter[str] = field(default_factory=Counter)


_running: ContextVar[Invocation | None] = ContextVar("running", default=None)


def install() -> None:
    from botocore.client import BaseClient  # noqa: PLC0415 - the same as in recorded_calls

    asked = BaseClient._make_api_call  # noqa: SLF001 - the same

    def counted(self: Any, operation: str, parameters: dict[str, Any]) -> Any:
        running = _running.get()
        if running is None:
            return asked(self, operation, parameters)
        running.calls[f"{self.meta.service_model.service_name}:{operation}"] += 1
        if self.meta.service_model.service_name != "dynamodb":
            return asked(self, operation, parameters)
        call = Call(operation, copy.deepcopy(parameters))
        with _apart(running):
            call.before = items_written(self, call)
        call.answer = asked(self, operation, parameters)
        with _apart(running):
            call.after, call.whole = items_written(self, call), whole_items(self, call)
            used = units(call)
        running.read_units += used.read
        running.write_units += used.write
        return call.answer

    BaseClient._make_api_call = counted  # noqa: SLF001 - the same
    AROUND.append(invocation)


@contextmanager
def invocation(function: str, asked: str) -> Iterator[None]:
    """Count what runs in the block, and write its line at the end."""
    running = Invocation(function, asked)
    token, began = _running.set(running), time.thread_time()
    try:
        yield
    finally:
        _running.reset(token)
        running.cpu_ms += (time.thread_time() - began) * 1000
        with (Path(os.environ[FOLDER]) / f"{os.getpid()}.jsonl").open("a") as file:
            file.write(json.dumps(vars(running)) + "\n")


@contextmanager
def _apart(running: Invocation) -> Iterator[None]:
    """Ask without being counted, and take the time off."""
    token, began = _running.set(None), time.thread_time()
    try:
        yield
    finally:
        _running.reset(token)
        running.cpu_ms -= (time.thread_time() - began) * 1000


class Reader:
    """What the processes of a stack wrote since the last look."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: Counter[str] = Counter()

    def new(self) -> list[Invocation]:
        found = []
        for path in sorted(self._folder.glob("*.jsonl")):
            lines = path.read_text().splitlines()[self._read[path.name] :]
            self._read[path.name] += len(lines)
            found += [_invocation(json.loads(line)) for line in lines]
        return found


def _invocation(told: dict[str, Any]) -> Invocation:
    return Invocation(**(told | {"calls": Counter(told["calls"])}))
