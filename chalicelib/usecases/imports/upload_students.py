"""A large file goes to the bucket directly, and is checked and written part by part by the queue."""

import json
from contextlib import suppress
from datetime import timedelta

from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.imports.mistakes import ImportFileMissing, LineError, of_values
from chalicelib.domain.imports.student_import import (
    UPLOAD_LASTS,
    ImportState,
    StudentImport,
    arrived,
    confirmed,
)
from chalicelib.domain.imports.uploads import Upload, UploadForm
from chalicelib.domain.people import Person
from chalicelib.usecases.imports.import_students import beginning, continuation, require_free, running
from chalicelib.usecases.imports.ports import ImportPorts

MOST_BYTES = 60 * 1024**2
ERRORS = "errors.json"
LOOKED_AFTER = timedelta(seconds=15)


def upload_students(
    ports: ImportPorts, by: Person, *, is_dry_run: bool, then: str = ""
) -> tuple[StudentImport, UploadForm]:
    """Return an import that waits for its file, and the form to send the file with.

    `then` is the page to which the bucket sends a browser. Asked for again by the same person, the import
    that waits is returned, unless its file has come; another one takes its place. Raise `ImportRunning`.
    """
    permit(by, Action.IMPORT_STUDENTS, "")
    now, last = ports.now(), ports.imports.last()
    require_free(ports, last, by)
    run = _beginning(ports, last, by, is_dry_run=is_dry_run)
    if last and last.is_same_wait(run) and ports.import_files.size(last.id) is None:
        run = last
    else:
        _begin(ports, run)
    lasts = run.started_at + UPLOAD_LASTS - now
    return run, ports.import_files.form(run.id, Upload(MOST_BYTES, int(lasts.total_seconds()), then))


def _beginning(
    ports: ImportPorts, last: StudentImport | None, by: Person, *, is_dry_run: bool
) -> StudentImport:
    return StudentImport(
        ports.new_id(),
        ports.campaigns.current().id,
        by.id,
        ports.now(),
        0,
        0,
        0,
        0,
        0,
        state=ImportState.UPLOADING,
        is_dry_run=is_dry_run,
        version=last.version + 1 if last else 1,
    )


def _begin(ports: ImportPorts, run: StudentImport) -> None:
    try:
        ports.store.commit(Changes((run,), None, (continuation(ports, run, LOOKED_AFTER),)))
    except ConcurrentUpdate:
        raise running(ports, ports.imports.last() or run) from None


def look_for_upload(ports: ImportPorts, run: StudentImport) -> StudentImport:
    """Return the import as it is once its file is there; until then let the queue look again."""
    if ports.import_files.size(run.id) is not None:
        return _committed(ports, run, Changes((arrived(run),)))
    if run.awaits_upload(ports.now()):
        ports.store.commit(Changes(outbox=(continuation(ports, run, LOOKED_AFTER),)))
    return run


def confirm_upload(ports: ImportPorts, import_id: str, by: Person) -> StudentImport:
    """Let a checked file be written; the same again changes nothing."""
    permit(by, Action.IMPORT_STUDENTS, "")
    run = ports.imports.last()
    if run is None or run.id != import_id:
        raise ImportFileMissing
    if run.state is not ImportState.CHECKED:
        return run
    run = confirmed(run, by.id)
    return _committed(ports, run, beginning(ports, run, continuation(ports, run, timedelta(0))))


def errors_of(ports: ImportPorts, run: StudentImport) -> tuple[LineError, ...]:
    """Return the first errors of a refused file."""
    if run.state is not ImportState.REFUSED:
        return ()
    try:
        return errors_from(ports.import_files.get(run.id, ERRORS))
    except NotFound:  # forgotten after a day
        return ()


def errors_from(data: bytes) -> tuple[LineError, ...]:
    return tuple(of_values(each) for each in json.loads(data))


def _committed(ports: ImportPorts, before: StudentImport, changes: Changes) -> StudentImport:
    """Write, unless another came first; return how far the import is."""
    with suppress(ConcurrentUpdate):
        ports.store.commit(changes)
    return ports.imports.last() or before
