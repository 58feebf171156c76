"""What the tests in a browser found, page by page; `make accessibility` keeps it for the statement."""

import json
import os
import re
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CHECKS = ("axe", "narrow", "script", "keyboard", "forced_colours")
_found: dict[str, dict[str, bool]] = defaultdict(dict)
_engine = {"engine": "axe-core", "browser": "Chromium"}


def note(check: str, address: str, *, passes: bool) -> None:
    """Keep a result; a page that failed once has failed."""
    page = address_of_kind(address)
    _found[check][page] = _found[check].get(page, True) and passes


def read_engine(answer: dict[str, Any]) -> None:
    engine = answer.get("testEngine", {})
    _engine["engine"] = f"{engine.get('name')} {engine.get('version')}"
    agent = answer.get("testEnvironment", {}).get("userAgent", "")
    if version := re.search(r"Chrome/(\d+)", agent):
        _engine["browser"] = f"Chromium {version[1]}"


def address_of_kind(address: str) -> str:
    """Return the path of a page without its query, with identifiers left out."""
    path = address.partition("?")[0] or "/"
    return re.sub(r"[^/]*\d[^/]*", "…", path)


def write_if_asked() -> None:
    """Write the results to the file that ACCESSIBILITY_FILE names, if it does."""
    if not (name := os.environ.get("ACCESSIBILITY_FILE")) or not _found:
        return
    checks = [
        {
            "name": check,
            "pages": sorted(_found[check]),
            "failed": sorted(page for page, passes in _found[check].items() if not passes),
        }
        for check in CHECKS
        if _found[check]
    ]
    told = {"tested_on": datetime.now(UTC).date().isoformat(), **_engine, "checks": checks}
    Path(name).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
