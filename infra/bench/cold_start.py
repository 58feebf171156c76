"""Timed in fresh interpreters: what a new Lambda sandbox pays before its first answer, less Lambda itself."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from botocore import xform_name

from infra.bench.timing import Comparison, Timing, compare
from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from infra.bench.recording import Call

MANDATED = (
    "import chalice.app, pynamodb.models",
    "from pydantic import BaseModel",
    "from aws_lambda_powertools import Logger, Metrics",
)
WITHOUT_PYNAMODB = tuple(line.replace(", pynamodb.models", "") for line in MANDATED)
"""Those of them that the application needs to be imported; its table comes with the first request."""

TIMED = """
import json, sys, time
given = json.load(sys.stdin)
began, worked = time.perf_counter(), time.process_time()
{work}
print(time.perf_counter() - began, time.process_time() - worked)
"""
FIRST_RECAP = (
    "import app",
    "from datetime import datetime",
    "from chalicelib.wiring import use_clock",
    "use_clock(lambda: datetime.fromisoformat(given['now']))",
    "assert app.app(given['event'], None)['statusCode'] == 200",
)
BARE_CALLS = (
    *MANDATED,
    "from pynamodb.connection import Connection",
    "client = Connection(region=given['region']).client",
    "[getattr(client, name)(**parameters) for name, parameters in given['calls']]",
)
RUNS = 11


def imports() -> list[Comparison]:
    return [
        _compare(("import app", ("import app",)), ("the mandated packages", MANDATED)),
        _compare(("import app", ("import app",)), ("the same without pynamodb", WITHOUT_PYNAMODB)),
    ]


def first_recap(event: dict[str, Any], calls: list[Call], now: str) -> Comparison:
    """Compare a whole cold recap with the mandated packages making the same calls of DynamoDB."""
    asked = [(xform_name(call.operation), call.parameters) for call in calls]
    given = {"event": event, "now": now, "region": "eu-west-3", "calls": asked}
    return _compare(
        ("import app and answer the first recap", FIRST_RECAP),
        ("the mandated packages and the same calls", BARE_CALLS),
        given,
    )


def _compare(
    subject: tuple[str, tuple[str, ...]], base: tuple[str, tuple[str, ...]], given: Any = None
) -> Comparison:
    return compare(
        (subject[0], lambda: _timing(subject[1], given)),
        (base[0], lambda: _timing(base[1], given)),
        warm_up=1,  # writes the .pyc
        runs=RUNS,
    )


def _timing(work: tuple[str, ...], given: Any) -> Timing:
    done = subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", TIMED.format(work="\n".join(work))],
        cwd=ROOT,
        input=json.dumps(given),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    clock, processor = done.stdout.splitlines()[-1].split()
    return Timing(float(clock), float(processor))
