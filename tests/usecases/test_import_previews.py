"""An import writes what its preview said, or less; what was changed meanwhile is previewed again."""

from dataclasses import replace

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.imports.effects import digest_of
from chalicelib.domain.imports.mistakes import ImportMoved
from chalicelib.domain.imports.student_import import ImportState
from chalicelib.domain.people import Person, Role
from chalicelib.domain.sessions import Credentials
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.imports import check_parts
from chalicelib.usecases.imports.continue_import import SLICE, continue_import
from chalicelib.usecases.imports.import_staff import check_staff, import_staff
from chalicelib.usecases.imports.import_students import import_students, keep_file
from chalicelib.usecases.imports.upload_students import confirm_upload
from tests.fakes.ports import FakePorts
from tests.unit.domain.test_import_files import CHRIS, HOME, NOA
from tests.usecases.sign_in_steps import acts
from tests.usecases.test_large_imports import let_the_queue_work, send
from tests.usecases.test_student_imports import ADMIN, check, load, person_of

ZOE = CHRIS | {"nom": "AUTRE", "prenom": "Zoe", "email": "zoe@demo.test"}
STAFF = b"email;nom;prenom;roles\nnoa@demo.test;TESTNO;Noa;comptable\n"


@pytest.fixture
def school(ports: FakePorts, monkeypatch: pytest.MonkeyPatch) -> FakePorts:
    monkeypatch.setattr(check_parts, "PART", 6)
    ports.memory.enrol(ADMIN, Credentials(ADMIN.id, "password"))
    return ports


def rename(ports: FakePorts, row: dict[str, str], last_name: str) -> None:
    """Correct one person at the desk."""
    person = person_of(ports, row)
    corrected = replace(person, last_name=last_name, version=person.version + 1)
    ports.store.commit(Changes((corrected,)))


def confirm(ports: FakePorts, import_id: str, *rows: dict[str, str]) -> None:
    """Press « Importer ce fichier »: the file is compared again, and written."""
    import_students(ports, check(ports, *rows), ADMIN, import_id)
    continue_import(ports)


class TestStudents:
    def test_whom_another_import_wrote_meanwhile_are_not_changed_unseen(self, school: FakePorts) -> None:
        preview = keep_file(school, check(school, CHRIS))
        load(school, ZOE)
        with pytest.raises(ImportMoved):
            confirm(school, preview, CHRIS)
        assert person_of(school, CHRIS).last_name == "AUTRE"

    def test_whose_name_was_corrected_meanwhile_keep_it(self, school: FakePorts) -> None:
        load(school, CHRIS)
        renamed = CHRIS | {"nom": "TESTNEW"}
        preview = keep_file(school, check(school, renamed))
        rename(school, CHRIS, "TESTDESK")
        with pytest.raises(ImportMoved):
            confirm(school, preview, renamed)
        assert person_of(school, CHRIS).last_name == "TESTDESK"

    @pytest.mark.parametrize(
        "other",
        [
            {"email": "other@demo.test"},
            {"date_naissance": "02/02/2002"},
            {"langue": "en"},
            {"situation_autorisee": "01"},
            HOME,
        ],
    )
    def test_each_replaced_value_counts(self, school: FakePorts, other: dict[str, str]) -> None:
        load(school, CHRIS)
        wanted = CHRIS | HOME | {"adresse": "3 rue", "email": "third@demo.test", "langue": "fr"}
        wanted |= {"date_naissance": "03/03/2003", "situation_autorisee": "02"}
        preview = keep_file(school, check(school, wanted))
        load(school, CHRIS | other)
        with pytest.raises(ImportMoved):
            confirm(school, preview, wanted)

    def test_word_of_what_was_seen_is_of_one_file(self, school: FakePorts) -> None:
        words = {digest_of(check(school, row).report.effects) for row in (CHRIS, ZOE)}
        assert len(words) == 2

    def test_file_that_changes_nothing_has_no_effects(self, school: FakePorts) -> None:
        load(school, CHRIS)
        assert check(school, CHRIS).report.effects == {}

    def test_less_than_was_seen_is_written(self, school: FakePorts) -> None:
        """The other import wrote a part of it already: what is left was read too."""
        preview = keep_file(school, check(school, CHRIS, NOA))
        load(school, NOA)
        confirm(school, preview, CHRIS, NOA)
        assert person_of(school, CHRIS).last_name == CHRIS["nom"]

    def test_without_a_kept_report_a_file_is_previewed_again(self, school: FakePorts) -> None:
        """Another release kept the file."""
        with pytest.raises(ImportMoved):
            confirm(school, "0000000000000001", CHRIS)

    def test_changed_between_two_slices_are_left_and_told_by_line(self, school: FakePorts) -> None:
        rows = [CHRIS | {"numero_etudiant": f"T{n}", "email": f"t{n}@demo.test"} for n in range(SLICE + 2)]
        load(school, *rows)
        renamed = [row | {"nom": "TESTNEW"} for row in rows]
        import_students(school, checked := check(school, *renamed), ADMIN, keep_file(school, checked))
        rename(school, rows[SLICE], "TESTDESK")
        run = continue_import(school)
        assert run is not None
        assert (run.state, run.failed_lines) == (ImportState.DONE, (SLICE + 2,))
        assert person_of(school, rows[SLICE]).last_name == "TESTDESK"
        assert person_of(school, rows[SLICE + 1]).last_name == "TESTNEW"

    def test_written_by_a_message_that_crashed_are_no_others(self, school: FakePorts) -> None:
        import_students(school, checked := check(school, CHRIS, NOA), ADMIN, keep_file(school, checked))
        before, files = school.memory.student_imports["last"], dict(school.import_files.kept)
        continue_import(school)
        school.memory.student_imports["last"] = replace(before, version=9)
        school.import_files.kept.update(files)
        run = continue_import(school)
        assert run is not None
        assert (run.state, run.failed) == (ImportState.DONE, 0)
        assert acts(school).count(Act.PERSON_IMPORTED) == 2

    def test_new_ones_whom_somebody_else_brought_meanwhile_are_left(self, school: FakePorts) -> None:
        import_students(school, checked := check(school, CHRIS), ADMIN, keep_file(school, checked))
        kept = school.memory.student_imports.pop("last")
        load(school, ZOE)
        school.memory.student_imports["last"] = replace(kept, version=9)
        run = continue_import(school)
        assert run is not None
        assert run.failed_lines == (2,)
        assert person_of(school, CHRIS).last_name == "AUTRE"

    def test_import_that_began_without_a_preview_goes_on(self, school: FakePorts) -> None:
        import_students(school, checked := check(school, CHRIS), ADMIN, keep_file(school, checked))
        del school.import_files.kept[f"{school.memory.student_imports['last'].id}/seen.json"]
        run = continue_import(school)
        assert run is not None
        assert (run.state, run.failed) == (ImportState.DONE, 0)


class TestLargeFiles:
    ROWS = tuple(
        CHRIS | {"numero_etudiant": f"T{n}", "email": f"t{n}@demo.test", "identifiant_cas": f"t{n}"}
        for n in range(20)
    )

    def previewed(self, school: FakePorts, *rows: dict[str, str]) -> str:
        run = send(school, *rows, is_dry_run=True)
        assert let_the_queue_work(school).state is ImportState.CHECKED
        return run.id

    def test_students_changed_since_the_check_are_left_and_told_by_line(self, school: FakePorts) -> None:
        load(school, *self.ROWS)
        run_id = self.previewed(school, *(row | {"nom": "TESTNEW"} for row in self.ROWS))
        rename(school, self.ROWS[7], "TESTDESK")
        confirm_upload(school, run_id, ADMIN)
        run = let_the_queue_work(school)
        assert (run.state, run.done, run.failed_lines) == (ImportState.DONE, 20, (9,))
        assert person_of(school, self.ROWS[7]).last_name == "TESTDESK"
        assert person_of(school, self.ROWS[8]).last_name == "TESTNEW"


class TestStaff:
    def test_roles_over_others_than_were_seen_are_not_proposed(self, school: FakePorts) -> None:
        noa = Person("00000000000000b1", "noa@demo.test", "Noa", "TESTNO", frozenset({Role.REGISTRAR}))
        school.memory.enrol(noa, Credentials(noa.id, "password"))
        seen = digest_of(check_staff(school, STAFF, ADMIN).effects)
        school.store.commit(Changes((replace(noa, roles=frozenset({Role.AUDITOR}), version=2),)))
        with pytest.raises(ImportMoved):
            import_staff(school, STAFF, ADMIN, seen)
        assert not school.role_changes.waiting()

    def test_same_confirmation_again_proposes_nothing_twice(self, school: FakePorts) -> None:
        seen = digest_of(check_staff(school, STAFF, ADMIN).effects)
        import_staff(school, STAFF, ADMIN, seen)
        import_staff(school, STAFF, ADMIN, seen)
        assert len(school.role_changes.waiting()) == 1
