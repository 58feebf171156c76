"""A kept confirmation of a statement line books nothing twice that was entered by hand since."""

from typing import Any

import httpx

from chalicelib.domain.changes import Changes
from chalicelib.domain.collection.receipts import ReceivedMoney
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.treasury.lines import LineState
from chalicelib.usecases.collection.receive_payment import receive_payment
from tests.unit.portal.conftest import Browser, enrol
from tests.unit.portal.test_statement_pages import DAY, LINES, acts, imports, line, moved, read
from tests.usecases.conftest import ACCOUNTANT


def enters(student: Browser, cents: int = 60100) -> Payment:
    """A second accountant enters a transfer by hand."""
    (registration,) = (
        each for each in student.ports.memory.registrations_by_id.values() if "TESTCD" in each.holder
    )
    received = ReceivedMoney(PaymentMethod.TRANSFER, cents, "VIR 9", DAY)
    return receive_payment(student.ports, registration.id, received, ACCOUNTANT, None)


def test_kept_confirmation_asks_about_the_transfer_that_was_entered_since(student: Browser) -> None:
    student.declares("01")
    shown = imports(student, moved(60100, "TESTCD Chris"))
    check = acts(student, shown, "match/check")
    payment = enters(student)
    asked = student.send(check, f"{LINES}/{shown.id}/match")
    assert (asked.status_code, line(student).state) == (409, LineState.PROPOSED)
    assert "reçu le 23/06/2022, VIR 9. Si c'est lui, la ligne le montrera" in read(asked)
    assert "Rien n'est plus dû : ce sera un crédit." in read(asked)
    named = student.send(asked, f"{LINES}/{shown.id}/match/check")
    assert f"le virement déjà saisi {payment.id}" in read(named)
    student.send(named, f"{LINES}/{shown.id}/match")
    assert line(student).explanations[0].subject == payment.id
    assert len(student.ports.memory.payments) == 1


def test_second_form_asks_too_and_another_transfer_is_booked(student: Browser) -> None:
    student.declares("01")
    shown = imports(student, moved(60100, "VIR"))
    enters(student)
    typed = {"registration_1": "TESTCD", "amount_1": "601"}
    asked = acts(student, shown, "match/check", **typed)
    assert (asked.status_code, "C'est un autre virement : affecter 601,00" in read(asked)) == (409, True)
    done = student.send(asked, f"{LINES}/{shown.id}/match")
    assert "C'est enregistré :" in read(done)
    again = student.send(asked, f"{LINES}/{shown.id}/match")
    assert (again.status_code, len(student.ports.memory.payments)) == (409, 2)


def test_confirmation_is_shown_again_where_less_is_owed_than_was_read(student: Browser) -> None:
    student.declares("01")
    shown = imports(student, moved(60100, "TESTCD Chris"))
    check = acts(student, shown, "match/check")
    assert "Reste dû : 601,00" in read(check)
    enters(student, 20000)
    asked = student.send(check, f"{LINES}/{shown.id}/match")
    assert (asked.status_code, "Reste dû : 401,00" in read(asked)) == (409, True)
    assert "C'est enregistré :" in read(student.send(asked, f"{LINES}/{shown.id}/match"))


def test_rest_of_a_match_is_a_match_of_its_own(student: Browser) -> None:
    other = enrol(student.ports, 2, "other@demo.test", "I2223_Y1_1A", "TESTPO")
    student.declares("01")
    shown = imports(student, moved(120200, "POUR LES DEUX"))
    parts = {
        "registration_1": f"{other.id}-1",
        "amount_1": "601",
        "registration_2": "TESTCD",
        "amount_2": "601",
    }
    check = acts(student, shown, "match/check", **parts)
    kept, entered = student.ports.store.commit, list[Payment]()

    def commit(changes: Changes) -> None:
        kept(changes)
        if line(student).suspense_cents == 60100 and not entered:
            student.ports.store.commit = kept  # type: ignore[method-assign]
            entered.append(enters(student))

    student.ports.store.commit = commit  # type: ignore[method-assign]
    left = student.send(check, f"{LINES}/{shown.id}/match")
    assert (left.status_code, "Reste à expliquer 601,00" in read(left)) == (409, True)


def test_same_match_with_a_transfer_twice_says_so(student: Browser) -> None:
    student.declares("01")
    shown = imports(student, moved(120200, "VIR"))
    payment = enters(student)
    parts = {
        f"{name}_{rank}": value
        for rank in (1, 2)
        for name, value in (
            ("registration", payment.registration_id),
            ("amount", "601"),
            ("payment", payment.id),
        )
    }
    assert acts(student, shown, "match/check", **parts).status_code == 409


def asks(student: Browser, method: str, path: str, **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {student.http.cookies['quittance']}"}
    return student.http.request(method, f"/api/v1{path}", json=body or None, headers=headers)


def test_programs_name_what_they_read(student: Browser) -> None:
    student.declares("01")
    shown = imports(student, moved(60100, "TESTCD Chris"))
    payment = enters(student, 60100)
    act, part = f"{LINES}/{shown.id}/match", {"registration": payment.registration_id, "cents": 60100}

    def sends(**more: Any) -> tuple[int, dict[str, Any]]:
        sent = asks(student, "POST", act, version=line(student).version, parts=[part | more])
        return sent.status_code, sent.json()

    status, refused = sends()
    assert (status, refused["code"], payment.id in refused["detail"]) == (409, "transfer_entered", True)
    status, refused = sends(apart=[payment.id], owed_seen_cents=60100)
    assert (status, refused["code"]) == (409, "owed_moved")
    status, done = sends(apart=[payment.id], owed_seen_cents=0)
    assert (status, done["state"]) == (200, "matched")
