"""Accounting imports a statement, and deals with its lines; the student sees how to pay by transfer."""

import re
from dataclasses import replace
from datetime import date, timedelta

import httpx
import segno.helpers

from chalicelib.domain.campaign import BankAccount
from chalicelib.domain.treasury.lines import LineState, StatementLine
from chalicelib.portal.qr import transfer_qr_svg
from chalicelib.web.parsing import signed_cents_of
from tests.fakes.bank_files import IBAN, Movement, Period, camt, csv
from tests.unit.portal.conftest import Browser, Page, enrol
from tests.unit.portal.test_plan_pages import read as written
from tests.unit.portal.test_qr import QUIET_ZONE, drawn, fromstring
from tests.unit.portal.test_transfer_pages import ready
from tests.usecases.statement_steps import lines

DESK, LINES = "/staff/statements", "/staff/statement-lines"
DAY = date(2022, 6, 23)
REFERENCE = "RF74 0000 0000 0000 1"


def read(page: httpx.Response) -> str:
    """Return what is read on a page, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", written(page)).split())


def moved(cents: int, label: str, party: str = "") -> Movement:
    return Movement(DAY, cents, label, party)


def sends(student: Browser, data: bytes, **given: str) -> httpx.Response:
    """The accountant sends a file by the form of the desk."""
    form = Page(student.get(DESK)).form(DESK)
    fields = form.fields | {"file": ""} | given
    answer = student.http.post(DESK, data=fields, files={"file": data}, follow_redirects=True)
    Page(answer)
    return answer


def imports(student: Browser, *movements: Movement) -> StatementLine:
    """The accountant imports a statement of these movements; return the first line."""
    student.acts_as("accountant")
    assert sends(student, camt(Period(DAY, 0, movements))).status_code == 200
    return line(student)


def line(student: Browser, state: LineState | None = None) -> StatementLine:
    return lines(student.ports, state)[0]


def opens(student: Browser, shown: StatementLine) -> httpx.Response:
    answer = student.get(f"{LINES}/{shown.id}")
    Page(answer)
    return answer


def acts(student: Browser, shown: StatementLine, act: str, **given: str) -> httpx.Response:
    return student.send(opens(student, shown), f"{LINES}/{shown.id}/{act}", **given)


class TestDesk:
    def test_file_is_imported_and_told_and_the_same_one_changes_nothing(self, student: Browser) -> None:
        student.declares("01")
        student.acts_as("accountant")
        data = camt(Period(DAY, 0, (moved(60100, REFERENCE), moved(-5, "FRAIS"))))
        told = read(sends(student, data))
        assert "2 lignes nouvelles, 1 affectée par la référence, 0 avec une proposition." in told
        assert "FR76 … 0185" in told
        assert "Voir les lignes " in told
        again = read(sends(student, data))
        assert "Voir les lignes " not in again
        assert "Ce relevé était déjà importé : rien n'a changé." in again
        Page(student.get(f"{DESK}?after={'x' * 300}&new=1"))

    def test_refused_file_says_why_and_leaves_the_desk(self, student: Browser) -> None:
        student.acts_as("accountant")
        refused = sends(student, b"<a/>")
        assert (refused.status_code, "camt.053.001.02" in read(refused)) == (422, True)
        assert sends(student, b"").status_code == 422

    def test_csv_needs_both_balances_and_keeps_what_was_typed(self, student: Browser) -> None:
        student.acts_as("accountant")
        data = csv(Period(DAY, 1000, (moved(60100, "VIR"), moved(-100, "FRAIS"))))
        assert sends(student, data).status_code == 422
        wrong = sends(student, data, opening="10,00", closing="1,00")
        assert (wrong.status_code, 'value="10,00"' in wrong.text) == (422, True)
        assert "2 lignes nouvelles" in read(sends(student, data, opening="10,00", closing="610,00 €"))

    def test_new_lines_are_looked_at_again(self, student: Browser) -> None:
        imports(student, moved(60100, "TESTCD Chris"))
        student.acts_as("student")
        student.declares("01")
        student.acts_as("accountant")
        told = student.send(student.get(DESK), f"{DESK}/matching")
        assert "0 ligne nouvelle, 0 affectée par la référence, 1 avec une proposition." in read(told)

    def test_auditor_reads_and_acts_on_nothing(self, student: Browser) -> None:
        shown = imports(student, moved(60100, "VIR"))
        student.acts_as("auditor")
        assert "Importer un relevé" not in student.get(DESK).text
        assert not [form for form in Page(opens(student, shown)).forms if LINES in form.action]

    def test_school_without_an_account_imports_nothing(self, student: Browser) -> None:
        campaign = replace(student.ports.campaigns.current(), bank_account=None)
        student.ports.campaigns.change(campaign)
        student.acts_as("accountant")
        assert "Aucune campagne ne nomme le compte" in read(student.get(DESK))


class TestLists:
    def test_lines_are_listed_by_state_with_what_each_needs(self, student: Browser) -> None:
        student.declares("01")
        imports(student, moved(60100, "inscription", "TESTCD Chris"))
        proposed = read(student.get(LINES))
        assert "TESTCD Chris, 60 / 100 – son nom, exactement ce qui reste dû" in proposed
        acts(student, line(student), "suspense", registration="", reason="qui ?")
        student.ports.at += timedelta(days=3)
        student.log_in("accountant@demo.test")
        held = student.get(f"{LINES}?state=suspense&after=0")
        Page(held)
        assert "(3 j)" in read(held)
        assert "Démo Bureau" in read(held)
        for state in LineState:
            Page(student.get(f"{LINES}?state={state}"))

    def test_long_list_goes_on(self, student: Browser) -> None:
        imports(student, *(moved(rank, f"VIR {rank}") for rank in range(1, 60)))
        first = student.get(f"{LINES}?state=new")
        further = next(
            part for part in first.text.split('"') if part.startswith(f"{LINES}?state=new&amp;after=")
        )
        assert first.text.count(f'href="{LINES}/2022') == 50
        assert student.get(further.replace("&amp;", "&")).text.count(f'href="{LINES}/2022') == 9


class TestOneLine:
    def test_proposal_is_confirmed_by_name_and_amount(self, student: Browser) -> None:
        student.declares("01")
        shown = imports(student, moved(60100, "TESTCD Chris"))
        check = acts(student, shown, "match/check")
        assert "601,00 € à TESTCD Chris (dossier" in read(check)
        done = student.send(check, f"{LINES}/{shown.id}/match")
        assert "règlement d'un dossier ( TESTCD Chris )" in read(done)
        assert line(student).state is LineState.MATCHED

    def test_transfer_for_two_is_split_by_names_and_numbers(self, student: Browser) -> None:
        other = enrol(student.ports, 2, "other@demo.test", "I2223_Y1_1A", "TESTPO")
        student.declares("01")
        shown = imports(student, moved(100000, "POUR LES DEUX"))
        parts = {
            "registration_1": "testcd",
            "amount_1": "601",
            "registration_2": f"{other.id}-1",
            "amount_2": "300,00",
        }
        check = acts(student, shown, "match/check", **parts, fee="", rest="99")
        assert "99,00 € en attente (471)" in read(check)
        done = student.send(check, f"{LINES}/{shown.id}/match")
        assert "C'est enregistré :" in read(done)
        assert "99,00 € – en attente (471)" in read(done)
        assert (line(student).state, line(student).suspense_cents) == (LineState.SUSPENSE, 9900)

    def test_who_is_not_found_and_what_does_not_add_up_is_said(self, student: Browser) -> None:
        shown = imports(student, moved(60100, "VIR"))
        for typed in ("nobody", "00000000000000ff-1", ""):
            unknown = acts(student, shown, "match/check", registration_1=typed, amount_1="601")
            assert unknown.status_code == 422
        given = {"registration_1": "TESTCD", "amount_1": "600", "invoice_1": ""}
        check = acts(student, shown, "match/check", **given)
        refused = student.send(check, f"{LINES}/{shown.id}/match")
        assert (refused.status_code, "il reste 601,00 € à expliquer" in read(refused)) == (422, True)

    def test_old_page_explains_nothing(self, student: Browser) -> None:
        shown = imports(student, moved(-1250, "FRAIS"))
        page = opens(student, shown)
        assert "Le libellé est celui de frais." in read(page)
        acts(student, shown, "suspense")
        old = student.send(page, f"{LINES}/{shown.id}/fee")
        assert old.status_code == 409
        acts(student, line(student), "fee")
        assert line(student).state is LineState.FEE

    def test_line_of_a_card_remittance_leads_to_the_remittances(self, student: Browser) -> None:
        shown = imports(student, moved(60100, "REMISE CB 00123"))
        page = opens(student, shown)
        assert "Le passage de la nuit réunit les règlements de la remise" in read(page)
        assert '<a href="/staff/remittances">Remises CB</a>' in page.text

    def test_line_of_another_matter_is_discarded_with_its_reason(self, student: Browser) -> None:
        shown = imports(student, moved(-32010, "ENERGIE"))
        assert "énergie" in read(acts(student, shown, "discard", reason="facture d'énergie"))
        assert line(student).state is LineState.DISCARDED

    def test_search_is_handed_on(self, student: Browser) -> None:
        shown = imports(student, moved(60100, "VIR"))
        acts(student, shown, "suspense")
        owner = line(student).owner
        assert "cherché par Démo Bureau" in read(acts(student, line(student), "owner", owner=owner))
        assert acts(student, line(student), "owner", owner="00000000000000ff").status_code == 404

    def test_batch_shows_its_transactions(self, student: Browser) -> None:
        student.acts_as("accountant")
        part = b'<TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">5.00</Amt></TxAmt></AmtDtls></TxDtls>'
        data = camt(Period(DAY, 0, (moved(1000, "A"),))).replace(b"<TxDtls>", part + b"<TxDtls>", 1)
        sends(student, data)
        assert "5,00 € – sans libellé" in read(opens(student, line(student)))


class TestAccountPage:
    def test_reference_account_and_amount_are_shown_with_a_code(self, student: Browser) -> None:
        student.declares("01")
        page = student.get("/account")
        Page(page)
        assert REFERENCE in read(page)
        assert "FR76 3000 1007 9412 3456 7890 185" in read(page)
        assert "Montant à régler 601,00 €" in read(page)
        assert page.text.count("<svg") == 1

    def test_who_owes_nothing_sees_the_reference_and_no_code(self, student: Browser) -> None:
        page = student.get("/account")
        assert (REFERENCE in read(page), "<svg" in page.text) == (True, False)

    def test_school_without_an_account_shows_none(self, student: Browser) -> None:
        campaign = replace(student.ports.campaigns.current(), bank_account=None)
        student.ports.campaigns.change(campaign)
        assert "Payer par virement" not in student.get("/account").text

    def test_code_is_that_of_the_european_standard(self) -> None:
        school = BankAccount("Clermont Auvergne INP", IBAN, "BDFEFRPPCCT")
        picture = fromstring(transfer_qr_svg(school, 60105, "RF060000000000061"))
        code = segno.helpers.make_epc_qr(
            school.holder, IBAN, "601.05", reference="RF060000000000061", bic=school.bic
        )
        assert drawn(picture) == [[bool(each) for each in row] for row in code.matrix_iter(border=QUIET_ZONE)]


def test_balance_below_zero_is_read() -> None:
    assert [signed_cents_of(text) for text in ("-1 234,50 €", "−1", "12,5", "", "x")] == [
        -123450,
        -100,
        1250,
        None,
        None,
    ]


class TestRefundsByTransfer:
    def test_transfers_that_left_and_one_that_came_back(self, student: Browser) -> None:
        ready(student)
        student.send(student.get("/staff/transfers"), "/staff/transfers")
        imports(student, moved(-60100, "INP-000001"), moved(60100, "RETOUR"))
        left, back = sorted(lines(student.ports), key=lambda each: each.cents)
        refused = acts(student, back, "returned-refund", subject="nobody")
        assert refused.status_code == 409
        assert "virements de remboursement" in read(acts(student, left, "transfers", subject="INP-000001"))
        (refund,) = student.ports.memory.refunds
        assert "remboursement revenu" in read(acts(student, back, "returned-refund", subject=refund))
