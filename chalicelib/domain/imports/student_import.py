"""One import of a file of students: its counts, and how far it is. There is one at a time."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

MOST_FAILED_LINES = 50


class ImportState(StrEnum):
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True)
class StudentImport:
    """The last import. `students` are those in the file, `done` those handled: written, unchanged or failed.

    `new`, `changed`, `unchanged` and `missing` are what the file was going to change when it was checked.
    `failed_lines` are the first lines of students that could not be written, at most `MOST_FAILED_LINES`.
    """

    id: str
    campaign_id: str
    started_by: str
    started_at: datetime
    students: int
    new: int
    changed: int
    unchanged: int
    missing: int
    state: ImportState = ImportState.RUNNING
    done: int = 0
    failed: int = 0
    failed_lines: tuple[int, ...] = ()
    moved_at: datetime | None = None
    version: int = 1

    @property
    def is_running(self) -> bool:
        return self.state is ImportState.RUNNING


def advanced(run: StudentImport, handled: int, failed: tuple[int, ...], now: datetime) -> StudentImport:
    """Return the import after a slice of students; `failed` are the lines that could not be written."""
    done = run.done + handled
    return replace(
        run,
        done=done,
        failed=run.failed + len(failed),
        failed_lines=(*run.failed_lines, *failed)[:MOST_FAILED_LINES],
        state=ImportState.DONE if done >= run.students else ImportState.RUNNING,
        moved_at=now,
        version=run.version + 1,
    )
