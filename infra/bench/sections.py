"""What one part of the bench found: kept as JSON, so that a run goes on where the one before ended."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from infra.local.ministack import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KEPT = ROOT / ".bench" / "found"


@dataclass(frozen=True)
class Mark:
    """A figure and what it may come to: at most `mark`, or at least."""

    what: str
    found: float
    mark: float
    is_least: bool = False
    unit: str = "×"
    floor: str = ""
    """What keeps a figure from its mark, with its size, where that is known."""

    @property
    def is_missed(self) -> bool:
        return self.found < self.mark if self.is_least else self.found > self.mark

    @property
    def sentence(self) -> str:
        side = "at least" if self.is_least else "at most"
        told = f"{self.what}: {self.found:,.2f} {self.unit}, and {side} {self.mark:,.2f} is the mark."
        return f"{told} {self.floor}".strip()


def commit_of_checkout() -> str:
    """Return the commit of this checkout, marked where files differ from it."""
    asked = ["git", "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - the words above
    return done.stdout.strip() or "unknown"


@dataclass(frozen=True)
class Section:
    """One part of docs/benchmarks.md: `text` is its Markdown; `load` is the machine's at its end."""

    name: str
    text: str
    marks: Sequence[Mark] = ()
    commit: str = field(default_factory=commit_of_checkout)
    measured_on: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    def keep(self, folder: Path = KEPT) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        written = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / f"{self.name}.json").write_text(written, encoding="utf-8")


def kept(name: str, folder: Path = KEPT) -> Section | None:
    """Return what was found last, if anything was."""
    path = folder / f"{name}.json"
    if not path.exists():
        return None
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Section(**(told | {"marks": [Mark(**each) for each in told["marks"]]}))
