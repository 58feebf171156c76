"""The amounts and days that pages state: each true on the day it is read."""

from datetime import date

from chalicelib.domain.people import Role
from chalicelib.domain.registration import Decision
from chalicelib.usecases.registrations.decide_registration import decide_registration
from tests.fakes.gateway import Behaviour
from tests.unit.portal.conftest import Browser, Page, colleague, without_spaces

ISIMA = "0000000000000001-1"
ADDRESS = "Cette adresse figure sur votre facture"
WEARER = "La facture portera l'adresse"


def read(student: Browser, path: str) -> str:
    return without_spaces(student.get(path).text)


def test_menu_4_says_that_an_invoice_is_fixed_at_its_date(student: Browser) -> None:
    student.starts_the_plan()
    text = read(student, "/invoices")
    assert "Une facture est figée à sa date : elle dit ce qui était réglé ce jour-là." in text
    assert "L'attestation de paiement liste tous les versements reçus à ce jour." in text


def test_address_is_on_the_invoice_only_until_there_is_one(student: Browser) -> None:
    student.declares("01")
    assert ADDRESS in read(student, "/pay-once")
    assert WEARER in read(student, "/pay-once")
    student.asks_for("paybox-3")
    student.acts_as("accountant")
    student.decides("approve")
    student.acts_as("student")
    assert ADDRESS in read(student, "/pay-plan")
    student.is_charged(student.opens(1), token="token-1", token_expires="2512")
    student.is_debited(date(2022, 7, 10), Behaviour.REFUSE_HARD)
    student.log_in("student@demo.test")
    for path in ("/pay-rest", "/pay-plan/2"):
        text = read(student, path)
        assert ADDRESS not in text, path
        assert WEARER not in text, path
        assert "Votre facture ne change pas." in text, path


def test_amount_to_pay_is_told_before_and_above_its_table(student: Browser) -> None:
    student.declares("05")
    assert 'Total à payer :</p> <p class="amount">3 770,00 €</p>' in read(student, "/pay-once")
    text = read(student, "/pay-once")
    assert text.index('<p class="amount">3 770,00 €</p>') < text.index("<table")
    assert '<td role="cell" class="figure" data-label="Total TTC">3 770,00 €</td>' in text


def test_closed_menu_2a_tells_no_amount(student: Browser) -> None:
    student.declares("05")
    student.pays()
    assert "Total à payer" not in read(student, "/pay-once")


def test_position_comes_first_and_every_figure_keeps_its_name(student: Browser) -> None:
    student.declares("01")
    student.pays()
    text = read(student, "/account")
    assert text.index(">Position</h2>") < text.index("Commandes (1)")
    assert all(f"<dt>{label}</dt>" in text for label in ("Débit", "Crédit", "Solde"))
    for label in ("Soldée le", "Réglé TTC", "Affecté TTC", "Date banque"):
        assert f'data-label="{label}"' in text, label


def test_position_before_any_order_tells_what_is_left_to_pay(student: Browser) -> None:
    told = "Rien n'est encore commandé : 601,00 € restent à régler (menu 2 ou 3)."
    assert told not in read(student, "/account")
    student.declares("01")
    assert told in read(student, "/account")
    student.pays()
    assert told not in read(student, "/account")
    assert Page(student.get("/account")).forms


def test_file_without_a_price_or_refused_has_nothing_left_to_order(student: Browser) -> None:
    student.declares("02")
    assert "Rien n'est encore commandé" not in read(student, "/account")
    student.declares("01")
    decide_registration(
        student.ports, ISIMA, Decision.REFUSE, "Pièces.", colleague(student.ports, Role.REGISTRAR)
    )
    assert "Rien n'est encore commandé" not in read(student, "/account")


def test_receipt_of_a_part_tells_the_rest_and_leads_to_it(student: Browser) -> None:
    student.declares("01")
    kept = student.opens_the_payment()
    student.send(kept, f"{kept.url.path}/give-up")
    student.declares("05")
    decide_registration(student.ports, ISIMA, Decision.VALIDATE, "", colleague(student.ports, Role.REGISTRAR))
    student.is_charged(kept)
    for path in (kept.url.path, "/"):
        text = read(student, path)
        assert "il reste 3 169,00 € à payer." in text, path
        assert 'href="/pay-once">Payer le reste</a>' in text, path
    student.is_charged(student.opens_the_payment(), "7002")
    for path in (kept.url.path, "/"):
        assert "Payer le reste" not in read(student, path), path


def test_receipt_of_a_surplus_and_home_name_its_amount(student: Browser) -> None:
    student.declares("01")
    first = student.opens_the_payment()
    student.send(first, f"{first.url.path}/give-up")
    student.is_charged(student.opens_the_payment(), "7001")
    assert "de plus que ce que vous devez" not in read(student, "/")
    student.is_charged(first, "7002")
    assert "601,00 € dépassent ce qui restait dû :" in read(student, first.url.path)
    assert "Nous avons reçu 601,00 € de plus que ce que vous devez :" in read(student, "/")


def test_money_of_before_the_order_is_taken_off_wherever_an_amount_is_told(student: Browser) -> None:
    student.declares("01")
    kept = student.opens_the_payment()
    student.send(kept, f"{kept.url.path}/give-up")
    student.declares("02")
    student.is_charged(kept)
    assert '<p class="amount">-601,00 €</p>' in read(student, "/account")
    student.declares("05")
    told = read(student, "/account")
    assert '<p class="amount">0,00 €</p>' in told
    assert "Rien n'est encore commandé : 3 169,00 € restent à régler (menu 2 ou 3)." in told
    assert "de plus que ce que vous devez" not in read(student, "/")
    assert '<p class="amount">3 169,00 €</p>' in read(student, "/pay-once")
    (payment,) = student.ports.accounts.account(ISIMA.removesuffix("-1")).payments
    student.acts_as("accountant")
    assert "<dt>Dont en crédit</dt><dd>0,00 €</dd>" in read(student, f"/staff/payments/{payment.id}/refund")
    assert "dont 601,00 € en crédit" not in read(student, f"/staff/registrations/{ISIMA}")
