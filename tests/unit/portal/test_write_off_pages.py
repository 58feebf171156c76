"""Accounting writes off a rest below 1,00 € on a page that names person and amount."""

from dataclasses import replace

from chalicelib.usecases.collection.receive_payment import receive_payment
from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_plan_pages import read
from tests.usecases.conftest import ACCOUNTANT
from tests.usecases.test_received_at_the_desk import CHEQUE


def owes(student: Browser, rest: int) -> str:
    student.declares("01")
    (registration,) = student.ports.memory.registrations_by_id.values()
    cheque = replace(CHEQUE, amount_cents=60100 - rest)
    receive_payment(student.ports, registration.id, cheque, ACCOUNTANT, None)
    student.acts_as("accountant")
    return f"/staff/registrations/{registration.id}"


def test_rest_is_written_off_with_a_reason(student: Browser) -> None:
    file = owes(student, 50)
    assert "Passer en pertes le reste de 0,50 €" in read(student.get(file))
    page = student.get(f"{file}/write-off")
    assert "Passer en pertes 0,50 €, TESTCD Chris" in read(page)
    refused = student.send(page, f"{file}/write-off", reason=" ")
    assert (refused.status_code, "demande un motif" in read(refused)) == (422, True)
    changed = student.send(page, f"{file}/write-off", reason="arrondi", seen_cents="x")
    assert (changed.status_code, "Il reste 0,50 €" in read(changed), "arrondi" in changed.text) == (
        409,
        True,
        True,
    )
    done = student.send(page, f"{file}/write-off", reason="arrondi")
    assert (done.status_code, done.url.path) == (200, file)
    assert "Passer en pertes" not in done.text
    again = student.send(page, f"{file}/write-off", reason="arrondi")
    assert (again.status_code, "Rien ne reste dû" in read(again)) == (409, True)


def test_at_one_euro_the_page_says_the_limit_and_offers_nothing(student: Browser) -> None:
    file = owes(student, 100)
    assert "Passer en pertes" not in student.get(file).text
    page = student.get(f"{file}/write-off")
    assert "inférieur à 1,00 €" in read(page)
    assert "<textarea" not in page.text
