"""The balance by debtor as a page, as JSON and as a file; letters by hand with running totals."""

from dataclasses import replace

import httpx

from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_plan_pages import read
from tests.unit.portal.test_slip_pages import entered

DESK = "/staff/balances"


def owing(student: Browser) -> str:
    """Let a student owe a part of what is due, at accounting's desk; return the person's id."""
    entered(student, amount="201,00")
    (registration,) = student.ports.memory.registrations_by_id.values()
    return registration.person_id


def asks(student: Browser, method: str, path: str, **body: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {student.http.cookies['quittance']}"}
    return student.http.request(method, f"/api/v1/staff{path}", json=body or None, headers=headers)


def test_page_json_and_file_say_the_same(student: Browser) -> None:
    person_id = owing(student)
    desk = read(student.get(DESK))
    assert "Solde du compte 411 au journal : <strong>400,00 €</strong>" in desk
    assert "TESTCD Chris" in desk
    told = asks(student, "GET", "/balances").json()
    assert (told["journal_cents"], told["next"], told["failed"]) == (40000, None, 0)
    (debt,) = told["items"]
    assert (debt["person"], debt["total_cents"], debt["ages"]["to_30"]) == (person_id, 40000, 40000)
    for file in (student.get(f"{DESK}.csv"), asks(student, "GET", "/balances.csv?as_of=2022-06-24")):
        lines = file.content.decode("utf-8-sig").split("\r\n")
        assert file.content.startswith(b"\xef\xbb\xbf")
        assert lines[1].startswith(f"TESTCD Chris;{person_id};{person_id}-1;400,00;0,00;400,00;")
        assert lines[3] == "Solde du compte 411 au journal au 24/06/2022;;;400,00"


def test_day_to_come_is_refused_with_the_page(student: Browser) -> None:
    person_id = owing(student)
    for path in (DESK, f"/staff/letterings/{person_id}"):
        page = student.get(f"{path}?as_of=2022-06-25")
        assert (page.status_code, 'id="mistake"' in page.text) == (422, True)


def test_letters_are_shown_summed_and_refused_where_they_cannot_be(student: Browser) -> None:
    person_id = owing(student)
    path = f"/staff/letterings/{person_id}"
    page = student.get(path)
    assert "aaa" in page.text
    (group,) = asks(student, "GET", f"/letterings/{person_id}").json()["items"][0]["groups"]
    assert (group["letter"], group["rest_cents"], len(group["entries"])) == ("aaa", 40000, 2)
    entry = group["entries"][0]["id"]
    summed = student.send(page, path, entry=entry, sum="1")
    assert "débits 400,00 €, crédits 0,00 €, différence 400,00 €" in read(summed)
    refused = student.send(page, path, entry=entry)
    assert (refused.status_code, "des deux côtés" in read(refused)) == (409, True)
    assert asks(student, "POST", f"/letterings/{person_id}", entries=[entry]).status_code == 409


def test_letter_by_hand_is_made_and_undone(student: Browser) -> None:
    person_id = owing(student)
    path, memory = f"/staff/letterings/{person_id}", student.ports.memory
    for entry in list(memory.journal.values()):  # as if nothing said which invoice the cheque pays
        if entry.event == "payment":
            memory.journal[entry.id] = replace(entry, registration_id=f"{person_id}-9")
    for key, (owner, paid) in list(memory.payments.items()):
        memory.payments[key] = (owner, replace(paid, invoice_number=None))
    (debtor,) = asks(student, "GET", f"/letterings/{person_id}").json()["items"]
    entries = [each["entries"][0]["id"] for each in debtor["groups"]]
    made = asks(student, "POST", f"/letterings/{person_id}", entries=entries, partial=True).json()
    assert (made["letter"], made["undone"]) == ("ZAA", False)
    page = student.get(path)
    assert "zaa" in page.text
    unreasoned = student.send(page, f"{path}/undo", reason="")
    assert (unreasoned.status_code, "motif" in read(unreasoned)) == (422, True)
    undone = student.send(page, f"{path}/undo", reason="erreur")
    assert "Défaite le" in read(undone)
    again = asks(student, "POST", f"/letterings/{person_id}/undo", lettering=made["id"], reason="encore")
    assert again.json()["code"] == "lettering_undone"
    assert "ZAB" in student.send(undone, path, entry=entries, partial="1").text.upper()
