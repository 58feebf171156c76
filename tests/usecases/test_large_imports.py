"""A file too large for a request: uploaded, checked part by part, and written only if all of it is right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate, Forbidden
from chalicelib.domain.imports.mistakes import ImportFileMissing, ImportRunning
from chalicelib.domain.imports.student_import import UPLOAD_HOLDS, UPLOAD_LASTS, ImportState, StudentImport
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Person, Role
from chalicelib.domain.sessions import Credentials
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.imports import check_parts
from chalicelib.usecases.imports.continue_import import LONGEST_MESSAGE, continue_import
from chalicelib.usecases.imports.upload_students import confirm_upload, errors_of, upload_students
from tests.fakes.ports import FakePorts
from tests.unit.domain.test_import_files import CHRIS, HOME, text_of
from tests.usecases.sign_in_steps import acts

ADMIN = Person("00000000000000ad", "admin@demo.test", "Alex", "TESTAD", frozenset({Role.ADMINISTRATOR}))
OTHER = replace(ADMIN, id="00000000000000ae", email="other@demo.test", first_name="Sacha")
STUDENTS = 40
Row = dict[str, str]
ROWS = [
    CHRIS | HOME | {"numero_etudiant": f"T{n}", "email": f"t{n}@demo.test", "identifiant_cas": f"t{n}"}
    for n in range(STUDENTS)
]


@pytest.fixture
def school(ports: FakePorts, monkeypatch: pytest.MonkeyPatch) -> FakePorts:
    monkeypatch.setattr(check_parts, "PART", 6)
    for person in (ADMIN, OTHER):
        ports.memory.enrol(person, Credentials(person.id, "password"))
    return ports


def send(ports: FakePorts, *rows: Row, is_dry_run: bool = False) -> StudentImport:
    run, form = upload_students(ports, ADMIN, is_dry_run=is_dry_run)
    assert form.fields["key"] == run.id
    ports.import_files.put(run.id, text_of(*rows).encode())
    return run


def last(ports: FakePorts) -> StudentImport:
    found = ports.imports.last()
    assert found is not None
    return found


def let_the_queue_work(ports: FakePorts) -> StudentImport:
    """Deliver what is due until nothing of the import is left."""
    for _ in range(400):
        ports.move(seconds=15)
        due = [each for each in ports.outbox.pending(ports.at) if each.topic is Topic.CONTINUE_IMPORT]
        if not due:
            return last(ports)
        for entry in due:
            deliver_outbox(ports, entry.id)
    raise AssertionError("The import does not end")


def load(ports: FakePorts, *rows: Row, is_dry_run: bool = False) -> StudentImport:
    send(ports, *rows, is_dry_run=is_dry_run)
    return let_the_queue_work(ports)


def is_imported(ports: FakePorts, row: Row) -> bool:
    return ports.identities.find("student_number", row["numero_etudiant"].casefold()) is not None


def counts(run: StudentImport) -> tuple[int, int, int, int]:
    return run.new, run.changed, run.unchanged, run.missing


def test_file_is_checked_and_written_and_the_same_again_changes_nothing(school: FakePorts) -> None:
    run = load(school, *ROWS)
    assert (run.state, run.lines, run.students, run.done, run.failed) == (
        ImportState.DONE,
        STUDENTS,
        STUDENTS,
        STUDENTS,
        0,
    )
    assert run.parts > 3
    assert counts(run) == (STUDENTS, 0, 0, 0)
    assert all(is_imported(school, row) for row in ROWS)
    started, *_, finished = acts(school)
    assert (started, finished) == (Act.IMPORT_STARTED, Act.IMPORT_FINISHED)

    written = acts(school).count(Act.PERSON_IMPORTED)
    again = load(school, *ROWS[1:], ROWS[0] | {"nom": "AUTRE"})
    assert counts(again) == (0, 1, STUDENTS - 1, 0)
    assert acts(school).count(Act.PERSON_IMPORTED) == written
    fewer = load(school, *ROWS[:10], is_dry_run=True)
    assert counts(fewer) == (0, 1, 9, STUDENTS - 10)


def test_one_bad_line_writes_nothing_and_is_named(school: FakePorts) -> None:
    wrong = ROWS[20] | {"date_naissance": "31/02/2001"}
    run = load(school, *ROWS[:20], wrong, *ROWS[21:])
    assert (run.state, run.errors, counts(run)) == (ImportState.REFUSED, 1, (0, 0, 0, 0))
    (error,) = errors_of(school, run)
    assert (error.line, error.column, error.mistake.cause) == (22, "date_naissance", "date_not_valid")
    assert not any(is_imported(school, row) for row in ROWS)
    assert acts(school) == []
    assert load(school, *ROWS).state is ImportState.DONE


def test_errors_of_every_kind_are_told_in_the_order_of_the_lines(school: FakePorts) -> None:
    taken = ROWS[30] | {"email": ADMIN.email}
    twice = ROWS[39] | {"email": ROWS[0]["email"]}
    wrong = ROWS[5] | {"programme": "X1"}
    run = load(school, *ROWS[:5], wrong, *ROWS[6:30], taken, *ROWS[31:39], twice)
    told = [(each.line, each.mistake.cause) for each in errors_of(school, run)]
    assert told == [(7, "programme_unknown"), (32, "mail_taken"), (41, "mail_twice")]
    assert run.errors == 3


@pytest.mark.parametrize(("data", "cause"), [(b"PK\x03\x04", "file_zipped"), (b"", "file_empty")])
def test_file_that_cannot_be_read_is_refused_at_once(school: FakePorts, data: bytes, cause: str) -> None:
    run, form = upload_students(school, ADMIN, is_dry_run=False, then="https://school.test/staff")
    assert form.fields["success_action_redirect"] == "https://school.test/staff"
    school.import_files.put(run.id, data)
    refused = let_the_queue_work(school)
    assert (refused.state, refused.parts) == (ImportState.REFUSED, 0)
    assert [each.mistake.cause for each in errors_of(school, refused)] == [cause]
    school.import_files.kept.clear()
    assert errors_of(school, refused) == (), "forgotten after a day"


def test_dry_run_writes_nothing_until_somebody_confirms(school: FakePorts) -> None:
    run = load(school, *ROWS, is_dry_run=True)
    assert (run.state, run.new) == (ImportState.CHECKED, STUDENTS)
    assert not is_imported(school, ROWS[0])
    with pytest.raises(ImportFileMissing):
        confirm_upload(school, "another", ADMIN)
    with pytest.raises(Forbidden):
        confirm_upload(school, run.id, replace(ADMIN, roles=frozenset({Role.REGISTRAR})))
    begun = confirm_upload(school, run.id, OTHER)
    assert (begun.state, begun.started_by) == (ImportState.RUNNING, OTHER.id)
    assert confirm_upload(school, run.id, OTHER) == begun
    assert let_the_queue_work(school).state is ImportState.DONE
    assert is_imported(school, ROWS[0])


def test_work_goes_on_where_a_message_stopped(school: FakePorts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock takes half the time of a message: one or two parts fit in."""
    send(school, *ROWS)
    states, checked = set(), list[int]()

    def ticking() -> datetime:
        school.move(seconds=LONGEST_MESSAGE.total_seconds() / 8)
        return school.at

    monkeypatch.setattr(school, "now", ticking)
    for _ in range(300):
        run = continue_import(school)
        assert run is not None
        states.add((run.state, run.part))
        if run.state is ImportState.CHECKING:
            checked.append(run.done)
        if run.state is ImportState.DONE:
            break
    assert last(school).done == STUDENTS
    assert len(states) > 6
    assert checked == sorted(checked)
    assert 0 < checked[-1] <= STUDENTS
    assert all(is_imported(school, row) for row in ROWS)


def test_two_that_go_on_at_once_check_and_write_once(
    school: FakePorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(school, *ROWS)
    commit = school.store.commit
    beaten: list[int] = []

    def overtaken(changes: Changes) -> None:
        run = next((row for row in changes.rows if isinstance(row, StudentImport)), None)
        if run and run.version not in beaten:
            beaten.append(run.version)
            commit(changes)
            raise ConcurrentUpdate
        commit(changes)

    monkeypatch.setattr(school.store, "commit", overtaken)
    run = let_the_queue_work(school)
    assert (run.state, counts(run), run.done) == (ImportState.DONE, (STUDENTS, 0, 0, 0), STUDENTS)


def test_second_administrator_is_told_who_imports_and_since_when(school: FakePorts) -> None:
    run = send(school, *ROWS)
    begun_at = school.at
    with pytest.raises(ImportRunning) as refused:
        upload_students(school, OTHER, is_dry_run=True)
    assert (refused.value.by, refused.value.since) == ("Alex TESTAD", begun_at)
    again, _ = upload_students(school, ADMIN, is_dry_run=True)
    assert again.id != run.id, "who began may begin again"
    school.move(seconds=UPLOAD_HOLDS.total_seconds())
    upload_students(school, OTHER, is_dry_run=True)


def test_upload_that_is_asked_for_again_is_the_one_that_waits(school: FakePorts) -> None:
    """A client that lost the answer asks again; the form of either answer brings the same file."""
    run, form = upload_students(school, ADMIN, is_dry_run=True)
    school.move(seconds=600)
    again, other = upload_students(school, ADMIN, is_dry_run=True)
    assert (again, other.fields["key"]) == (run, form.fields["key"])
    assert last(school) == run
    assert [each.fields["seconds"] for each in (form, other)] == ["3600", "3000"], (
        "no form is accepted longer than the queue looks for its file"
    )


def campaign_has_changed(school: FakePorts) -> None:
    school.campaigns.change(replace(school.campaigns.current(), id="next"))


@pytest.mark.parametrize(
    ("meanwhile", "is_dry_run"),
    [
        (lambda _: None, False),
        (campaign_has_changed, True),
        (lambda school: school.move(seconds=UPLOAD_HOLDS.total_seconds()), True),
        (lambda school: school.import_files.put(last(school).id, b"sent"), True),
    ],
)
def test_upload_of_something_else_begins_anew(
    school: FakePorts, meanwhile: Callable[[FakePorts], None], *, is_dry_run: bool
) -> None:
    run, _ = upload_students(school, ADMIN, is_dry_run=True)
    meanwhile(school)
    again, _ = upload_students(school, ADMIN, is_dry_run=is_dry_run)
    assert again.id != run.id
    assert last(school) == again


def test_checking_holds_off_who_began_it_too(school: FakePorts) -> None:
    send(school, *ROWS)
    continue_import(school, school.at)
    assert last(school).state is ImportState.CHECKING
    with pytest.raises(ImportRunning):
        upload_students(school, ADMIN, is_dry_run=True)


def test_of_two_uploads_begun_at_once_one_is(school: FakePorts, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_students(school, ADMIN, is_dry_run=True)
    monkeypatch.setattr(school.imports, "last", lambda: None)
    with pytest.raises(ImportRunning):
        upload_students(school, OTHER, is_dry_run=True)


def test_upload_is_waited_for_until_its_form_is_over(school: FakePorts) -> None:
    upload_students(school, ADMIN, is_dry_run=False)
    begun_at = school.at
    run = let_the_queue_work(school)
    assert run.state is ImportState.UPLOADING
    assert timedelta(0) <= school.at - begun_at - UPLOAD_LASTS < timedelta(minutes=1)


def test_campaign_that_changes_while_students_are_written_fails_them_by_line(school: FakePorts) -> None:
    run = load(school, *ROWS, is_dry_run=True)
    confirm_upload(school, run.id, ADMIN)
    campaign = load_shipped("clermont-auvergne-inp-2022")
    school.campaigns.change(replace(campaign, programmes={"OTHER": next(iter(campaign.programmes.values()))}))
    done = let_the_queue_work(school)
    assert (done.state, done.done, done.failed) == (ImportState.DONE, STUDENTS, STUDENTS)
    assert not is_imported(school, ROWS[0])


def test_one_student_who_cannot_be_written_delays_no_other(
    school: FakePorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.alarms.expects_failures = True
    commit = school.store.commit

    def fails(changes: Changes) -> None:
        if any(isinstance(row, Person) and row.email == ROWS[3]["email"] for row in changes.rows):
            raise RuntimeError
        commit(changes)

    monkeypatch.setattr(school.store, "commit", fails)
    run = load(school, *ROWS)
    assert (run.state, run.failed, run.failed_lines) == (ImportState.DONE, 1, (5,))
