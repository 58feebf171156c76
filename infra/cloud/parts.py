"""The files of the template beside what Chalice writes, as one: resources, what rings, what is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from infra.local.resources import load

HERE = Path(__file__).resolve().parent
PARTS = tuple(HERE / name for name in ("resources.yaml", "alarms.yaml", "dashboards.yaml"))


def merged() -> dict[str, Any]:
    """Return the sections of all files; raise ValueError for a name that two of them give."""
    whole: dict[str, Any] = {}
    for part in PARTS:
        for section, names in load(part).items():
            kept = whole.setdefault(section, {})
            if twice := kept.keys() & names.keys():
                raise ValueError(f"{part.name} gives {', '.join(sorted(twice))} of {section} again.")
            kept.update(names)
    return whole
