from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.access import Action, permit
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.imports.comparison import Stored, identities_of
from chalicelib.domain.imports.effects import Effects, beyond, read, written
from chalicelib.domain.imports.mistakes import ImportFileMissing, ImportMoved, ImportRunning
from chalicelib.domain.imports.report import ImportReport, report_of
from chalicelib.domain.imports.student_import import ImportState, StudentImport
from chalicelib.domain.imports.students import Reader, Student, StudentFile
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.imports.ports import ImportPorts
from chalicelib.usecases.telephones import telephone

CONTINUED_AFTER = timedelta(minutes=1)
"""The delay after which the queue goes on with an import: the request that began it is over by then."""

SEEN = "seen.json"
"""The name of what the preview of a file said, beside the file."""

Registrations = Mapping[str, Sequence[Registration]]


@dataclass(frozen=True)
class CheckedFile:
    """A file that was read and compared with what is stored; only one without errors can be imported."""

    data: bytes
    campaign: Campaign
    report: ImportReport


def check_students(ports: ImportPorts, data: bytes, by: Person) -> CheckedFile:
    """Return what a file of students would change, or every error in it; write nothing."""
    permit(by, Action.IMPORT_STUDENTS, "")
    campaign = ports.campaigns.current()
    file = read_file(ports, data, campaign)
    stored = (
        read_stored(ports, file.students, registrations_of(ports, campaign)) if file.students else Stored()
    )
    return CheckedFile(data, campaign, report_of(file, stored, by.id))


def keep_file(ports: ImportPorts, checked: CheckedFile) -> str:
    """Keep a file, and what its report says, until an administrator confirms its import; return its id."""
    import_id = ports.new_id()
    keep_seen(ports, import_id, checked.report.effects)
    ports.import_files.put(import_id, checked.data)
    return import_id


def keep_seen(ports: ImportPorts, import_id: str, effects: Effects, name: str = SEEN) -> None:
    ports.import_files.put(import_id, written(effects), name)


def seen_of(ports: ImportPorts, import_id: str, name: str = SEEN) -> Effects | None:
    """Return what a preview said; None if the import had none."""
    try:
        return read(ports.import_files.get(import_id, name))
    except NotFound:
        return None


def kept_file(ports: ImportPorts, import_id: str) -> bytes:
    """Return a kept file; raise `ImportFileMissing` if it was imported, or forgotten for a day."""
    try:
        return ports.import_files.get(import_id)
    except NotFound:
        raise ImportFileMissing from None


def import_students(ports: ImportPorts, checked: CheckedFile, by: Person, import_id: str) -> StudentImport:
    """Begin the import of a checked file, kept under `import_id`; `continue_import` writes its students.

    Raise `ImportRunning` while another one is running, `ImportMoved` if it would write what was not said when
    the file was kept. The same id again begins nothing.
    """
    last = ports.imports.last()
    if last and last.id == import_id:
        return last
    require_free(ports, last, by)
    if beyond(seen_of(ports, import_id) or {}, checked.report.effects):
        raise ImportMoved
    run = _run_of(ports, checked, by, import_id, last.version if last else 0)
    try:
        ports.store.commit(beginning(ports, run, continuation(ports, run)))
    except ConcurrentUpdate:
        raise running(ports, ports.imports.last() or run) from None
    return run


def require_free(ports: ImportPorts, last: StudentImport | None, by: Person) -> None:
    """Raise `ImportRunning`, with who began it and when, while another import is under way."""
    if last and last.holds_off(by.id, ports.now()):
        raise running(ports, last)


def running(ports: ImportPorts, last: StudentImport) -> ImportRunning:
    by = ports.people.person(last.started_by)
    return ImportRunning(f"{by.first_name} {by.last_name}", last.started_at)


def _run_of(
    ports: ImportPorts, checked: CheckedFile, by: Person, import_id: str, version: int
) -> StudentImport:
    report = checked.report
    return StudentImport(
        id=import_id,
        campaign_id=checked.campaign.id,
        started_by=by.id,
        started_at=ports.now(),
        students=report.students,
        new=report.new,
        changed=report.changed,
        unchanged=report.unchanged,
        missing=len(report.missing),
        version=version + 1,
    )


def beginning(ports: ImportPorts, run: StudentImport, *queued: OutboxEntry) -> Changes:
    """Return the changes that begin to write."""
    counts = {"new": str(run.new), "changed": str(run.changed), "missing": str(run.missing)}
    entry = audited(ports, run.started_by, Act.IMPORT_STARTED, run.started_by, run.id, **counts)
    return Changes((run,), entry, queued)


def continuation(ports: ImportPorts, run: StudentImport, after: timedelta = CONTINUED_AFTER) -> OutboxEntry:
    """Return the entry that lets the queue go on with an import."""
    now = ports.now()
    looked_at = (
        f"-{int(now.timestamp())}" if run.state is ImportState.UPLOADING else ""
    )  # nothing changed since
    entry_id = f"{Topic.CONTINUE_IMPORT}-{run.id}-{run.version}{looked_at}"
    return OutboxEntry(entry_id, Topic.CONTINUE_IMPORT, "", "", now, not_before=now + after)


def reader_of(ports: ImportPorts, campaign: Campaign) -> Reader:
    from iso3166 import countries_by_alpha2  # noqa: PLC0415 - imports alone need it: cold start

    is_cvec_on = ports.cvec_source is not None
    return Reader(campaign, countries_by_alpha2, paris_day(ports.now()), telephone, is_cvec_on)


def read_file(ports: ImportPorts, data: bytes, campaign: Campaign) -> StudentFile:
    return reader_of(ports, campaign).read(data)


def registrations_of(ports: ImportPorts, campaign: Campaign) -> Registrations:
    """Return the registrations of a campaign by their person's id."""
    found: dict[str, list[Registration]] = {}
    for registration in ports.roster.registrations(campaign.id):
        found.setdefault(registration.person_id, []).append(registration)
    return found


def read_stored(ports: ImportPorts, students: Iterable[Student], registrations: Registrations) -> Stored:
    """Read what is stored of many students at once."""
    told = [student.told for student in students]
    owners = ports.roster.owners(key for line in told for key in identities_of(line).items())
    people = set(owners.values())
    return Stored(
        owners,
        ports.roster.logins(line.email for line in told),
        ports.roster.people(people),
        ports.roster.addresses(people),
        registrations,
    )
