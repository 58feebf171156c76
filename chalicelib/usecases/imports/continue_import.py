from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.imports.comparison import Stored
from chalicelib.domain.imports.effects import Effect, Effects
from chalicelib.domain.imports.mistakes import ImportMoved
from chalicelib.domain.imports.parts import students_in
from chalicelib.domain.imports.sheet import Sheet
from chalicelib.domain.imports.student_import import ImportState, StudentImport, advanced, part_written
from chalicelib.domain.imports.students import Student, StudentFile, repeated_students
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.imports.check_parts import (
    check_parts,
    part_of,
    read_index,
    seen_name,
    stored_of,
)
from chalicelib.usecases.imports.import_students import (
    CONTINUED_AFTER,
    Registrations,
    continuation,
    read_file,
    read_stored,
    reader_of,
    registrations_of,
    seen_of,
)
from chalicelib.usecases.imports.ports import ImportPorts
from chalicelib.usecases.imports.upload_students import look_for_upload
from chalicelib.usecases.imports.write_student import write_student
from chalicelib.usecases.isolation import Passed, for_each

SLICE = 50
LONGEST_MESSAGE = timedelta(seconds=60)
"""The same for a message of the queue: its function is stopped after 120 seconds."""


def continue_import(ports: ImportPorts, until: datetime | None = None) -> StudentImport | None:
    """Write the students that are left of the running import; what is left at `until`, queue.

    Without a time it is that of a message of the queue.

    Each student is written alone, under the condition that the rows are unchanged: two processes with the
    same import, or one that goes on after a crash, write no student twice.
    """
    run = ports.imports.last()
    if run and run.state is ImportState.UPLOADING:
        run = look_for_upload(ports, run)
    if run is None or not run.is_running:
        return run
    limit = until or ports.now() + LONGEST_MESSAGE
    run = _large(ports, run, limit) if _is_large(run) else _written(ports, run, limit)
    if run.is_running:
        with suppress(ConcurrentUpdate):  # already queued
            after = timedelta(0) if _is_large(run) else CONTINUED_AFTER
            ports.store.commit(Changes(outbox=(continuation(ports, run, after),)))
    elif run.state is ImportState.DONE:
        ports.documents.erase(f"imports/{run.id}/")
    return run


def _is_large(run: StudentImport) -> bool:
    return bool(run.parts) or run.state is ImportState.CHECKING


def _large(ports: ImportPorts, run: StudentImport, until: datetime) -> StudentImport:
    """Check a large file part by part, then write it part by part."""
    campaign = ports.campaigns.get(run.campaign_id)
    run = check_parts(ports, run, campaign, until)
    if run.state is not ImportState.RUNNING:
        return run
    cut_file, index = read_index(ports, run)
    while run.is_running and ports.now() < until:
        run = _write_part(ports, run, part_of(ports, run, cut_file, index), campaign)
    return run


def _write_part(ports: ImportPorts, run: StudentImport, part: Sheet, campaign: Campaign) -> StudentImport:
    file = reader_of(ports, campaign).read_lines(part, repeated_students)
    failed = tuple(dict.fromkeys(error.line for error in file.errors))  # the campaign was changed meanwhile
    handled = len(file.students) or len(students_in(part))
    stored, seen = stored_of(ports, file.students, campaign), seen_of(ports, run.id, seen_name(run.part))
    failed += _write(ports, run, file.students, stored, campaign, seen)
    return _noted(ports, run, part_written(run, handled, failed))


def _written(ports: ImportPorts, run: StudentImport, until: datetime) -> StudentImport:
    campaign = ports.campaigns.get(run.campaign_id)
    file = read_file(ports, ports.import_files.get(run.id), campaign)
    registrations = registrations_of(ports, campaign)
    seen = seen_of(ports, run.id)
    while run.is_running and ports.now() < until:
        run = _write_slice(ports, run, file, registrations, campaign, seen)
    return run


def _write_slice(
    ports: ImportPorts,
    run: StudentImport,
    file: StudentFile,
    registrations: Registrations,
    campaign: Campaign,
    seen: Effects | None,
) -> StudentImport:
    """Write some students and note how far the import is; a failing one delays no other."""
    students = file.students[run.done : run.done + SLICE]
    if not students:  # the campaign was changed since the file was checked: it has errors now
        failed = tuple(error.line for error in file.errors)
        return _noted(ports, run, advanced(run, run.students - run.done, failed))
    stored = read_stored(ports, students, registrations)
    failed = _write(ports, run, students, stored, campaign, seen)
    return _noted(ports, run, advanced(run, len(students), failed))


def _write(
    ports: ImportPorts,
    run: StudentImport,
    students: Sequence[Student],
    stored: Stored,
    campaign: Campaign,
    seen: Effects | None,
) -> tuple[int, ...]:
    """Write students one by one; return the lines of those that failed, or are not what was seen."""
    moved: list[Student] = []  # what another did meanwhile is no fault

    def write(each: Student) -> None:
        try:
            write_student(ports, run, each, stored, campaign, _seen_of(each, seen))
        except ImportMoved:
            moved.append(each)

    return tuple(
        each.told.number
        for each in students
        if _is_failed(for_each(ports, "student not imported", (each,), write)) or each in moved[-1:]
    )


def _seen_of(student: Student, seen: Effects | None) -> Effect | None:
    return None if seen is None else seen.get(student.told.number, frozenset())


def _is_failed(passed: Passed) -> bool:
    return bool(passed.failed or passed.lost)


def _noted(ports: ImportPorts, before: StudentImport, after: StudentImport) -> StudentImport:
    """Write how far the import is; if another goes on with it too, return how far that one is."""
    entry = None
    if not after.is_running:
        by, counts = after.started_by, {"students": str(after.students), "failed": str(after.failed)}
        entry = audited(ports, by, Act.IMPORT_FINISHED, by, after.id, **counts)
    try:
        ports.store.commit(Changes((after,), entry))
    except ConcurrentUpdate:
        return ports.imports.last() or before
    return after
