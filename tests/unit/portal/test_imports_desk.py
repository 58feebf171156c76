"""The administrator's desk of imports: a file is checked, shown, confirmed, and written."""

import re
from dataclasses import replace

import httpx
import pytest

from chalicelib.domain.imports.student_import import StudentImport
from chalicelib.web.problems import LARGEST_UPLOAD_BYTES
from chalicelib.web.uploads import Parts, read_parts
from tests.unit.domain.test_import_files import CHRIS, NOA, text_of
from tests.unit.portal.conftest import Browser, Page, without_spaces

DESK = "/staff/imports"
STAFF = b"email;nom;prenom;roles\nnoa@demo.test;TESTNO;Noa;comptable\n"


@pytest.fixture
def administrator(browser: Browser) -> Browser:
    browser.log_in("administrator@demo.test")
    return browser


def sends(browser: Browser, kind: str, data: bytes | None) -> httpx.Response:
    """Choose a file in one of the two forms and send it; None: no file was chosen."""
    form = Page(browser.get(DESK)).form(f"{DESK}/{kind}")
    file = ("people.csv", data) if data is not None else ("", b"")
    return browser.http.post(
        form.action, data=form.fields | {"file": ""}, files={"file": file}, follow_redirects=True
    )


def last(browser: Browser) -> StudentImport:
    found = browser.ports.imports.last()
    assert found is not None
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_file_is_shown_and_written_after_the_confirmation(administrator: Browser, encoding: str) -> None:
    shown = sends(administrator, "students", text_of(CHRIS | {"nom": "TESTÉ"}, NOA).encode(encoding))
    assert "<strong>2</strong> étudiants nouveaux" in shown.text
    assert administrator.ports.identities.find("student_number", "t0001") is None
    done = administrator.send(shown, f"{DESK}/confirmation")
    assert "2 étudiants sur 2" in without_spaces(done.text).replace("\u202f", " ")
    assert re.search(r"par [^.]+\. 2\snouveaux", done.text)
    identity = administrator.ports.identities.find("student_number", "t0001")
    assert identity is not None
    assert administrator.ports.people.person(identity.person_id).last_name == "TESTÉ"
    again = administrator.send(shown, f"{DESK}/confirmation")
    assert "Finie" in again.text


def test_number_is_shown_as_the_school_wrote_it(administrator: Browser) -> None:
    shown = sends(administrator, "students", text_of(CHRIS | {"numero_etudiant": "aB1"}).encode())
    administrator.send(shown, f"{DESK}/confirmation")
    registrar = administrator
    registrar.acts_as("registrar")
    file = registrar.get("/staff/registrations?q=Ab1")
    assert "<dt>N° étudiant</dt><dd>aB1</dd>" in without_spaces(file.text)
    assert ";aB1;" in registrar.get("/staff/exports/registrations.csv?q=ab1").text
    ports, identity = registrar.ports, registrar.ports.identities.find("student_number", "ab1")
    assert identity is not None
    ports.memory.identities["student_number", "ab1"] = replace(identity, written="")  # a row of before
    before = registrar.get(file.url.path)
    assert "<dt>N° étudiant</dt><dd>AB1</dd>" in without_spaces(before.text)


def test_errors_are_a_table_and_nothing_can_be_confirmed(administrator: Browser) -> None:
    shown = sends(administrator, "students", text_of(CHRIS, NOA | {"email": "x"}).encode())
    assert shown.status_code == 422
    assert "Rien n" in shown.text
    assert '<td role="cell" class="figure" data-label="Ligne">3</td>' in shown.text
    assert "pas une adresse mail" in shown.text
    assert f"{DESK}/confirmation" not in [form.action for form in Page(shown).forms]


def test_many_errors_are_counted(administrator: Browser) -> None:
    bad = [CHRIS | {"numero_etudiant": f"T{n}", "email": "x"} for n in range(205)]
    assert "Et 5 autres erreurs." in sends(administrator, "students", text_of(*bad).encode()).text


def test_preview_names_what_is_missing_and_ignored(administrator: Browser) -> None:
    shown = sends(administrator, "students", text_of(CHRIS | {"taille": "180"}).encode())
    assert "Colonnes sans usage ici : taille." in without_spaces(shown.text)
    assert "TESTCD Chris (I2223_Y1_1A)" in shown.text


def test_file_that_changed_its_meaning_before_the_confirmation_is_shown_again(
    administrator: Browser,
) -> None:
    shown = sends(administrator, "students", text_of(CHRIS).encode())
    campaign = administrator.ports.campaigns.current()
    administrator.ports.campaigns.change(
        replace(campaign, programmes={"OTHER": campaign.programme("I2223_Y1_1A")})
    )
    again = administrator.send(shown, f"{DESK}/confirmation")
    assert again.status_code == 422
    assert "pas dans la campagne" in again.text


def test_unknown_file_and_no_file_say_what_to_do(administrator: Browser) -> None:
    form = Page(sends(administrator, "students", text_of(CHRIS).encode())).form(f"{DESK}/confirmation")
    for import_id in ("../secret", "00000000000000ff"):
        answer = administrator.http.post(form.action, data=form.fields | {"import_id": import_id})
        assert answer.status_code == 404
    assert sends(administrator, "students", None).status_code == 422
    assert sends(administrator, "staff", None).status_code == 422


def test_too_large_a_file_is_refused(administrator: Browser) -> None:
    answer = sends(administrator, "students", b"x" * (LARGEST_UPLOAD_BYTES + 5000))
    assert answer.status_code == 413
    assert "5 Mio" in without_spaces(answer.text).replace("\u202f", " ")


def test_running_and_failed_imports_say_so(administrator: Browser) -> None:
    sends(administrator, "students", text_of(CHRIS).encode())
    ports = administrator.ports
    run = StudentImport("00000000000000f1", "c", "x", ports.at, 3, 3, 0, 0, 0)
    run = replace(run, done=1, failed=1, failed_lines=(7,))
    ports.memory.student_imports["last"] = run
    page = administrator.get(DESK).text
    assert "En cours" in page
    assert "(lignes 7)" in without_spaces(page)
    assert last(administrator) == run


def test_staff_are_proposed_and_wait_for_a_second_person(administrator: Browser) -> None:
    told = sends(administrator, "staff", STAFF)
    assert "attendent l" in told.text
    (change,) = administrator.ports.role_changes.waiting()
    assert change.holder == "TESTNO Noa"
    assert sends(administrator, "staff", STAFF.replace(b"comptable", b"king")).status_code == 422


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"no part"),
        ("multipart/form-data; boundary=x\r\nX: y", b"--x\r\n\r\n\r\n--x--"),
        ("text/csv", b"a;b"),
    ],
)
def test_malformed_form_has_no_file(content_type: str, body: bytes) -> None:
    assert read_parts(content_type, body).file == Parts().file == b""


def test_file_whose_effect_another_import_changed_is_shown_again_and_then_written(
    administrator: Browser,
) -> None:
    shown = sends(administrator, "students", text_of(NOA).encode())
    assert "<strong>1</strong> étudiants nouveaux" in shown.text
    other = sends(administrator, "students", text_of(NOA | {"nom": "AUTRE"}).encode())
    administrator.send(other, f"{DESK}/confirmation")
    for _ in range(2):  # the first page confirms nothing any more, however often it is sent
        again = administrator.send(shown, f"{DESK}/confirmation")
        assert again.status_code == 409
        assert "plus ce que vous aviez lu" in without_spaces(again.text)
        assert "<strong>1</strong> changés" in again.text
    assert name_of_noa(administrator) == "AUTRE"
    administrator.send(again, f"{DESK}/confirmation")
    assert name_of_noa(administrator) == NOA["nom"]


def name_of_noa(browser: Browser) -> str:
    found = browser.ports.identities.find("student_number", NOA["numero_etudiant"].casefold())
    assert found is not None
    return browser.ports.people.person(found.person_id).last_name
