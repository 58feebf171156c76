"""A company pays two thirds of a registration over HTTP: named, invoiced, mailed, paid, and given up."""

from typing import Any

import facturx
import httpx

from tests.conftest import Stack
from tests.journeys.browser import Browser, read
from tests.journeys.conftest import ACCEPTED, Operator, Student, accountant

COMPANY: dict[str, Any] = {
    "kind": "public",
    "name": "Société de démonstration",
    "address": {"line1": "2 rue de la Démonstration", "zip_code": "63000", "city": "Clermont-Ferrand"},
    "siret": "732 829 320 00074",
    "email": "payer@demo.test",
    "amount_cents": 40_000,
    "service_code": "DRH",
    "engagement": "EJ-2022-1",
    "needs_engagement": True,
}


def address_of(student: Student, act: str = "") -> str:
    return f"/staff/registrations/{student.registration['id']}/payer{act}"


def pays(desk: httpx.Client, student: Student, operator: Operator, cents: int, number: int) -> httpx.Response:
    body = {
        "method": "transfer",
        "amount_cents": cents,
        "reference": "VIR 1",
        "received_on": operator.time().date().isoformat(),
        "payer_invoice": number,
    }
    return desk.post(f"/staff/registrations/{student.registration['id']}/payments", json=body)


def test_student_pays_the_rest_and_the_company_its_invoice(
    isima: Student, registrar: httpx.Client, operator: Operator
) -> None:
    office, desk = registrar, accountant(operator.stack)
    isima.declares("01")
    refused = office.put(address_of(isima), json=COMPANY | {"siret": "732 829 320 00075"})
    assert (refused.status_code, refused.json()["code"]) == (422, "payer_not_valid")
    assert "732 829 320 00075" in refused.json()["detail"]
    named = office.put(address_of(isima), json=COMPANY)
    assert named.status_code == 200, named.text
    assert office.put(address_of(isima), json=COMPANY).json() == named.json()
    again = office.put(address_of(isima), json=COMPANY | {"amount_cents": 100})
    assert (again.status_code, again.json()["code"]) == (409, "payer_not_named")
    assert office.post(address_of(isima, "/invoice"), json={}).status_code == 403

    drawn = desk.post(address_of(isima, "/invoice"), json={"version": 1})
    assert drawn.status_code == 201, drawn.text
    number = drawn.json()["invoice_number"]
    assert desk.post(address_of(isima, "/invoice"), json={}).status_code == 409
    assert (drawn.json()["owed_cents"], drawn.json()["state"]) == (40_000, "invoiced")

    isima.pays(ACCEPTED)
    account = isima.get("/account")
    assert account["totals"]["balance_cents"] == 0
    assert [each["total_cents"] for each in account["invoices"]] == [20_100]
    assert [(each["amount_cents"], each["invoice_number"]) for each in account["covers"]] == [
        (40_000, number)
    ]
    assert operator.captures() == [20_100]
    assert isima.api.post(f"/invoices/{number}/pdf").status_code == 404

    too_much = pays(desk, isima, operator, 40_001, number)
    assert (too_much.status_code, too_much.json()["code"]) == (422, "payer_receipt_too_large")
    assert pays(desk, isima, operator, 15_000, number).status_code == 201
    assert [each["owed_cents"] for each in desk.get("/staff/payers?state=invoiced").json()["items"]] == [
        25_000
    ]

    note = {"amount_cents": 25_000, "reason": "contrat rompu", "registration": isima.registration["id"]}
    given_up = desk.post(f"/staff/invoices/{number}/credit-notes", json=note)
    assert given_up.status_code == 201, given_up.text
    assert isima.get("/account")["totals"]["balance_cents"] == 25_000
    assert desk.get("/staff/payers?state=invoiced").json()["items"] == []

    operator.runs("send_mails")
    mail = next(each for each in operator.mails() if each["to"] == "payer@demo.test")
    assert f"n° {number}" in mail["text"]


def test_staff_names_a_company_on_its_page_and_downloads_a_factur_x(isima: Student, stack: Stack) -> None:
    isima.declares("01")
    office, desk = Browser(stack), Browser(stack)
    office.logs_in("registrar@demo.test")
    form = office.opens(address_of(isima))
    typed = {name: COMPANY[name] for name in ("kind", "name", "siret", "email", "service_code", "engagement")}
    refused = office.sends(form, "/payer/check", **typed | COMPANY["address"] | {"amount": "601,01"})
    assert refused.status_code == 422
    assert "601,00" in read(refused)
    asked = office.sends(refused, "/payer/check", **typed | COMPANY["address"] | {"amount": "400,00"})
    assert "TESTCD Chris" in read(asked)
    assert "400,00" in read(asked)
    named = office.sends(asked, "/payer/confirmation")
    assert "À facturer" in read(named)

    desk.logs_in("accountant@demo.test")
    preview = desk.opens(address_of(isima, "/invoice"))
    done = desk.sends(preview, "/payer/invoice")
    assert "Facturé" in read(done)
    pdf = desk.sends(done, "/payer/pdf").content
    name, xml = facturx.get_xml_from_pdf(pdf, check_xsd=True)
    assert name == "factur-x.xml"
    assert b"<ram:DuePayableAmount>400.00</ram:DuePayableAmount>" in xml
    assert b"<ram:IssuerAssignedID>EJ-2022-1</ram:IssuerAssignedID>" in xml

    student = Browser(stack)
    student.logs_in("student@demo.test")
    for page in ("/account", "/pay-once"):
        assert "pris en charge par Société de démonstration" in read(student.opens(page)).replace(
            "<strong>", ""
        ).replace("</strong>", "")
