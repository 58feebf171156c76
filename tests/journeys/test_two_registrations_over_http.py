"""P30 over HTTP: one person, two registrations of one campaign; the gateway's own books are the judge."""

import html
import io
import re
from collections import defaultdict
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from tests.conftest import Stack
from tests.journeys.conftest import CHALLENGED, Operator, Student, client, forms, log_in, started

DOUBLE = "double@demo.test"
ISIMA = "Ingénieur Isima 1ère année"
CIVIL = "Ingénieur Polytech - spécialité Génie Civil 3ème année"
RUNS = ("2022-07-10T00:30:00+02:00", "2022-08-12T09:00:00+02:00")


@pytest.fixture
def both(stack: Stack) -> tuple[Student, Student]:
    """The same person twice, each about one of their registrations."""
    api = log_in(stack, DOUBLE)
    return Student(api, stack, DOUBLE, nth=0), Student(api, stack, DOUBLE, nth=1)


@pytest.fixture
def at_once(both: tuple[Student, Student]) -> Student:
    """The first registration, paid at once."""
    both[0].declares("05").raise_for_status()
    assert both[0].state_of(both[0].pays(CHALLENGED)) == "paid"
    return both[0]


@pytest.fixture
def by_plan(both: tuple[Student, Student], at_once: Student) -> Student:
    """The second one, of which the first of three instalments is paid."""
    started(both[1])
    return both[1]


def taken(stack: Stack) -> dict[str, list[int]]:
    """Return what the bank says was taken, in cents, by the ordinal of the registration."""
    found = defaultdict(list)
    for each in httpx.get(f"{stack.paybox}/_ledger").json()["operations"]:
        if each["type"] == "capture" and each["code"] == "00000":
            found[each["reference"].split("-")[3]].append(each["amount_cents"])
    return found


def menu_of(student: Student) -> dict[str, str]:
    path = f"/menu?registration={student.registration['id']}"
    return {item["key"]: item["state"] for item in student.get(path)["items"]}


def certificate_of(student: Student) -> str:
    issued = student.api.post(f"/registrations/{student.registration['id']}/certificate").json()
    pdf = httpx.get(issued["link"])
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)


def read(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(text))


def test_each_is_paid_its_own_way_to_the_cent(
    at_once: Student, by_plan: Student, operator: Operator, stack: Stack
) -> None:
    assert taken(stack) == {"1": [377000], "2": [20031]}
    assert (menu_of(at_once)["pay_once"], menu_of(at_once)["pay_plan"]) == ("done", "hidden")
    assert (menu_of(by_plan)["pay_once"], menu_of(by_plan)["pay_plan"]) == ("done", "open")
    totals = at_once.get("/account")["totals"]
    assert (totals["debit_cents"], totals["credit_cents"]) == (437100, 397031)
    assert (totals["balance_cents"], totals["position_cents"]) == (40069, 0)

    for moment in RUNS:
        for _ in range(2):
            operator.debits_on(moment)

    assert taken(stack) == {"1": [377000], "2": [20031, 20031, 20038]}
    at_once.logs_in_again()
    by_plan.api = at_once.api
    assert menu_of(by_plan)["pay_plan"] == "done"
    assert at_once.instalments()["items"] == []
    assert by_plan.instalment_states() == ["paid"] * 3
    account = at_once.get("/account")
    assert [order["settled_on"] for order in account["orders"]] == ["2022-06-24", "2022-08-12"]
    assert account["totals"]["balance_cents"] == 0
    assert sum(payment["amount_cents"] for payment in account["payments"]) == 437100


def test_each_has_its_invoice_and_its_certificate(at_once: Student, by_plan: Student) -> None:
    shown = ("number", "total_cents", "paid_cents", "session")
    assert [tuple(each[name] for name in shown) for each in at_once.get("/invoices")["items"]] == [
        (9196, 377000, 377000, f"I2223_Y1_1A - {ISIMA}"),
        (9197, 60100, 20031, f"P2223_Y3_3A - {CIVIL}"),
    ]
    first, second = (read(certificate_of(student)) for student in (at_once, by_plan))
    assert ("3 770,00" in first, "200,31" in first) == (True, False)
    assert ("3 770,00" in second, "200,31" in second) == (False, True)


def test_each_mail_names_its_programme(at_once: Student, by_plan: Student, operator: Operator) -> None:
    named = f"?registration={by_plan.registration['id']}"
    operator.moves_the_clock_to("2022-07-03T09:00:00+02:00")
    operator.runs("publish_outbox")
    for moment in RUNS:
        operator.debits_on(moment)
    operator.runs("publish_outbox")

    mails = [(read(mail["subject"]), read(mail["text"])) for mail in operator.mails()]

    assert [subject for subject, text in mails if ISIMA in text] == [
        "Votre paiement de 3 770,00 € est enregistré"
    ]
    assert sorted(subject for subject, text in mails if CIVIL in text) == [
        "Prélèvement de 200,31 € le 10/07/2022",
        "Votre demande de paiement en plusieurs fois est acceptée",
        "Votre paiement de 200,31 € est enregistré",
        "Votre échéance de 200,31 € est réglée",
        "Votre échéance de 200,38 € est réglée",
    ]
    assert len(mails) == 6
    links = re.findall(r"/pay-plan(\S*)", " ".join(text for _, text in mails))
    assert set(links) == {named}


def test_pages_are_about_the_file_that_the_address_names(
    at_once: Student, by_plan: Student, stack: Stack
) -> None:
    browser = client(base_url=stack.portal, follow_redirects=True)

    def logs_in(page: httpx.Response) -> httpx.Response:
        action, fields = next(each for each in forms(page) if each[0].endswith("/login"))
        return browser.post(action, data=fields | {"email": DOUBLE, "password": "quittance-demo"})

    files: dict[str, Any] = {ISIMA: at_once.registration, CIVIL: by_plan.registration}
    home = logs_in(browser.get("/login"))
    for programme, registration in files.items():
        assert f'href="/?registration={registration["id"]}"' in home.text
        assert programme in read(home.text)

    for programme, amount in ((ISIMA, "3 770,00 €"), (CIVIL, "601,00 €")):
        browser.cookies.clear()
        address = f"/dossier?registration={files[programme]['id']}"
        dossier = logs_in(browser.get(address))
        assert str(dossier.url) == f"{stack.portal}{address}"
        assert f"<title>{programme} – " in read(dossier.text)
        assert f"Montant : <strong>{amount}</strong>" in read(dossier.text)
    invoices, account = (read(browser.get(path).text) for path in ("/invoices", "/account"))
    assert ISIMA in invoices
    assert CIVIL in invoices
    assert "400,69 €" in account[account.index('id="position"') : account.index("Commandes (")]
