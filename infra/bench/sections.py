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


ABOVE_FLOOR = 1.15
"""What a figure may be of its floor: as much as an invoice may be of its own layout."""


@dataclass(frozen=True)
class Mark:
    """A figure and what it may come to: at most `mark`, or at least."""

    what: str
    found: float
    mark: float
    is_least: bool = False
    unit: str = "×"
    told: str = ""
    """A sentence: what the figure is made of."""
    floor: float | None = None
    """The same figure of what cannot be left out, measured in the same run."""

    @property
    def is_held(self) -> bool:
        return self._is_within(self.mark)

    @property
    def is_at_floor(self) -> bool:
        """Tell whether the mark is beyond the floor, and the figure within `ABOVE_FLOOR` of that."""
        if self.floor is None or self._is_reachable:
            return False
        return self._is_within(self.floor / ABOVE_FLOOR if self.is_least else self.floor * ABOVE_FLOOR)

    @property
    def is_missed(self) -> bool:
        return not self.is_held and not self.is_at_floor

    @property
    def sentence(self) -> str:
        side = "at least" if self.is_least else "at most"
        floor = f" Its floor is {self.floor:,.2f}." if self.floor is not None else ""
        found = f"{self.found:,.2f} {self.unit}".strip()
        return f"{self.what}: {found}, and {side} {self.mark:,.2f} is the mark.{floor} {self.told}".strip()

    @property
    def _is_reachable(self) -> bool:
        return self.floor is None or (self.floor >= self.mark if self.is_least else self.floor <= self.mark)

    def _is_within(self, limit: float) -> bool:
        return self.found >= limit if self.is_least else self.found <= limit


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
