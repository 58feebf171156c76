"""A school's file becomes people and registrations: once, and without taking anything away."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import (
    ConcurrentUpdate,
    FeeSituationNotAllowed,
    Forbidden,
    NotFound,
)
from chalicelib.domain.identities import Identity
from chalicelib.domain.imports.mistakes import ImportFileMissing, ImportRunning
from chalicelib.domain.imports.student_import import ImportState, StudentImport
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Person, Role
from chalicelib.domain.registration import RegistrationStatus, choose_fee_situation
from chalicelib.domain.sessions import Credentials
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.identities.link_identity import central_identities, link_identity
from chalicelib.usecases.identities.log_in_by_cas import log_in_by_cas
from chalicelib.usecases.imports.continue_import import SLICE, continue_import
from chalicelib.usecases.imports.import_students import (
    CheckedFile,
    check_students,
    import_students,
    keep_file,
    kept_file,
)
from tests.fakes.ports import FakePorts
from tests.unit.domain.test_import_files import CHRIS, HOME, NOA, text_of
from tests.usecases.conftest import Student
from tests.usecases.sign_in_steps import acts

ADMIN = Person("00000000000000ad", "admin@demo.test", "A", "TESTAD", frozenset({Role.ADMINISTRATOR}))
FULL = CHRIS | HOME | {"ine": "1234567890T", "identifiant_cas": "Chris", "langue": "en"}
Row = dict[str, str]


@pytest.fixture
def school(ports: FakePorts) -> FakePorts:
    ports.memory.enrol(ADMIN, Credentials(ADMIN.id, "password"))
    return ports


def check(ports: FakePorts, *rows: Row) -> CheckedFile:
    return check_students(ports, text_of(*rows).encode(), ADMIN)


def counts(ports: FakePorts, *rows: Row) -> tuple[int, int, int, int]:
    report = check(ports, *rows).report
    assert report.errors == ()
    return report.new, report.changed, report.unchanged, len(report.missing)


def causes(ports: FakePorts, *rows: Row) -> list[tuple[int, str, str]]:
    errors = check(ports, *rows).report.errors
    return [(each.line, each.column, each.mistake.cause) for each in errors]


def begin(ports: FakePorts, *rows: Row) -> StudentImport:
    checked = check(ports, *rows)
    return import_students(ports, checked, ADMIN, keep_file(ports, checked))


def load(ports: FakePorts, *rows: Row) -> StudentImport:
    begin(ports, *rows)
    run = continue_import(ports)
    assert run is not None
    return run


def person_of(ports: FakePorts, row: Row) -> Person:
    owner = ports.identities.find("student_number", row["numero_etudiant"].casefold())
    assert owner is not None
    return ports.people.person(owner.person_id)


def student_of(ports: FakePorts, row: Row) -> Student:
    person = person_of(ports, row)
    return Student(ports, person, f"{person.id}-1")


def topics(ports: FakePorts) -> list[str]:
    entries = ports.memory.entries.values()
    return [each.topic for each in entries if each.topic is not Topic.CONTINUE_IMPORT]


class TestNewStudents:
    def test_get_a_person_a_registration_and_ways_to_log_in(self, school: FakePorts) -> None:
        assert counts(school, FULL, NOA) == (2, 0, 0, 0)
        run = load(school, FULL, NOA)
        assert (run.state, run.done, run.failed) == (ImportState.DONE, 2, 0)
        chris = person_of(school, FULL)
        assert (chris.first_name, chris.last_name, chris.language) == ("Chris", "TESTCD", "en")
        assert school.people.credentials("chris@demo.test") == Credentials(chris.id, None)
        assert school.identities.find("cas", "chris") is not None
        (address,) = school.accounts.account(chris.id).person.addresses
        assert (address.city, address.phone) == ("Clermont-Ferrand", "0600000000")
        assert [each.programme_code for each in student_of(school, FULL).account.registrations] == [
            "I2223_Y1_1A"
        ]
        started, *_, finished = acts(school)
        assert (started, finished) == (Act.IMPORT_STARTED, Act.IMPORT_FINISHED)
        assert topics(school) == []

    def test_are_reviewed_when_the_campaign_is_over(self, school: FakePorts) -> None:
        load(school, CHRIS)
        campaign = school.campaigns.current()
        review_on = person_of(school, CHRIS).review_on
        assert review_on is not None
        assert review_on - campaign.ends_on > timedelta(days=365)

    def test_log_in_by_cas_whatever_capitals_the_server_writes(self, school: FakePorts) -> None:
        load(school, FULL)
        assert school.identity_provider is not None
        school.identity_provider.tickets["ST-1"] = ("CHRIS", True)
        _, _, person = log_in_by_cas(school, "ST-1", "word", "192.0.2.1", renew=False)
        assert person == person_of(school, FULL)
        assert [each.subject for each in central_identities(school, person.id)] == ["chris"]
        school.identity_provider.tickets["ST-2"] = ("chris", True)
        assert link_identity(school, person, "ST-2", "word", "192.0.2.1", renew=True).person_id == person.id
        school.identity_provider = None
        assert central_identities(school, person.id) == ()

    def test_choose_among_the_situations_that_the_school_names(self, school: FakePorts) -> None:
        load(school, CHRIS | {"situation_autorisee": "01 02"})
        chris = student_of(school, CHRIS)
        with pytest.raises(FeeSituationNotAllowed):
            chris.declares("05")
        assert chris.declares("01").fee_situation_code == "01"

    def test_in_two_programmes_have_two_registrations(self, school: FakePorts) -> None:
        load(school, CHRIS, CHRIS | {"programme": "P2223_Y3_3A"})
        assert len(student_of(school, CHRIS).account.registrations) == 2


class TestSameFile:
    def test_again_changes_nothing(self, school: FakePorts) -> None:
        load(school, FULL, NOA)
        before = (dict(school.memory.people), dict(school.memory.registrations_by_id))
        assert counts(school, FULL, NOA) == (0, 0, 2, 0)
        load(school, FULL, NOA)
        assert (school.memory.people, school.memory.registrations_by_id) == before
        assert acts(school).count(Act.PERSON_IMPORTED) == 2
        assert Act.PERSON_CORRECTED not in acts(school)

    def test_sent_twice_begins_once(self, school: FakePorts) -> None:
        checked = check(school, CHRIS)
        import_id = keep_file(school, checked)
        first = import_students(school, checked, ADMIN, import_id)
        assert import_students(school, checked, ADMIN, import_id) == first


class TestCorrections:
    def test_mail_address_takes_the_password_along_and_tells_the_old_one(self, school: FakePorts) -> None:
        load(school, CHRIS)
        before = person_of(school, CHRIS)
        school.memory.logins["chris@demo.test"] = Credentials(before.id, "secret", 2)
        moved = CHRIS | {"email": "chris.new@demo.test"}
        assert counts(school, moved) == (0, 1, 0, 0)
        load(school, moved)
        after = person_of(school, CHRIS)
        assert (after.email, after.session_generation) == ("chris.new@demo.test", 1)
        assert school.people.credentials("chris@demo.test") is None
        assert school.people.credentials("chris.new@demo.test") == Credentials(after.id, "secret")
        assert topics(school) == [Topic.MAIL_CHANGED]
        (entry,) = (each for each in school.memory.entries.values() if each.topic is Topic.MAIL_CHANGED)
        deliver_outbox(school, entry.id)
        assert school.mailer.sent == [("chris@demo.test", Topic.MAIL_CHANGED)]
        told = [each for each in school.audit.waiting(99) if each.act is Act.PERSON_CORRECTED]
        assert [(each.by, each.details["changed"]) for each in told] == [(ADMIN.id, "mail")]

    def test_name_is_corrected_everywhere_and_other_capitals_need_no_mail(self, school: FakePorts) -> None:
        load(school, CHRIS)
        load(school, CHRIS | {"nom": "Testcd"})
        assert topics(school) == []
        load(school, CHRIS | {"nom": "TESTNEW"})
        assert topics(school) == [Topic.NAME_CHANGED]
        assert student_of(school, CHRIS).registration.holder == "TESTNEW Chris"

    def test_empty_cells_leave_what_is_stored(self, school: FakePorts) -> None:
        load(school, FULL)
        bare = FULL | dict.fromkeys((*HOME, "ine", "identifiant_cas", "langue"), "")
        assert counts(school, bare) == (0, 0, 1, 0)

    def test_another_identifier_replaces_the_one_of_before(self, school: FakePorts) -> None:
        load(school, FULL)
        load(school, FULL | {"identifiant_cas": "chris2", "ine": "0987654321S", "ville": "Riom"})
        chris = person_of(school, FULL)
        subjects = {each.provider: each.subject for each in school.identities.of_person(chris.id)}
        assert subjects == {"cas": "chris2", "ine": "0987654321s", "student_number": "t0001"}
        assert [each.city for each in school.accounts.account(chris.id).person.addresses] == ["Riom"]

    def test_number_is_compared_without_capitals_and_kept_as_the_school_wrote_it(
        self, school: FakePorts
    ) -> None:
        load(school, FULL | {"numero_etudiant": "aB1"}, NOA | {"numero_etudiant": "22001234"})
        for spelling in ("aB1", "AB1", "ab1"):
            told = FULL | {"numero_etudiant": spelling, "ine": FULL["ine"].lower()}
            assert counts(school, told) == (0, 0, 1, 1)
            load(school, told)
        known = school.identities.of_person(person_of(school, FULL | {"numero_etudiant": "aB1"}).id)
        assert {each.provider: (each.subject, each.written, each.shown) for each in known} == {
            "student_number": ("ab1", "aB1", "aB1"),
            "ine": ("1234567890t", "1234567890T", "1234567890T"),
            "cas": ("chris", "", "chris"),
        }
        digits = school.identities.find("student_number", "22001234")
        assert digits
        assert (digits.written, digits.shown) == ("", "22001234")

    def test_person_without_credentials_gets_some(self, school: FakePorts) -> None:
        load(school, CHRIS)
        del school.memory.logins["chris@demo.test"]
        load(school, CHRIS | {"email": "chris.new@demo.test"})
        assert school.people.credentials("chris.new@demo.test") is not None

    def test_situations_change_as_long_as_nothing_is_ordered(self, school: FakePorts) -> None:
        load(school, CHRIS | {"situation_autorisee": "01"})
        load(school, CHRIS | {"situation_autorisee": "01 02"})
        assert student_of(school, CHRIS).registration.allowed_situations == ("01", "02")


class TestNothingIsTakenAway:
    def test_missing_registrations_are_told_and_stay(self, school: FakePorts) -> None:
        load(school, CHRIS, NOA)
        assert counts(school, NOA) == (0, 0, 1, 1)
        load(school, NOA)
        assert student_of(school, CHRIS).registration.is_accepted

    def test_refused_registration_is_not_missing(self, school: FakePorts) -> None:
        load(school, CHRIS, NOA)
        registration = student_of(school, CHRIS).registration
        refused = replace(registration, status=RegistrationStatus.REFUSED, version=registration.version + 1)
        school.store.commit(Changes((refused,)))
        assert counts(school, NOA) == (0, 0, 1, 0)

    def test_person_without_a_day_of_review_gets_one_with_the_next_change(self, school: FakePorts) -> None:
        load(school, CHRIS)
        chris = person_of(school, CHRIS)
        school.store.commit(Changes((replace(chris, review_on=None, version=chris.version + 1),)))
        load(school, CHRIS | {"programme": "P2223_Y3_3A"})
        assert person_of(school, CHRIS).review_on == chris.review_on

    def test_another_programme_is_one_more_registration(self, school: FakePorts) -> None:
        load(school, CHRIS)
        other = CHRIS | {"programme": "P2223_Y3_3A"}
        assert counts(school, other) == (0, 1, 0, 1)
        load(school, other)
        codes = [each.programme_code for each in student_of(school, CHRIS).account.registrations]
        assert codes == ["I2223_Y1_1A", "P2223_Y3_3A"]

    def test_each_line_of_a_student_is_compared_and_what_changed_is_told(self, school: FakePorts) -> None:
        load(school, CHRIS)
        load(school, CHRIS | {"programme": "P2223_Y3_3A"}, CHRIS | {"situation_autorisee": "02"})
        told = [each for each in school.audit.waiting(99) if each.act is Act.PERSON_CORRECTED]
        assert [each.details["changed"].split() for each in told] == [["programme", "situations"]]

    def test_language_is_corrected(self, school: FakePorts) -> None:
        load(school, CHRIS | {"langue": "fr"})
        load(school, CHRIS | {"langue": "en"})
        assert person_of(school, CHRIS).language == "en"

    def test_who_has_paid_keeps_everything_but_name_and_address(self, school: FakePorts) -> None:
        load(school, CHRIS | HOME | {"situation_autorisee": "01"})
        chris = student_of(school, CHRIS)
        chris.declares("01")
        chris.pays(chris.opens_the_page())
        paid = chris.registration
        other = CHRIS | {"situation_autorisee": "02"}
        assert counts(school, other) == (0, 0, 1, 0)
        load(school, other | {"nom": "TESTNEW"})
        after = chris.registration
        assert after == replace(paid, holder="TESTNEW Chris", version=paid.version + 1)
        assert chris.balance_cents == 0

    def test_student_of_last_year_has_a_second_registration_not_a_second_person(
        self, school: FakePorts
    ) -> None:
        load(school, FULL)
        chris = person_of(school, FULL)
        school.campaigns.begin(replace(load_shipped("clermont-auvergne-inp-2022"), id="next-year"))
        renumbered = FULL | {"numero_etudiant": "T9999"}
        assert counts(school, renumbered) == (0, 1, 0, 0)
        load(school, renumbered)
        assert person_of(school, renumbered).id == chris.id
        files = student_of(school, renumbered).account.registrations
        assert [(each.id[-1], each.campaign_id) for each in files] == [
            ("1", "clermont-auvergne-inp-2022"),
            ("2", "next-year"),
        ]


class TestMistakes:
    def test_what_belongs_to_another_is_told(self, school: FakePorts) -> None:
        load(school, FULL, NOA)
        taken = NOA | {"ine": FULL["ine"], "identifiant_cas": "CHRIS", "email": "chris@demo.test"}
        assert causes(school, taken) == [
            (2, "ine", "ine_taken"),
            (2, "identifiant_cas", "cas_name_taken"),
            (2, "email", "mail_taken"),
        ]
        assert causes(school, CHRIS | {"numero_etudiant": "T3", "ine": "1111111111T"}) == [
            (2, "email", "mail_taken")
        ]

    def test_access_of_staff_and_ones_own_line_are_left_alone(self, school: FakePorts) -> None:
        load(school, FULL)
        chris = person_of(school, FULL)
        school.store.commit(
            Changes((replace(chris, roles=chris.roles | {Role.AUDITOR}, version=chris.version + 1),))
        )
        assert causes(school, FULL | {"email": "x@demo.test"}) == [(2, "email", "staff_access")]
        assert causes(school, FULL | {"identifiant_cas": "x"}) == [(2, "identifiant_cas", "staff_access")]
        assert counts(school, FULL | {"ville": "Riom"}) == (0, 1, 0, 0)
        own = Identity("student_number", "t7", ADMIN.id, school.at)
        school.store.commit(Changes((own,)))
        assert causes(school, CHRIS | {"numero_etudiant": "T7", "email": ADMIN.email}) == [
            (2, "", "own_line")
        ]

    def test_file_with_errors_writes_and_compares_nothing(self, school: FakePorts) -> None:
        report = check(school, CHRIS, NOA | {"email": "x"}).report
        assert (report.new, report.students, len(report.errors)) == (0, 0, 1)

    def test_nobody_but_an_administrator_imports(self, school: FakePorts) -> None:
        with pytest.raises(Forbidden):
            check_students(school, b"", replace(ADMIN, roles=frozenset({Role.REGISTRAR})))


class TestRuns:
    def test_second_import_is_told_to_wait(self, school: FakePorts) -> None:
        begin(school, CHRIS)
        with pytest.raises(ImportRunning):
            begin(school, NOA)

    def test_of_two_that_begin_at_once_one_does(
        self, school: FakePorts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begin(school, CHRIS)
        monkeypatch.setattr(school.imports, "last", lambda: None)
        with pytest.raises(ImportRunning):
            begin(school, NOA)

    def test_what_a_request_does_not_write_the_queue_writes(self, school: FakePorts) -> None:
        rows = [CHRIS | {"numero_etudiant": f"T{n}", "email": f"t{n}@demo.test"} for n in range(SLICE + 1)]
        begin(school, *rows)
        run = continue_import(school, school.at)
        assert run is not None
        assert (run.state, run.done) == (ImportState.RUNNING, 0)
        continue_import(school, school.at)  # the continuation is queued already
        school.move(minutes=2)
        (entry,) = school.outbox.pending(school.at)
        deliver_outbox(school, entry.id)
        last = school.imports.last()
        assert last is not None
        assert (last.state, last.done, school.outbox.find(entry.id)) == (ImportState.DONE, SLICE + 1, None)
        assert continue_import(school) == last

    def test_request_stops_between_two_slices_when_its_time_is_over(
        self, school: FakePorts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = [CHRIS | {"numero_etudiant": f"T{n}", "email": f"t{n}@demo.test"} for n in range(SLICE + 1)]
        begin(school, *rows)
        until = school.at + timedelta(seconds=SLICE)

        def ticking() -> datetime:
            school.move(seconds=1)
            return school.at

        monkeypatch.setattr(school, "now", ticking)
        run = continue_import(school, until)
        assert run is not None
        assert (run.state, run.done) == (ImportState.RUNNING, SLICE)

    def test_nothing_to_go_on_with_is_nothing(self, school: FakePorts) -> None:
        assert continue_import(school) is None

    def test_one_that_cannot_be_written_delays_no_other(self, school: FakePorts) -> None:
        school.alarms.expects_failures = True
        begin(school, CHRIS, NOA)
        thief = Person("00000000000000ee", "chris@demo.test", "X", "TESTX", frozenset({Role.STUDENT}))
        commit, beaten = school.store.commit, []

        def overtaken(changes: Changes) -> None:
            if not beaten and any(isinstance(row, Person) for row in changes.rows):
                beaten.append(school.memory.enrol(thief, Credentials(thief.id, None)))
            commit(changes)

        school.store.commit = overtaken  # type: ignore[method-assign]  # another writer comes in between
        run = continue_import(school)
        assert run is not None
        assert (run.done, run.failed, run.failed_lines) == (2, 1, (2,))
        assert school.alarms.raised == ["failure student not imported MailTaken"]
        assert person_of(school, NOA)

    def test_lost_race_is_tried_again_and_given_up_in_the_end(self, school: FakePorts) -> None:
        begin(school, CHRIS)
        commit = school.store.commit

        def lost(changes: Changes) -> None:
            if any(isinstance(row, Person) for row in changes.rows):
                raise ConcurrentUpdate
            commit(changes)

        school.store.commit = lost  # type: ignore[method-assign]  # every race is lost
        run = continue_import(school)
        assert run is not None
        assert (run.state, run.failed_lines) == (ImportState.DONE, (2,))

    def test_correction_that_another_has_made_meanwhile_is_made_once(self, school: FakePorts) -> None:
        load(school, CHRIS)
        moved = CHRIS | {"nom": "TESTNEW"}
        begin(school, moved)
        accounts = school.accounts.account
        chris = person_of(school, CHRIS)

        def corrected(person_id: str) -> object:
            found = accounts(person_id)
            return replace(found, person=replace(found.person, last_name="TESTNEW"))

        school.accounts.account = corrected  # type: ignore[method-assign,assignment]  # read after the other
        continue_import(school)
        assert person_of(school, CHRIS) == chris

    def test_two_that_go_on_at_once_write_nobody_twice(self, school: FakePorts) -> None:
        begin(school, CHRIS)
        commit = school.store.commit

        def overtaken(changes: Changes) -> None:
            if any(isinstance(row, StudentImport) for row in changes.rows):
                school.store.commit = commit  # type: ignore[method-assign]
                continue_import(school)
            commit(changes)

        school.store.commit = overtaken  # type: ignore[method-assign]  # the other one ends first
        continue_import(school)
        assert acts(school).count(Act.PERSON_IMPORTED) == acts(school).count(Act.IMPORT_FINISHED) == 1

    def test_campaign_that_changed_meanwhile_ends_the_import_with_its_lines(self, school: FakePorts) -> None:
        begin(school, CHRIS, NOA | {"programme": "P2223_Y3_3A"})
        campaign = school.campaigns.current()
        left = {code: each for code, each in campaign.programmes.items() if code != "P2223_Y3_3A"}
        school.campaigns.change(replace(campaign, programmes=left))
        run = continue_import(school)
        assert run is not None
        assert (run.state, run.failed_lines) == (ImportState.DONE, (3,))

    def test_kept_file_is_there_until_it_is_imported(self, school: FakePorts) -> None:
        checked = check(school, CHRIS)
        import_id = keep_file(school, checked)
        assert kept_file(school, import_id) == checked.data
        with pytest.raises(ImportFileMissing):
            kept_file(school, "another")


def test_repeating_a_situation_that_is_no_longer_allowed_changes_nothing(school: FakePorts) -> None:
    load(school, CHRIS)
    chris = student_of(school, CHRIS)
    chris.declares("05")
    load(school, CHRIS | {"situation_autorisee": "01"})
    programme = school.campaigns.current().programme("I2223_Y1_1A")
    assert choose_fee_situation(chris.registration, programme, "05") == chris.registration


def test_import_of_before_is_found_by_nobody(school: FakePorts) -> None:
    with pytest.raises(NotFound):
        school.import_files.get("unknown")
