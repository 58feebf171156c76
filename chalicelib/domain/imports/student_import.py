"""One import of a file of students: its counts, and how far it is. There is one at a time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

MOST_FAILED_LINES = 50


class ImportState(StrEnum):
    """A large file is uploaded, checked part by part, and refused, or left as checked, or written."""

    RUNNING = "running"
    DONE = "done"
    UPLOADING = "uploading"
    CHECKING = "checking"
    REFUSED = "refused"
    CHECKED = "checked"


UPLOAD_LASTS = timedelta(hours=1)
"""How long the form of an upload is accepted."""
UPLOAD_HOLDS = timedelta(minutes=15)
"""How long an upload that has not come keeps others from importing."""


@dataclass(frozen=True)
class StudentImport:
    """The last import. `students` are those in the file, `done` those handled: written, unchanged or failed.

    `new`, `changed`, `unchanged` and `missing` are what the file was going to change when it was checked.
    `failed_lines` are the first lines of students that could not be written, at most `MOST_FAILED_LINES`.

    A large file has `parts`, and `part` is the next one to check or to write; `done` counts the students of
    the parts before it. While it is checked, `named` counts the registrations that it names, `errors` what is
    wrong in it, and `error_parts` are the parts with errors.
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
    moved_at: datetime | None = None  # of rows of earlier releases; nothing reads it
    lines: int = 0
    parts: int = 0
    part: int = 0
    is_dry_run: bool = False
    errors: int = 0
    error_parts: tuple[int, ...] = ()
    named: int = 0
    version: int = 1

    @property
    def is_running(self) -> bool:
        return self.state in {ImportState.RUNNING, ImportState.CHECKING}

    def holds_off(self, person_id: str, now: datetime) -> bool:
        """Return True if this person cannot begin another import."""
        if self.state is ImportState.UPLOADING:
            return person_id != self.started_by and now < self.started_at + UPLOAD_HOLDS
        return self.is_running

    def is_same_wait(self, asked: "StudentImport") -> bool:
        """Return True if this import waits for a file as another, `asked` for just now, would."""
        is_same = (self.started_by, self.campaign_id, self.is_dry_run) == (
            asked.started_by,
            asked.campaign_id,
            asked.is_dry_run,
        )
        is_recent = asked.started_at < self.started_at + UPLOAD_HOLDS
        return self.state is ImportState.UPLOADING and is_same and is_recent

    def awaits_upload(self, now: datetime) -> bool:
        return self.state is ImportState.UPLOADING and now < self.started_at + UPLOAD_LASTS


def advanced(run: StudentImport, handled: int, failed: tuple[int, ...]) -> StudentImport:
    """Return the import after a slice of students; `failed` are the lines that could not be written."""
    done = run.done + handled
    return replace(
        run,
        done=done,
        failed=run.failed + len(failed),
        failed_lines=(*run.failed_lines, *failed)[:MOST_FAILED_LINES],
        state=ImportState.DONE if done >= run.students else ImportState.RUNNING,
        version=run.version + 1,
    )


def arrived(run: StudentImport) -> StudentImport:
    """Return the import once its file is in the bucket."""
    return replace(run, state=ImportState.CHECKING, version=run.version + 1)


def cut_up(run: StudentImport, lines: int, students: int, parts: int, errors: int) -> StudentImport:
    """Return the import once its file is cut; without parts it is refused."""
    state = run.state if parts else ImportState.REFUSED
    told = replace(run, lines=lines, students=students, parts=parts, errors=errors, state=state)
    return replace(told, version=run.version + 1)


@dataclass(frozen=True)
class CheckedPart:
    """What is known of one part once it is compared with what is stored."""

    students: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    named: int = 0
    errors: int = 0


def checked(run: StudentImport, part: CheckedPart) -> StudentImport:
    """Return the import after the check of its next part."""
    failed = (run.part,) if part.errors else ()
    return replace(
        run,
        part=run.part + 1,
        done=run.done + part.students,
        new=run.new + part.new,
        changed=run.changed + part.changed,
        unchanged=run.unchanged + part.unchanged,
        named=run.named + part.named,
        errors=run.errors + part.errors,
        error_parts=(*run.error_parts, *failed),
        version=run.version + 1,
    )


def concluded(run: StudentImport, accepted: int) -> StudentImport:
    """Return the import after the check of all parts; `accepted` counts the campaign's registrations."""
    if run.errors:
        state = ImportState.REFUSED
        return replace(run, state=state, new=0, changed=0, unchanged=0, version=run.version + 1)
    state = ImportState.CHECKED if run.is_dry_run else ImportState.RUNNING
    missing = max(0, accepted - run.named)
    return replace(run, state=state, part=0, done=0, missing=missing, version=run.version + 1)


def confirmed(run: StudentImport, by: str) -> StudentImport:
    """Return a checked import once its confirmation allows writing it."""
    return replace(run, state=ImportState.RUNNING, started_by=by, version=run.version + 1)


def part_written(run: StudentImport, handled: int, failed: tuple[int, ...]) -> StudentImport:
    """Return the import after one of its parts was written; it is done after the last."""
    part = run.part + 1
    state = ImportState.RUNNING if part < run.parts else ImportState.DONE
    return replace(advanced(run, handled, failed), part=part, state=state)
