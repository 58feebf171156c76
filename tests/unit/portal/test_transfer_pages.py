"""Accounting collects approved transfers into one file for the bank, and takes it away."""

import hashlib

import pytest

from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_plan_pages import read
from tests.unit.portal.test_refund_pages import SCREEN, approved_transfer, as_second, two_payments

DESK = "/staff/transfers"
IBAN = "FR76 3000 6000 0112 3456 7890 189"


def ready(student: Browser) -> str:
    """Let an approved transfer have its IBAN; return the path of its sheet."""
    sheet = approved_transfer(student)
    assert "l'IBAN manque" in read(student.get(DESK))
    student.acts_as("student")
    student.send(student.get("/account"), f"/refunds/{sheet.rpartition('/')[2]}/iban", iban=IBAN)
    student.acts_as("accountant")
    return sheet


def test_file_is_made_of_what_is_shown_and_given_as_the_same_bytes(student: Browser) -> None:
    sheet = ready(student)
    desk = student.get(DESK)
    assert "TESTCD Chris" in desk.text
    assert "FR76 … 0189" in read(desk)
    assert "Établir le fichier : un virement, 601,00 €" in read(desk)
    made = student.send(desk, DESK)
    assert (made.status_code, made.url.path) == (200, f"{DESK}/INP-000001")
    taken = [student.get(f"{DESK}/INP-000001/xml") for _ in range(2)]
    assert taken[0].content == taken[1].content
    assert hashlib.sha256(taken[0].content).hexdigest() in made.text
    assert taken[0].headers["content-disposition"] == 'attachment; filename="INP-000001.xml"'
    assert "INP-000001-001" in student.get(sheet).text
    again = student.send(desk, DESK)
    assert (again.status_code, "n'est prêt pour un fichier" in read(again)) == (409, True)
    assert "INP-000001" in student.get(f"{DESK}?after={'x' * 300}").text


def test_several_files_are_said_before_and_after(student: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.usecases.refunds.select_transfers.MOST_TRANSFERS", 1)
    path, sheets = SCREEN.format(two_payments(student)), list[str]()
    student.acts_as("accountant")
    for _ in range(2):
        given = {"amount": "100,00", "method": "transfer", "reason": "payé deux fois"}
        sheets.append(str(student.send(student.send(student.get(path), path, **given), path).url.path))
        as_second(student)
        student.send(student.get(sheets[-1]), f"{sheets[-1]}/decision", decision="approve")
    student.acts_as("student")
    for sheet in sheets:
        student.send(student.get("/account"), f"/refunds/{sheet.rpartition('/')[2]}/iban", iban=IBAN)
    student.acts_as("accountant")
    desk = student.get(DESK)
    assert "Établir les 2 fichiers : 2 virements" in read(desk)
    made = student.send(desk, DESK)
    assert made.url.query == b"made=2"
    assert "2 fichiers sont établis : remettez chacun d'eux une fois à la banque." in read(made)
    assert "fichiers sont établis" not in read(student.get(f"{DESK}?made=11"))


def test_auditor_reads_the_desk_and_takes_no_file(student: Browser) -> None:
    ready(student)
    student.send(student.get(DESK), DESK)
    student.log_in("auditor@demo.test")
    page = student.get(f"{DESK}/INP-000001")
    assert (page.status_code, "Télécharger" in page.text) == (200, False)
    assert student.get(f"{DESK}/INP-000001/xml").status_code == 403
    assert "Établir le fichier" not in student.get(DESK).text
