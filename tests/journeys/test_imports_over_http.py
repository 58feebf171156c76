"""A school's file, over HTTP alone: imported, logged in by the mailed link, paid, and imported again."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from infra.local import ministack
from tests.conftest import Stack
from tests.journeys.conftest import ACCEPTED, Operator, Student, client, log_in

STUDENTS = 300
CHOSEN = "quatre mots sans rapport"
HEADINGS = (
    "N° étudiant;INE;Nom;Prénom;Date de naissance;Courriel;Formation;situation_autorisee;adresse;code_postal;"
    "ville;telephone;identifiant_cas"
)
PROGRAMMES = ("I2223_Y1_1A", "P2223_Y3_3A", "C2223_Y1_1A")


def row(rank: int, **cells: str) -> str:
    """Write an obviously invented student."""
    told = {
        "number": f"TEST{rank:05}",
        "ine": f"{rank:010}T",
        "name": f"TESTÉ-{rank:03}",
        "first_name": "Zoë",
        "born": f"{1 + rank % 28:02}/0{1 + rank % 9}/2003",
        "email": f"fictif{rank}@demo.test",
        "programme": PROGRAMMES[rank % 3] if rank else PROGRAMMES[0],
        "situation": "01",
        "address": "1 rue de la Démonstration;63000;Clermont-Ferrand;0600000000",
        "cas": f"fictif{rank}",
    }
    return ";".join((told | cells).values())


def file_of(*rows: str) -> bytes:
    return "\r\n".join((HEADINGS, *rows, "")).encode("cp1252")


def send(staff: httpx.Client, kind: str, data: bytes, **query: Any) -> httpx.Response:
    headers = {"Content-Type": "text/csv; charset=windows-1252"}
    return staff.post(f"/staff/imports/{kind}", content=data, headers=headers, params=query, timeout=60)


def counts(answer: httpx.Response) -> tuple[int, int, int, int]:
    answer.raise_for_status()
    told = answer.json()
    assert told["errors"] == []
    return told["new"], told["changed"], told["unchanged"], told["missing"]


@pytest.fixture
def administrator(stack: Stack) -> httpx.Client:
    return log_in(stack, "admin@demo.test")


def set_password(stack: Stack, email: str) -> None:
    """Ask for a link, read the mail, choose a password."""
    operator = Operator(stack)
    api = client(base_url=f"{stack.portal}/api/v1")
    api.post("/auth/first-connection", json={"email": email}).raise_for_status()
    operator.runs("publish_outbox")
    mails = [mail["text"] for mail in operator.mails() if mail["to"] == email]
    (found,) = re.findall(r"token=([\w-]+)", mails[-1])
    api.post("/auth/password", json={"token": found, "password": CHOSEN}).raise_for_status()


def test_three_hundred_students_are_imported_once_and_one_logs_in_and_pays(
    stack: Stack, administrator: httpx.Client
) -> None:
    data = file_of(*(row(rank) for rank in range(STUDENTS)))
    preview = send(administrator, "students", data, dry_run="true")
    assert counts(preview)[:3] == (STUDENTS, 0, 0)
    begun = send(administrator, "students", data)
    assert counts(begun) == counts(preview)
    finished = told_of(stack, administrator, begun.json()["id"])
    assert (finished["state"], finished["done"], finished["failed"]) == ("done", STUDENTS, 0)

    set_password(stack, "fictif0@demo.test")
    zoe = Student(log_in(stack, "fictif0@demo.test", CHOSEN), stack, "fictif0@demo.test")
    assert [each["code"] for each in zoe.registration["allowed_fee_situations"]] == ["01"]
    zoe.declares("01").raise_for_status()
    assert zoe.state_of(zoe.pays(ACCEPTED)) == "paid"

    assert counts(send(administrator, "students", data, dry_run="true"))[:3] == (0, 0, STUDENTS)
    before = zoe.registration
    send(administrator, "students", data).raise_for_status()
    assert zoe.registration == before


def told_of(stack: Stack, administrator: httpx.Client, import_id: str) -> dict[str, Any]:
    """Return how far an import is; let the queue go on with it where the request did not end it."""
    operator = Operator(stack)
    told: dict[str, Any] = administrator.get(f"/staff/imports/{import_id}").json()
    if told["state"] == "running":
        operator.moves_the_clock_to((operator.time() + timedelta(minutes=2)).isoformat())
        operator.runs("publish_outbox")
        told = administrator.get(f"/staff/imports/{import_id}").json()
    return told


def test_corrected_address_moves_the_log_in_and_tells_the_old_one(
    stack: Stack, administrator: httpx.Client
) -> None:
    counts(send(administrator, "students", file_of(row(1))))
    set_password(stack, "fictif1@demo.test")
    counts(send(administrator, "students", file_of(row(1, email="zoe@demo.test"))))
    assert log_in(stack, "zoe@demo.test", CHOSEN).get("/me").status_code == 200
    with pytest.raises(httpx.HTTPStatusError):
        log_in(stack, "fictif1@demo.test", CHOSEN)
    operator = Operator(stack)
    operator.runs("publish_outbox")
    (told,) = [mail for mail in operator.mails() if "adresse mail a changé" in mail["subject"]]
    assert told["to"] == "fictif1@demo.test"


def test_what_a_program_has_not_seen_is_not_written(administrator: httpx.Client) -> None:
    ann, zoe = file_of(row(1)), file_of(row(1, first_name="Ann"))
    staff = b"email;nom;prenom;roles\nnoa@demo.test;TESTNO;Noa;comptable\n"
    seen = send(administrator, "students", ann, dry_run="true").json()["seen"]
    send(administrator, "students", zoe).raise_for_status()
    refused = send(administrator, "students", ann, seen=seen)
    assert (refused.status_code, refused.json()["code"]) == (409, "import_moved")
    again = send(administrator, "students", ann, dry_run="true").json()
    assert (again["new"], again["changed"]) == (0, 1)
    for _ in range(2):
        send(administrator, "students", ann, seen=again["seen"]).raise_for_status()
    assert send(administrator, "staff", staff, seen=seen).status_code == 409
    seen = send(administrator, "staff", staff, dry_run="true").json()["seen"]
    for _ in range(2):
        send(administrator, "staff", staff, seen=seen).raise_for_status()


def test_bad_file_is_refused_whole_with_every_error(stack: Stack, administrator: httpx.Client) -> None:
    data = file_of(row(1), row(2, email="nobody"), row(3, programme="X1"), row(4, born="31/02/2003"))
    answer = send(administrator, "students", data)
    assert answer.status_code == 422
    told = answer.json()
    assert [(each["line"], each["column"], each["code"]) for each in told["errors"]] == [
        (3, "Courriel", "mail_not_valid"),
        (4, "Formation", "programme_unknown"),
        (5, "Date de naissance", "date_not_valid"),
    ]
    assert told["id"] is None
    assert send(administrator, "students", b"PK\x03\x04").json()["errors"][0]["code"] == "file_zipped"
    assert counts(send(administrator, "students", file_of(row(1)), dry_run="true"))[0] == 1


def test_too_large_a_file_is_told_so(administrator: httpx.Client) -> None:
    answer = send(administrator, "students", b"x" * (5 * 1024**2 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "upload_too_large")
    assert "POST /api/v1/staff/imports" in answer.json()["detail"]


def test_staff_of_a_file_work_once_a_second_person_has_approved(
    stack: Stack, administrator: httpx.Client
) -> None:
    data = b"email;nom;prenom;roles\nnew@demo.test;TESTNEW;Noa;scolarite\n"
    assert counts(send(administrator, "staff", data))[0] == 1
    set_password(stack, "new@demo.test")
    new = log_in(stack, "new@demo.test", CHOSEN)
    assert new.get("/staff/registrations").status_code == 403
    auditor = log_in(stack, "auditor@demo.test")
    (change,) = auditor.get("/staff/role-changes").json()["items"]
    decision = f"/staff/role-changes/{change['id']}/decision"
    auditor.post(decision, json={"decision": "approve"}).raise_for_status()
    assert new.get("/staff/registrations").status_code == 200


def imports(stack: Stack, path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "infra.import_people",
        str(path),
        f"--local={urlsplit(stack.portal).port}",
    ]
    asked = {"cwd": ministack.ROOT, "capture_output": True, "text": True, "timeout": 120}
    return subprocess.run([*command, *options], check=False, **asked)  # type: ignore[call-overload,no-any-return]  # noqa: S603 - our own program


def imports_by_the_bucket(operator: Operator, path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The queue looks for the file after 15 seconds of the stack's clock, which goes on meanwhile."""
    with ThreadPoolExecutor() as beside:
        command = beside.submit(imports, operator.stack, path, "--large=10", *options)
        while wait([command], timeout=2).not_done:
            operator.moves_the_clock_to((operator.time() + timedelta(seconds=20)).isoformat())
            operator.runs("publish_outbox")
    return command.result()


def test_large_file_goes_to_the_bucket_and_is_refused_whole_or_written(
    operator: Operator, administrator: httpx.Client, tmp_path: Path
) -> None:
    file = tmp_path / "students.csv"
    file.write_bytes(file_of(*(row(rank) for rank in range(30)), row(31, born="31/02/2003")))
    refused = imports_by_the_bucket(operator, file)
    assert (refused.returncode, "line 32, Date de naissance" in refused.stderr) == (1, True), refused.stderr
    assert "Nothing was imported." in refused.stderr
    file.write_bytes(file_of(*(row(rank) for rank in range(30))))
    checked = imports_by_the_bucket(operator, file, "--dry-run")
    assert (checked.returncode, "30 new, 0 changed" in checked.stdout) == (0, True), checked.stderr
    written = imports_by_the_bucket(operator, file)
    assert "Written: 30 of 30 students" in written.stdout
    assert "30 new" in written.stdout
    assert counts(send(administrator, "students", file.read_bytes(), dry_run="true"))[:3] == (0, 0, 30)


def test_bucket_takes_no_more_than_the_form_says(stack: Stack, administrator: httpx.Client) -> None:
    told = administrator.post("/staff/imports", json={"dry_run": True}).json()
    assert administrator.get(f"/staff/imports/{told['id']}").json()["state"] == "uploading"
    form = told["upload"]
    large = b"x" * (60 * 1024**2 + 1)
    answer = httpx.post(form["url"], data=form["fields"], files={"file": ("x.csv", large)}, timeout=60)
    assert answer.status_code == 400


def test_reset_takes_imported_students_away(stack: Stack, administrator: httpx.Client) -> None:
    demo = found(stack)
    for _ in range(2):
        send(administrator, "students", file_of(row(1))).raise_for_status()
        assert found(stack) == sorted([*demo, "TESTÉ-001 Zoë"])
        httpx.post(f"{stack.control}/reset", timeout=60).raise_for_status()
        assert found(stack) == demo
        administrator = log_in(stack, "admin@demo.test")


def found(stack: Stack) -> list[str]:
    """Return the names in the registrar's list."""
    told = log_in(stack, "registrar@demo.test").get("/staff/registrations").json()
    return sorted(each["holder"] for each in told["items"])
