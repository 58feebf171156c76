"""The accountant through the books in a browser, from the bank to the batch; each page again in English."""

from pathlib import Path

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import Reader, speaks
from tests.conftest import Stack
from tests.journeys.conftest import ACCEPTED, Operator, Student, accountant, log_in, started

MONDAY = "2022-06-27T09:00:00+02:00"
CHEQUE = {
    "method": "cheque",
    "amount_cents": 60_100,
    "reference": "0000417",
    "bank": "Banque d'essai",
    "drawer": "Dominique TESTPREPA",
    "received_on": "2022-06-24",
}
MOVEMENTS = (
    {"cents": 60_100, "label": "INSCRIPTION", "counterparty": "TESTGC Camille"},
    {"cents": 4_200, "label": "VIREMENT SANS REFERENCE"},
    {"cents": -1_250, "label": "FRAIS TENUE DE COMPTE"},
)


def a_weekend_of_money(stack: Stack) -> None:
    """One pays by card, one by cheque, one by transfer, one a part of a plan; it is Monday."""
    names = ("student", "prepa", "polytech", "double")
    by_card, by_cheque, by_transfer, by_plan = (
        Student(log_in(stack, f"{name}@demo.test"), stack, f"{name}@demo.test") for name in names
    )
    for student in (by_card, by_cheque, by_transfer):
        student.declares("01").raise_for_status()
    by_card.pays(ACCEPTED)
    started(by_plan)
    path = f"/staff/registrations/{by_cheque.registration['id']}/payments"
    accountant(stack).post(path, json=CHEQUE).raise_for_status()
    ordered = {"items": [{"booked_on": "2022-06-24", **each} for each in MOVEMENTS]}
    httpx.post(f"{stack.control}/bank/movements", json=ordered).raise_for_status()
    operator = Operator(stack)
    operator.moves_the_clock_to(MONDAY)
    for schedule in ("number_journal", "reconcile_days"):
        operator.runs(schedule)


def says(reader: Reader, french: str, english: str) -> None:
    expect(reader.page.locator("main")).to_contain_text(speaks(reader, french, english))


def has_done(reader: Reader, french: str, english: str) -> None:
    """Check that the page says what was just done."""
    expect(reader.page.locator(".note.yes").first).to_contain_text(speaks(reader, french, english))


def sends(reader: Reader, action: str) -> None:
    reader.clicks(f"main form[action='{action}'] button:not([name=sum])")


def test_accountant_takes_a_weekend_from_the_bank_to_the_batch(on_a_phone: Reader, tmp_path: Path) -> None:
    reader = on_a_phone
    a_weekend_of_money(reader.stack)
    reader.logs_in("accountant@demo.test")
    imports_the_statement(reader, tmp_path)
    decides_on_the_lines(reader)
    takes_the_cheque_to_the_bank(reader)
    compares_and_explains(reader)
    reads_the_balance_and_gives_up_a_debt(reader)
    makes_the_batch_and_closes_the_month(reader)
    another_person_decides(reader)
    reader.reads_again()


def imports_the_statement(reader: Reader, folder: Path) -> None:
    told = httpx.get(f"{reader.stack.control}/bank/statement", params={"format": "camt.053"})
    file = folder / "releve.xml"
    file.write_bytes(told.raise_for_status().content)
    reader.opens("/staff/statements")
    reader.page.set_input_files("#file", file)
    sends(reader, "/staff/statements")
    has_done(reader, "lignes nouvelles", "new lines")


def decides_on_the_lines(reader: Reader) -> None:
    reader.opens("/staff/statement-lines?state=proposed")
    reader.clicks("main td a >> nth=0")
    reader.clicks("main form[action$='/match/check'] button >> nth=0")
    reader.clicks("main form[action$='/match'] button")
    has_done(reader, "601,00 €, règlement d’un dossier, TESTGC Camille", "payment of a file, TESTGC Camille")
    for label, act in (("VIREMENT", "suspense"), ("FRAIS", "fee")):
        reader.opens("/staff/statement-lines?state=new")
        reader.clicks(f"main td a:has-text('{label}')")
        reader.clicks(f"main form[action$='/{act}'] button")
    has_done(reader, "frais bancaires (627)", "bank charges (627)")
    reader.opens("/staff/statement-lines?state=suspense")
    says(reader, "42,00 €", "€42.00")


def takes_the_cheque_to_the_bank(reader: Reader) -> None:
    reader.opens("/staff/cheque-slips")
    sends(reader, "/staff/cheque-slips")
    has_done(reader, "ouvert, de 601,00 €", "begun, of €601.00")
    reader.clicks("main form[action$='/deposit'] button")
    says(reader, "Rien n’est encore fait", "Nothing has been done yet")
    reader.clicks("main form[action$='/deposit'] button")
    has_done(reader, "601,00 € : il est figé", "€601.00: it is locked")


def compares_and_explains(reader: Reader) -> None:
    reader.opens("/staff/remittances")
    reader.opens("/staff/reconciliations")
    reader.page.select_option("#policy", "bank")
    sends(reader, "/staff/reconciliations")
    reader.opens("/staff/reconciliations")
    reader.clicks("main td a >> nth=0")
    reader.page.fill("#text", "à voir avec la banque")
    reader.clicks("main form[action$='/explanation'] button")
    has_done(reader, "est expliqué", "is explained")
    reader.opens("/staff/rapprochements")
    sends(reader, "/staff/rapprochements")
    has_done(reader, "Une autre personne doit le contrôler", "Another person has to check it")


def reads_the_balance_and_gives_up_a_debt(reader: Reader) -> None:
    reader.opens("/staff/balances")
    reader.clicks("main td a:has-text('TESTDOUBLE')")
    reader.page.check("main input[name=entry] >> nth=0")
    reader.clicks("main button[name=sum]")
    says(reader, "Coché : débits 400,69 €", "Ticked: debits €400.69")
    person = reader.page.url.split("/")[-1]
    form = f"/staff/registrations/{person}-1/waivers"
    reader.opens(form)
    reader.page.check("main input[value=remission]")
    reader.page.fill("#amount", "100,00")
    reader.page.fill("#reason", "ressources")
    reader.page.fill("#document", "décision 17")
    sends(reader, form)
    has_done(reader, "Proposé : abandonner 100,00 €", "Proposed: give up €100.00")


def another_person_decides(reader: Reader) -> None:
    reader.logs_in("accountant2@demo.test")
    reader.opens("/staff/waivers")
    reader.clicks("main button[value=approve]")
    says(reader, "ne se défait pas", "cannot be undone")
    reader.clicks("main form button")
    has_done(reader, "Approuvé : 100,00 €", "Approved: €100.00")
    reader.opens("/staff/rapprochements")
    reader.clicks("main td a >> nth=0")
    reader.clicks("main form[action$='/check'] button")
    has_done(reader, "est contrôlé", "is checked")


def makes_the_batch_and_closes_the_month(reader: Reader) -> None:
    for path, done in (
        ("/staff/batches", ("établi et figé", "made and frozen")),
        ("/staff/periods", ("", "")),
    ):
        reader.opens(path)
        reader.clicks("main form button")
        says(reader, "ne se défait pas", "cannot be undone")
        reader.clicks("main form button")
        if any(done):
            has_done(reader, *done)
    says(reader, "Mois en cours de clôture : mai 2022", "Month being closed: May 2022")
