"""Starts the processes of the local stack, starts again what ends by itself, and says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

LOOK_SECONDS = 0.1
START_SECONDS = 120
STEADY_SECONDS = 60
"""Who ran that long did not end for the reason that ended the one before."""
LONGEST_PAUSE_SECONDS = 30


class StartFailed(RuntimeError):
    """A process ended before it served, or never served; the message is a sentence."""


@dataclass
class Part:
    """One process: how it is started, how one sees that it serves, how long it may take to stop."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    is_up: Callable[[], bool]
    stop_seconds: float = 30
    log: Path | None = None
    """Where its words go, if not to the terminal."""


@dataclass
class _Running:
    part: Part
    process: subprocess.Popen[bytes]
    began: float = field(default_factory=time.monotonic)
    ends: int = 0
    """How often in a row it ended by itself."""
    again_at: float | None = None
    is_awaited: bool = False

    def pause(self) -> float:
        """Return the seconds before it is started again: none at first, then doubled."""
        return 0 if self.ends <= 1 else min(2.0 ** (self.ends - 2), LONGEST_PAUSE_SECONDS)


class Supervisor:
    """`inherited` are descriptors that every process keeps open as long as it runs."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self.inherited: Sequence[int] = ()
        self._all: list[_Running] = []

    def start(self, parts: Sequence[Part], is_over: Callable[[float], bool]) -> bool:
        """Start them at once and wait until all serve; False if `is_over`, which also waits, says so before.

        Raise `StartFailed`.
        """
        new = [_Running(each, self._spawn(each)) for each in parts]
        self._all += new
        deadline = time.monotonic() + START_SECONDS
        while waiting := [each for each in new if not each.part.is_up()]:
            for each in waiting:
                if each.process.poll() is not None:
                    raise StartFailed(
                        f"{each.part.name} {_how(each.process.returncode)} at once.{_said(each.part)}"
                    )
            if time.monotonic() > deadline:
                raise StartFailed(f"{waiting[0].part.name} did not answer within {START_SECONDS} seconds.")
            if is_over(LOOK_SECONDS / 2):
                return False
        return True

    def look(self) -> None:
        """Start again what ended, after a pause that grows while it keeps ending."""
        now = time.monotonic()
        for each in self._all:
            if each.process.poll() is None:
                if each.is_awaited and each.part.is_up():
                    each.is_awaited = False
                    self._say(f"{each.part.name} serves again.")
            elif each.again_at is None:
                each.ends = 1 if now - each.began > STEADY_SECONDS else each.ends + 1
                each.again_at = now + each.pause()
                self._say(_told(each))
            elif now >= each.again_at:
                each.process, each.began = self._spawn(each.part), now
                each.again_at, each.is_awaited = None, True

    def stop(self) -> None:
        """End all in the opposite order, each asked first and killed if it does not."""
        for each in reversed(self._all):
            if each.process.poll() is None:
                each.process.terminate()
            try:
                each.process.wait(each.part.stop_seconds)
            except subprocess.TimeoutExpired:
                self._say(f"{each.part.name} does not stop: it is killed.")
                each.process.kill()
                each.process.wait()
            if each.process.stdin:
                each.process.stdin.close()
        self._all.clear()

    def _spawn(self, part: Part) -> subprocess.Popen[bytes]:
        out = part.log.open("ab") if part.log else None
        try:
            return subprocess.Popen(  # noqa: S603 - our own programs
                part.command,
                cwd=ROOT,
                env=dict(part.environment),
                stdin=subprocess.PIPE,  # its end tells the child that nobody is left to ask it to stop
                stdout=out,
                stderr=subprocess.STDOUT if out else None,
                pass_fds=self.inherited,
                start_new_session=True,  # the terminal's Ctrl-C must not reach it
            )
        finally:
            if out:
                out.close()


def program(name: str, *arguments: str) -> list[str]:
    """Return the command of a module of infra.local.processes."""
    return [sys.executable, "-m", f"infra.local.processes.{name}", *arguments]


def _told(ended: _Running) -> str:
    pause = ended.pause()
    when = f"in {pause:.0f} s" if pause else "now"
    often = f", {ended.ends} times in a row" if ended.ends > 1 else ""
    return (
        f"{ended.part.name} {_how(ended.process.returncode)}{often}: started again {when}.{_said(ended.part)}"
    )


def _how(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def _said(part: Part) -> str:
    """Quote the end of what it wrote, where the terminal did not show it."""
    if part.log is None or not part.log.exists():
        return ""
    with part.log.open("rb") as log:
        log.seek(max(0, os.fstat(log.fileno()).st_size - 2000))
        said = log.read().decode(errors="replace").strip()
    return f" It said:\n{said}" if said else ""
