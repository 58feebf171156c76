"""The page of promises names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_proves_a_promise_exists() -> None:
    named = re.findall(r"`(tests/[^`]+)`", (ROOT / "docs" / "promises.md").read_text(encoding="utf-8"))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
