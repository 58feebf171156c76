"""docs/proofs.md is what the long runs recorded, and each of them is one of the page's."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS
from tests.long_runs import record
from tests.long_runs.record import PROOFS, Run, keep, page, run_of, stored, survivors
from tests.long_runs.rounds import PARTS


def test_page_is_what_was_recorded() -> None:
    assert record.PAGE.read_text(encoding="utf-8") == page(stored(), survivors())


def test_every_run_that_is_recorded_has_its_row() -> None:
    assert {run.proof for run in stored()} <= PROOFS.keys()
    assert TARGETS.keys() | PARTS.keys() <= PROOFS.keys()


def test_every_mutant_that_lives_has_its_reason_or_is_counted() -> None:
    assert all(each["reason"] for each in survivors())


def test_run_goes_on_from_what_was_done_of_its_commit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("KEPT", "PAGE", "SURVIVORS"):
        monkeypatch.setattr(record, name, tmp_path / name)
    monkeypatch.setattr(record, "_commit", lambda: "one")
    for rounds in (400, 250):
        run = run_of("P4")
        run.count += rounds
        keep(run)
    monkeypatch.setattr(record, "_commit", lambda: "two")
    keep(Run("P9", "two", "2022-06-24", 1000, 90))
    assert (run_of("P4").count, [each.count for each in stored()]) == (0, [650, 1000])
    told = (tmp_path / "PAGE").read_text(encoding="utf-8")
    assert "| 650 | 350 (`make rounds MINUTES=`) |" in told
    assert "| P9 | `two` | 2022-06-24 | 1 000 | 1.5 |" in told
    assert "| 1 000 | none |" in told
