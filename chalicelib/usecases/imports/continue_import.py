from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.imports.comparison import Stored
from chalicelib.domain.imports.student_import import StudentImport, advanced
from chalicelib.domain.imports.students import Student, StudentFile
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.imports.import_students import (
    Registrations,
    continuation,
    read_file,
    read_stored,
    registrations_of,
)
from chalicelib.usecases.imports.ports import ImportPorts
from chalicelib.usecases.imports.write_student import write_student
from chalicelib.usecases.isolation import Passed, for_each

SLICE = 50
LONGEST_REQUEST = timedelta(seconds=18)
"""The time after which the request that begins an import leaves the rest to the queue: it has 29 seconds."""
LONGEST_MESSAGE = timedelta(seconds=60)
"""The same for a message of the queue: its function is stopped after 120 seconds."""


def continue_import(ports: ImportPorts, until: datetime | None = None) -> StudentImport | None:
    """Write the students that are left of the running import; what is left at `until`, queue.

    Without a time it is that of a message of the queue.

    Each student is written alone, under the condition that nobody changed the rows meanwhile: two that go on
    with the same import, or one that goes on after a crash, write nobody twice.
    """
    run = ports.imports.last()
    if run is None or not run.is_running:
        return run
    run = _written(ports, run, until or ports.now() + LONGEST_MESSAGE)
    if run.is_running:
        with suppress(ConcurrentUpdate):  # already queued
            ports.store.commit(Changes(outbox=(continuation(ports, run),)))
    else:
        ports.documents.erase(f"imports/{run.id}/")
    return run


def _written(ports: ImportPorts, run: StudentImport, until: datetime) -> StudentImport:
    campaign = ports.campaigns.get(run.campaign_id)
    file = read_file(ports, ports.import_files.get(run.id), campaign)
    registrations = registrations_of(ports, campaign)
    while run.is_running and ports.now() < until:
        run = _write_slice(ports, run, file, registrations, campaign)
    return run


def _write_slice(
    ports: ImportPorts,
    run: StudentImport,
    file: StudentFile,
    registrations: Registrations,
    campaign: Campaign,
) -> StudentImport:
    """Write some students and note how far the import is; a failing one delays no other."""
    students = file.students[run.done : run.done + SLICE]
    if not students:  # the campaign was changed since the file was checked: it has errors now
        failed = tuple(error.line for error in file.errors)
        return _noted(ports, run, advanced(run, run.students - run.done, failed, ports.now()))
    stored = read_stored(ports, students, registrations)
    failed = tuple(
        each.told.number for each in students if _is_failed(_isolated(ports, run, each, stored, campaign))
    )
    return _noted(ports, run, advanced(run, len(students), failed, ports.now()))


def _isolated(
    ports: ImportPorts, run: StudentImport, student: Student, stored: Stored, campaign: Campaign
) -> Passed:
    def write(each: Student) -> None:
        write_student(ports, run, each, stored, campaign)

    return for_each(ports, "student not imported", (student,), write)


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
