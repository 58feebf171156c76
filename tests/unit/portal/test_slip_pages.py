"""Accounting takes cheques to the bank: from the desk to a slip, its paper, and the bank's credit."""

import httpx

from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_plan_pages import read

DESK = "/staff/cheque-slips"
SLIP = f"{DESK}/INP-000001"
FORM = {"method": "cheque", "amount": "601,00", "bank": "Banque", "drawer": "Dominique", "reference": "12"}


def entered(student: Browser, **given: str) -> str:
    """Let accounting enter a cheque of the student; return the payment's id."""
    student.declares("01")
    registration_id = next(iter(student.ports.memory.registrations_by_id))
    student.acts_as("accountant")
    path = f"/staff/registrations/{registration_id}/payments"
    check = student.send(student.get(path), f"{path}/check", **{**FORM, **given})
    assert "Dominique" in check.text
    student.send(check, f"{path}/confirmation")
    (found,) = student.ports.memory.cheques.values()
    return found.payment_id


def test_cheque_goes_to_the_bank_and_is_credited(student: Browser) -> None:
    payment_id = entered(student)
    desk = student.get(DESK)
    assert "Dominique" in desk.text
    slip = student.send(desk, DESK, cheque=payment_id)
    assert slip.url.path == SLIP
    kept = student.send(slip, f"{SLIP}/cheques", cheque=payment_id)
    assert "601,00 €" in read(kept)
    there = student.confirms(kept, f"{SLIP}/deposit", deposited_on="2022-06-24")
    assert "Bordereau INP-000001 remis en banque, 601,00 €" in read(there)
    assert "en banque, crédit attendu" in read(there)
    paper = student.http.get(f"{SLIP}/pdf")
    assert (paper.status_code, "/slips/INP-000001/" in paper.headers["location"]) == (303, True)
    wrong = student.send(there, f"{SLIP}/credit", amount="600,00", credited_on="2022-06-24")
    assert (wrong.status_code, "crédite ce bordereau de 601,00 €" in read(wrong)) == (409, True)
    unread = student.send(there, f"{SLIP}/credit", amount="x", credited_on="2022-06-24")
    assert (unread.status_code, "Vérifiez le montant et la date." in read(unread)) == (422, True)
    done = student.send(there, f"{SLIP}/credit", amount="601,00", credited_on="2022-06-24")
    assert "Crédité le" in read(done)
    assert "INP-000001" in student.get(DESK).text


def test_refusals_are_said_where_the_act_was_asked_for(student: Browser) -> None:
    payment_id = entered(student)
    desk = student.get(DESK)
    none = student.send(desk, DESK, cheque="")
    assert (none.status_code, "Cochez les chèques" in read(none)) == (409, True)
    slip = student.send(desk, DESK, cheque=payment_id)
    again = student.send(desk, DESK, cheque=payment_id)
    assert (again.status_code, "n'attend plus de remise" in read(again)) == (409, True)
    late = student.confirms(slip, f"{SLIP}/deposit", deposited_on="2022-06-30")
    assert (late.status_code, "dans le futur" in read(late)) == (422, True)
    unread = student.send(slip, f"{SLIP}/deposit", deposited_on="x")
    assert (unread.status_code, "Vérifiez le montant et la date." in read(unread)) == (422, True)
    student.confirms(slip, f"{SLIP}/deposit", deposited_on="2022-06-24")
    locked = student.send(slip, f"{SLIP}/cheques", cheque="")
    assert (locked.status_code, "n'en sortent plus" in read(locked)) == (409, True)


def test_slip_that_another_person_changed_is_not_deposited(student: Browser) -> None:
    payment_id = entered(student)
    slip = student.send(student.get(DESK), DESK, cheque=payment_id)
    asked = student.send(slip, f"{SLIP}/deposit")
    student.send(slip, f"{SLIP}/cheques", cheque="")
    for page in (asked, slip):
        late = student.send(page, f"{SLIP}/deposit")
        assert (late.status_code, "Une autre opération est passée" in read(late)) == (409, True)


def test_auditor_reads_and_has_no_button(student: Browser) -> None:
    payment_id = entered(student)
    student.send(student.get(DESK), DESK, cheque=payment_id)
    student.log_in("auditor@demo.test")
    for path in (DESK, SLIP):
        page = student.get(path)
        assert (page.status_code, "<button>Remettre" in page.text, "Ouvrir un bordereau" in page.text) == (
            200,
            False,
            False,
        )


def test_api_does_the_same(student: Browser) -> None:
    payment_id = entered(student)
    token = student.http.cookies["quittance"]

    def asks(method: str, path: str, **body: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return student.http.request(method, f"/api/v1/staff{path}", json=body or None, headers=headers)

    (cheque,) = asks("GET", "/cheques").json()["items"]
    assert (cheque["payment"], cheque["drawer"], cheque["slip"]) == (payment_id, "Dominique", "")
    made = asks("POST", "/cheque-slips", cheques=[payment_id])
    assert (made.status_code, made.json()["total_cents"]) == (201, 60100)
    slip = f"/cheque-slips/{made.json()['id']}"
    kept = asks("PUT", f"{slip}/cheques", cheques=[payment_id], version=1)
    assert (kept.json()["cheques"], kept.json()["version"]) == ([payment_id], 1)
    emptied = asks("PUT", f"{slip}/cheques", cheques=[], version=1)
    assert emptied.json()["version"] == 2
    late = asks("PUT", f"{slip}/cheques", cheques=[payment_id], version=1)
    assert (late.status_code, late.json()["code"]) == (409, "superseded")
    asks("PUT", f"{slip}/cheques", cheques=[payment_id], version=2)
    blind = asks("POST", f"{slip}/deposit", deposited_on="2022-06-24", version=2)
    assert (blind.status_code, blind.json()["code"]) == (409, "superseded")
    there = asks("POST", f"{slip}/deposit", deposited_on="2022-06-24", version=3)
    assert there.json()["state"] == "deposited"
    paid = asks("POST", f"{slip}/credit", amount_cents=60100, credited_on="2022-06-24").json()
    assert (paid["state"], paid["credited_on"]) == ("credited", "2022-06-24")
    (line,) = asks("GET", slip).json()["lines"]
    assert (line["payment"], line["slip"]) == (payment_id, "INP-000001")
    assert [each["id"] for each in asks("GET", "/cheque-slips?state=credited").json()["items"]] == [
        "INP-000001"
    ]
    assert "/slips/INP-000001/" in asks("GET", f"{slip}/pdf").headers["location"]
