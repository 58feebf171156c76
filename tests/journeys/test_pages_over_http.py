"""The story of the manual on the web pages, as a browser without scripts tells it."""

import html
import io
import re
from datetime import timedelta

import httpx
import pyotp
import pytest
from pypdf import PdfReader

from tests.conftest import Stack
from tests.journeys.browser import Browser, read
from tests.journeys.conftest import ACCEPTED, CHALLENGED, REFUSED, Operator, forms

LATER_STOLEN = "1111222233330143"


@pytest.fixture
def browser(stack: Stack) -> Browser:
    return Browser(stack)


def test_isima_student_pays_on_the_pages_and_downloads_the_invoice(
    browser: Browser, operator: Operator
) -> None:
    home = browser.logs_in("student@demo.test")
    assert "Bonjour Chris TESTCD" in home.text
    assert "3 770,00 €" in read(browser.declares("05"))
    back = browser.pays(CHALLENGED, mode="saved", address="demo")
    assert "/payments/" in str(back.url)
    assert "Votre paiement est enregistré." in read(back)
    assert operator.captures() == [377000]
    invoices = browser.opens("/invoices")
    link = 'href="/invoices/9196/pdf"'
    if link not in invoices.text:  # the outbox may have drawn it already
        invoices = browser.sends(invoices, "/invoices/9196/pdf")
    assert link in invoices.text
    pdf = browser.opens("/invoices/9196/pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert "9196" in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    account = read(browser.opens("/account"))
    position = account[account.index('id="position"') : account.index("Commandes (")]
    assert re.findall(r"(\d[\d ]*,\d\d) €", position) == ["0,00", "3 770,00", "3 770,00", "0,00"]


def test_refused_card_can_be_followed_by_another_from_the_return_page(
    browser: Browser, operator: Operator
) -> None:
    browser.logs_in("student@demo.test")
    browser.declares("01")
    for _ in range(2):
        browser.pays(REFUSED)
    assert operator.captures() == []
    assert "Ouvert" in browser.opens("/").text
    assert "Votre paiement est enregistré." in read(browser.pays(ACCEPTED))
    assert operator.captures() == [60100]


def test_closed_gateway_is_said_on_a_page_that_offers_to_come_back(
    browser: Browser, operator: Operator
) -> None:
    browser.logs_in("student@demo.test")
    browser.declares("05")
    operator.breaks({"match": {"page": "load.html"}, "effect": "http_500"})
    page = browser.goes_to_pay(mode="none")
    assert page.status_code == 503
    assert "Rien n'a été débité" in read(page)
    operator.breaks()
    assert browser.goes_to_pay(mode="none").status_code == 200


def test_grant_holder_is_done_once_the_registrar_has_validated_on_the_page(
    browser: Browser, stack: Stack
) -> None:
    browser.logs_in("prepa@demo.test")
    assert "Vous n'avez rien à régler" in read(browser.declares("02"))
    desk = Browser(stack)
    desk.logs_in("registrar@demo.test")
    queue = desk.goes_to_the_desk("Dossiers d'inscription")
    assert "TESTPREPA Alix" in queue.text
    asked = desk.sends(desk.opens_the_file_of(queue, "TESTPREPA Alix"), "/decision", decision="validate")
    assert "Justificatif pas vu" in asked.text
    told = desk.sends(asked, "/decision")
    assert "le dossier est validé" in told.text
    home = read(browser.opens("/"))
    assert "Inscrit, dossier validé" in home
    assert "Votre inscription est terminée" in home


def test_on_25_july_the_home_shows_menus_1_2a_and_2b_closed(browser: Browser, operator: Operator) -> None:
    operator.moves_the_clock_to("2022-07-25T10:00:00+02:00")
    home = read(browser.logs_in("student@demo.test"))
    assert home.count(">Fermé<") == 3
    assert "Réouverture le 18/08/2022 à 00:00." in home
    assert "disabled" not in browser.opens("/invoices").text
    assert browser.opens("/account").status_code == 200


def test_registrar_refuses_and_the_student_reads_why(browser: Browser, stack: Stack) -> None:
    browser.logs_in("polytech@demo.test")
    browser.declares("02")
    desk = Browser(stack)
    desk.logs_in("registrar@demo.test")
    queue = desk.goes_to_the_desk("Dossiers d'inscription")
    file = desk.opens_the_file_of(queue, "TESTGC Camille")
    desk.sends(file, "/decision", decision="refuse", reason="Attestation de bourse absente.")
    assert "Attestation de bourse absente." in browser.opens("/dossier").text
    auditor = Browser(stack)
    auditor.logs_in("auditor@demo.test")
    refused = auditor.opens("/staff/registrations?status=refused")
    assert "TESTGC Camille" in refused.text
    assert "/decision" not in refused.text


def starts_the_plan(browser: Browser, plan: str, code: str, card: str) -> httpx.Response:
    """Declared, asked for, accepted by accounting, and the first instalment paid; return the last page."""
    browser.logs_in("student@demo.test")
    browser.declares(code)
    asked = browser.sends(browser.opens("/choose-plan"), "/choose-plan", plan=plan)
    assert "En attente de décision" in asked.text
    desk = Browser(browser.stack)
    desk.logs_in("accountant@demo.test")
    asks = desk.sends(desk.goes_to_the_desk("Demandes d'échéancier"), "/decision", decision="approve")
    assert "la demande est acceptée" in read(desk.sends(asks, "/decision"))
    return browser.pays_instalment(1, card)


def debits_on(operator: Operator, browser: Browser, moment: str) -> str:
    """The clock moves, the debits run twice; the student looks at menu 3."""
    operator.moves_the_clock_to(moment)
    for _ in range(2):
        operator.runs("plan_debits")
    browser.logs_in("student@demo.test")
    return read(browser.opens("/pay-plan"))


def test_601_euros_in_three_are_debited_on_the_tenths_and_end_at_zero(
    browser: Browser, operator: Operator
) -> None:
    back = starts_the_plan(browser, "paybox-3", "01", CHALLENGED)
    assert "Votre paiement est enregistré." in read(back)
    plan = read(browser.opens("/pay-plan"))
    assert "selon l'échéancier ci-dessus : <strong>400,69 €</strong>" in plan
    assert debits_on(operator, browser, "2022-07-10T00:30:00+02:00").count("Réglée") == 2
    over = debits_on(operator, browser, "2022-08-12T09:00:00+02:00")
    assert "Votre échéancier est terminé : tout est réglé." in over
    assert operator.captures() == [20031, 20031, 20038]
    account = read(browser.opens("/account"))
    position = account[account.index('id="position"') : account.index("Commandes (")]
    assert re.findall(r"(\d[\d ]*,\d\d) €", position) == ["0,00", "601,00", "601,00", "0,00"]
    assert "Factures (1)" in account


def test_instalment_refused_for_good_is_paid_by_hand_and_the_reason_stays_with_staff(
    browser: Browser, operator: Operator
) -> None:
    starts_the_plan(browser, "paybox-6", "05", LATER_STOLEN)
    plan = debits_on(operator, browser, "2022-07-10T09:00:00+02:00")
    assert "À régler par vous-même" in plan
    assert "00143" not in plan
    assert "Votre paiement est enregistré." in read(browser.pays_instalment(2, CHALLENGED))
    assert "À régler par vous-même" not in browser.opens("/pay-plan").text
    assert operator.captures() == [62835, 62833]
    desk = Browser(browser.stack)
    desk.logs_in("auditor@demo.test")
    queue = desk.opens("/staff/plan-requests?state=approved")
    found = re.search(r'href="(/staff/instalments/[^"]+)"', queue.text)
    assert found is not None
    assert "00143" in desk.opens(found[1]).text


def link_mailed_to(operator: Operator, email: str) -> str:
    operator.runs("publish_outbox")
    texts = [mail["text"] for mail in operator.mails() if mail["to"] == email]
    found = re.search(r"\S+/password\?token=\S+", texts[-1])
    assert found is not None
    return found[0]


def test_first_connection_is_a_mail_a_link_a_password_and_the_home(
    browser: Browser, operator: Operator
) -> None:
    asked = browser.sends(browser.opens("/first-connection"), "/first-connection", email="student@demo.test")
    assert "Si cette adresse est connue" in read(asked)
    link = link_mailed_to(operator, "student@demo.test")
    told = browser.sends(browser.opens(link), "/password", password="quatre mots sans rapport")
    assert "Votre mot de passe est enregistré." in read(told)
    fields = {"email": "student@demo.test", "password": "quatre mots sans rapport"}
    assert "Bonjour Chris TESTCD" in browser.sends(told, "/login", **fields).text
    assert "Ce lien n'est plus valable" in read(browser.opens(link))


def test_staff_sets_up_a_second_factor_and_logs_in_with_it(browser: Browser, operator: Operator) -> None:
    browser.logs_in("accountant@demo.test")
    page = browser.opens("/second-factor/enrolment")
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)
    assert found is not None
    codes = pyotp.TOTP(found[1].replace(" ", ""))
    shown = browser.sends(page, "/second-factor/enrolment", code=codes.at(operator.time()))
    assert "Vos codes de secours" in shown.text
    asked = browser.logs_in("accountant@demo.test")
    assert asked.url.path == "/second-factor"
    following = codes.at(operator.time() + timedelta(seconds=30))
    assert browser.sends(asked, "/second-factor", code=following).url.path == "/staff/desk"


def test_identity_is_linked_and_lets_in_through_the_central_server(browser: Browser) -> None:
    browser.logs_in("student@demo.test")
    security = browser.sends(browser.opens("/security"), "/security/identity-removal")
    assert "n'est plus reliée" in read(security)
    leaving = browser.sends(security, "/security/identity")
    link = re.search(r'href="([^"]+/cas/login[^"]+)"', leaving.text)
    assert link is not None
    central = browser.http.get(html.unescape(link[1]))
    action, fields = forms(central)[0]
    del fields["warn"]  # a box that nobody ticks
    given = fields | {"username": "student", "password": "quittance-demo"}
    linked = browser.http.post(action, data=given)
    assert "Votre identité centrale est reliée" in read(linked)
    browser.sends(linked, "/logout")
    assert browser.opens("/api/v1/auth/cas?next=/account").url.path == "/account"
