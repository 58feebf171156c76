"""What a student and the registrar read and do on the pages, menu by menu."""

import html
import re
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.payments import Answer, Outcome
from chalicelib.domain.people import Address, Person, Role
from chalicelib.domain.registration import Decision, RegistrationStatus
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.registrations.decide_registration import decide_registration, tick_steps
from tests.unit.portal.conftest import (
    Browser,
    Page,
    PortalPorts,
    colleague,
    enrol,
    reference_of,
    serve,
    without_spaces,
)

ISIMA = "0000000000000001-1"
NEW_ADDRESS = {
    "mode": "new",
    "line1": "12 rue de l'Été",
    "zip_code": "63 000",
    "city": "Clermont-Ferrand",
    "country": "FR",
    "phone_country_code": "+33",
    "phone": "06 00.00-00 00",
}


def read(answer: Any) -> str:
    return without_spaces(answer.text)


def registrar_of(browser: Browser) -> Person:
    return colleague(browser.ports, Role.REGISTRAR)


def test_home_names_the_steps_the_status_and_the_menus(student: Browser) -> None:
    tick_steps(student.ports, ISIMA, frozenset({"cvec"}), registrar_of(student))
    text = read(student.get("/"))
    for words in (
        "Bonjour Chris TESTCD",
        "Étape 1 : acquittement de la CVEC",
        'href="https://inscription.uca.fr/"',
        "Pré-inscrit, dossier non validé",
        'href="https://clermont-auvergne-inp.fr/inscriptions"',
        "Jusqu'au 22/07/2022 à 23:59.",
        "Choisissez d'abord votre situation",
    ):
        assert words in text
    assert text.count("Justificatif vu par la scolarité.") == 1
    assert text.count("Pas encore vérifié par la scolarité.") == 2
    assert "3. Régler" not in text, "hidden"
    assert 'href="/pay-once"' not in text, "closed"
    assert 'href="/choose-plan"' not in text, "closed"


def test_part_payment_is_said_in_one_sentence_at_home_and_where_the_rest_is_paid(student: Browser) -> None:
    student.declares("01")
    kept = student.opens_the_payment()
    student.send(kept, f"{kept.url.path}/give-up")
    student.declares("05")
    decide_registration(student.ports, ISIMA, Decision.VALIDATE, "", registrar_of(student))
    student.is_charged(kept)
    sentence = "Nous avons reçu 601,00 € pour votre inscription : il reste 3 169,00 € à payer."
    for path in ("/", "/pay-once"):
        assert read(student.get(path)).count(sentence) == 1, path


def test_second_tab_of_a_payment_says_that_it_was_paid_before(student: Browser) -> None:
    student.declares("01")
    tab = student.opens_the_payment()
    reference = student.is_charged(tab)
    sentence = "Ce paiement avait déjà été accepté : vous n'avez pas été débité une seconde fois."
    clicked = student.send(tab, f"{tab.url.path}/leave")
    refused = student.get(f"/payments/return/refuse?Ref={reference}")
    for page in (clicked, refused):
        assert sentence in read(page)
    assert sentence not in read(student.get(f"/payments/return/effectue?Ref={reference}"))


def test_on_25_july_home_says_why_and_until_when_the_menus_are_closed(student: Browser) -> None:
    student.declares("05")
    student.ports.at = datetime(2022, 7, 25, 10, tzinfo=PARIS)
    text = read(student.log_in("student@demo.test"))
    assert text.count("Réouverture le 18/08/2022 à 00:00.") == 1
    assert text.count(">Fermé<") == 3
    assert 'href="/dossier"' not in text
    assert 'href="/invoices"' in text
    assert 'href="/account"' in text
    assert "Modifier" not in student.get("/dossier").text
    assert "Récapitulatif du paiement" not in student.get("/pay-once").text
    assert 'action="/pay-once"' not in student.get("/pay-once").text


def test_person_without_a_registration_still_has_a_home(browser: Browser) -> None:
    browser.ports.memory.registrations_by_id.clear()
    assert "Aucun dossier ne vous est ouvert" in browser.log_in("student@demo.test").text
    assert browser.get("/dossier").status_code == 404
    assert browser.get("/account").status_code == 200


def test_dossier_offers_what_is_allowed_with_its_price_and_names_the_rest(student: Browser) -> None:
    text = read(student.get("/dossier"))
    prices = re.findall(r'<span>(\d\d) .*?<strong class="price">(.*?)</strong>', text)
    assert dict(prices) == {
        "01": "601,00 €",
        "02": "0,00 €",
        "05": "3 770,00 €",
        "07": "0,00 €",
        "14": "401,00 €",
    }
    assert text.count('type="radio"') == text.count("Non autorisé pour votre formation") == 5
    assert "ATTENTION : Si à ce stade, votre situation est incertaine" in text


def test_declared_situation_is_confirmed_and_can_be_changed(student: Browser) -> None:
    text = read(student.declares("05"))
    assert "05 Etudiants internationaux extra-communautaires en formation diplômante" in text
    assert "3 770,00 €" in text
    assert 'type="radio"' not in text
    form = Page(student.get("/dossier?edit=1")).form("/dossier")
    assert form.fields["code"] == "05"
    assert "601,00 €" in read(student.declares("01"))


def test_kept_dossier_declares_nothing_on_a_file_that_changed_and_shows_it(student: Browser) -> None:
    memory = student.ports.memory.registrations_by_id
    kept, was = student.get("/dossier"), memory[ISIMA]
    memory[ISIMA] = replace(was, fee_situation_code="05", version=was.version + 1)
    shown = student.send(kept, "/dossier", code="02")
    assert (shown.status_code, memory[ISIMA].fee_situation_code) == (409, "05")
    assert "ce que vous veniez de choisir n'a pas été pris en compte" in read(shown)
    assert "3 770,00 €" in read(shown)
    assert "Votre choix est enregistré" not in read(shown)
    student.declares("02")
    assert memory[ISIMA].fee_situation_code == "02"


def test_program_may_name_the_file_that_it_read(student: Browser) -> None:
    headers = {"Authorization": f"Bearer {student.http.cookies['quittance']}"}
    path = f"/api/v1/registrations/{ISIMA}"
    seen_hash = student.http.get(path, headers=headers).json()["seen_hash"]
    for code, status in (("01", 200), ("02", 409)):
        body = {"code": code, "seen_hash": seen_hash}
        assert student.http.put(f"{path}/fee-situation", json=body, headers=headers).status_code == status


def test_dossier_without_a_choice_asks_for_one(student: Browser) -> None:
    answer = student.send(student.get("/dossier"), "/dossier")
    assert answer.status_code == 422
    assert "Choisissez une situation avant de valider." in answer.text


@pytest.mark.parametrize("code", ["08", "99", "<b>", "é" * 300])
def test_situation_that_is_not_allowed_is_refused_with_those_that_are(student: Browser, code: str) -> None:
    answer = student.declares(code)
    assert answer.status_code == 422
    assert "Choisissez parmi : 01, 02, 05, 07, 14." in read(answer)
    assert student.ports.registrations.get(ISIMA).fee_situation_code is None


def test_grant_holder_is_told_that_only_the_check_of_the_evidence_remains(student: Browser) -> None:
    assert "Vous n'avez rien à régler" in read(student.declares("02"))
    assert "Vous n'avez rien à régler" in read(student.get("/"))
    decide_registration(student.ports, ISIMA, Decision.VALIDATE, "", registrar_of(student))
    assert "Votre inscription est terminée" in student.get("/").text
    assert "Votre inscription est terminée" in student.get("/dossier").text


def test_refused_file_shows_the_registrars_reason_and_can_be_corrected(student: Browser) -> None:
    student.declares("02")
    reason = "Attestation de bourse absente."
    decide_registration(student.ports, ISIMA, Decision.REFUSE, reason, registrar_of(student))
    for path in ("/", "/dossier", "/pay-once"):
        assert "Attestation de bourse absente." in student.get(path).text
    student.declares("01")
    assert student.get("/pay-once").status_code == 200


def test_pay_once_sums_up_the_choices(student: Browser) -> None:
    assert "Pas encore choisi" in student.get("/pay-once").text
    student.declares("05")
    text = read(student.get("/pay-once"))
    for words in (
        '<th scope="row">Nom</th><td>TESTCD</td>',
        "<td>01/01/2000</td>",
        "<td>I2223_Y1_1A</td>",
        "<td>Ingénieur Isima 1ère année</td>",
        ">Récapitulatif du paiement</h2>",
    ):
        assert words in text


def test_pay_once_shows_the_lines_of_the_manual(student: Browser) -> None:
    student.declares("05")
    text = read(student.get("/pay-once"))
    cells = ["Droits de scolarité", "1", "3 770,00 €", "3 770,00 €", "0,00 %", "3 770,00 €"]
    row = text[text.index("<tbody") : text.index("</tbody>")]
    assert [part.partition("<")[0].partition(">")[2] for part in row.split("<td")[1:]] == cells
    assert "Total à payer" in text
    assert "Remise" not in text


def test_pay_once_without_a_situation_leads_to_the_dossier(student: Browser) -> None:
    answer = student.get("/pay-once")
    assert 'action="/pay-once"' not in answer.text
    assert '<a class="button" href="/dossier">' in answer.text


def test_address_of_the_former_recap_shows_the_same_page(student: Browser) -> None:
    student.declares("05")
    shown = [read(student.get(path)) for path in ("/pay-once", "/pay-once/recap")]
    once, recap = (text.partition("Total à payer")[2].partition('name="key"')[0] for text in shown)
    assert once == recap
    assert "3 770,00 €" in once


def test_payment_page_posts_the_signed_fields_in_their_order(student: Browser) -> None:
    student.declares("05")
    answer = student.opens_the_payment()
    address = urlsplit(student.leaves(answer))
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://gateway.test/pay"
    fields = [("reference", reference_of(answer)), ("total", "377000"), ("language", "fr")]
    assert parse_qsl(address.query) == fields
    assert "Payer 3 770,00 € sur la page sécurisée PAYBOX" in read(answer)


def test_double_click_and_another_address_find_one_attempt(student: Browser, home_address: Address) -> None:
    student.ports.people.save_address("0000000000000001", home_address)
    student.declares("05")
    recap = student.get("/pay-once")
    first = reference_of(student.send(recap, "/pay-once", mode="none"))
    assert reference_of(student.send(recap, "/pay-once", mode="none")) == first
    assert len(student.ports.memory.attempts) == 1
    again = student.send(student.get("/pay-once"), "/pay-once", mode="saved")
    assert reference_of(again) == first
    assert [each.address for each in student.ports.memory.attempts.values()] == [home_address]


def test_second_of_two_clicks_at_once_gets_the_page_of_the_first(
    student: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = student.ports.store.commit

    def overtaken(*written: Any) -> None:
        monkeypatch.setattr(student.ports.store, "commit", start)
        start(*written)
        start(*written)

    student.declares("05")
    recap = student.get("/pay-once")
    monkeypatch.setattr(student.ports.store, "commit", overtaken)
    answer = student.send(recap, "/pay-once", mode="none")
    assert answer.status_code == 200
    assert len(student.ports.memory.attempts) == 1


def test_saved_address_is_proposed_first(student: Browser, home_address: Address) -> None:
    student.ports.memory.addresses.clear()
    student.declares("05")
    assert Page(student.get("/pay-once")).form("/pay-once").fields["mode"] == "new"
    student.ports.people.save_address("0000000000000001", home_address)
    answer = student.get("/pay-once")
    assert Page(answer).form("/pay-once").fields["mode"] == "saved"
    assert "3 allée des Essais, 63170 Aubière" in answer.text


def test_new_address_is_cleaned_of_what_people_type_and_kept_if_asked(student: Browser) -> None:
    student.declares("05")
    assert student.opens_the_payment(**NEW_ADDRESS, keep="yes").status_code == 200
    (attempt,) = student.ports.memory.attempts.values()
    assert attempt.address is not None
    assert (attempt.address.phone, attempt.address.line1) == ("0600000000", "12 rue de l'Été")
    assert "12 rue de l&#39;Été" in student.get("/pay-once").text


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("line1", "", "Indiquez le numéro et la rue.</span>"),
        ("line1", "x" * 10_000, "Indiquez le numéro et la rue"),
        ("line1", "🏠🏠", "Indiquez le numéro et la rue"),
        ("line1", "12\x07rue", "Indiquez le numéro et la rue"),
        ("line1", "12 rue du Four 🏠", "La facture ne sait pas imprimer « 🏠 »"),
        ("line2", "---", "Ce complément tient en 200 caractères"),
        ("city", "x" * 201, "Indiquez la ville"),
        ("city", "", "Indiquez la ville.</span>"),
        ("zip_code", "", "Indiquez le code postal : ce pays en demande un."),
        ("zip_code", "6300", "Un code postal français a cinq chiffres."),
        ("zip_code", "6300A", "Un code postal français a cinq chiffres."),
        ("zip_code", "6" * 17, "Indiquez le code postal"),
        ("country", "ZZ", "Choisissez le pays"),
        ("phone_country_code", "33", "Indiquez l'indicatif"),
        ("phone_country_code", "+999", "Indiquez l'indicatif"),
        ("phone", "", "Indiquez votre numéro de téléphone."),
        ("phone", "abc", "Ce numéro n'existe pas"),
        ("phone", "0000000000", "Ce numéro n'existe pas"),
        ("phone", "12345", "Ce numéro n'existe pas"),
    ],
)
def test_mistake_in_the_address_is_told_at_its_field(
    student: Browser, name: str, value: str, sentence: str
) -> None:
    student.declares("05")
    answer = student.opens_the_payment(**(NEW_ADDRESS | {name: value}))
    assert answer.status_code == 422
    assert sentence in read(answer)
    assert f'<li><a href="#{name}">' in answer.text
    assert answer.text.index("<title>Erreur\N{NO-BREAK SPACE}: ")
    given = Page(answer).form("/pay-once").fields
    assert given["mode"] == "new"
    kept = {"line1", "city", "phone"} - {name}
    assert {each: given[each] for each in kept} == {each: NEW_ADDRESS[each] for each in kept}
    assert not student.ports.memory.attempts


@pytest.mark.parametrize(
    ("changes", "phone"),
    [
        (
            {"country": "HK", "zip_code": "", "phone_country_code": "+852", "phone": "5123 4567"},
            "+852 51234567",
        ),
        (
            {"country": "CM", "zip_code": "", "phone_country_code": "+237", "phone": "671234567"},
            "+237 671234567",
        ),
        ({"country": "GB", "zip_code": "SW1A 1AA", "phone": "+44 20 7946 0958"}, "+44 02079460958"),
        (
            {"line1": "清华园1号", "city": "北京市", "country": "CN", "phone": "008613800138000"},
            "+86 13800138000",
        ),
        ({"country": "DE", "phone_country_code": "+49", "phone": "1512 3456789"}, "+49 015123456789"),
        ({"country": "BR", "phone_country_code": "+55", "phone": "(11) 98765-4321"}, "+55 11987654321"),
        ({"line1": "Résidence des Étudiants étrangers, " * 5}, "+33 0600000000"),
    ],
)
def test_form_takes_addresses_of_the_whole_world(
    student: Browser, changes: dict[str, str], phone: str
) -> None:
    student.declares("05")
    assert student.opens_the_payment(**(NEW_ADDRESS | changes)).status_code == 200
    (attempt,) = student.ports.memory.attempts.values()
    assert attempt.address is not None
    assert f"{attempt.address.phone_country_code} {attempt.address.phone}" == phone
    assert attempt.address.line1 == changes.get("line1", NEW_ADDRESS["line1"]).strip()


def test_page_without_a_saved_address_asks_for_one_before_the_gateways(student: Browser) -> None:
    student.declares("05")
    recap = student.get("/pay-once")
    assert "Ne pas transmettre d'adresse" in read(recap)
    assert "La facture portera l'adresse 3 allée des Essais, 63170 Aubière" in read(recap)
    student.ports.memory.addresses.clear()
    assert 'value="none"' not in student.get("/pay-once").text
    refused = student.opens_the_payment()
    assert refused.status_code == 422
    assert "Votre facture porte votre adresse" in read(refused)
    assert 'href="/pay-once"' in refused.text
    assert not student.ports.memory.attempts


def test_saved_address_of_nobody_is_refused(student: Browser) -> None:
    student.declares("05")
    assert student.opens_the_payment(mode="saved", address="other").status_code == 422


def test_closed_gateway_is_said_and_leaves_no_half_made_payment(student: Browser) -> None:
    student.declares("05")
    student.ports.gateway.is_up = False
    answer = student.opens_the_payment()
    assert answer.status_code == 503
    assert "La page de paiement PAYBOX ne répond pas en ce moment." in answer.text
    assert 'href="/pay-once"' in answer.text
    assert not student.ports.memory.attempts


def test_country_list_is_in_french_order(student: Browser) -> None:
    student.declares("05")
    text = student.get("/pay-once").text
    places = [text.index(f">{name}</option>") for name in ("Danemark", "Égypte", "Espagne", "États-Unis")]
    assert places == sorted(places)
    assert ">Hong Kong</option>" in text
    assert ">Macao</option>" in text


def test_return_page_shows_the_attempt_and_settles_nothing(student: Browser) -> None:
    student.declares("05")
    reference = reference_of(student.opens_the_payment())
    answer = student.get(f"/payments/return/effectue?Ref={reference}&Err=00000&Mt=377000")
    assert "3 770,00 €" in read(answer)
    assert not student.ports.memory.payments
    left = student.get(f"/payments/return/annule?Ref={reference}")
    assert "Abandonner ce paiement" in read(left)


@pytest.mark.parametrize(
    ("outcome", "code", "sentence", "onward"),
    [
        (Outcome.PAID, "00000", "Votre paiement est enregistré.", 'href="/invoices"'),
        (Outcome.REFUSED_SOFT, "00151", "pas été accepté.", '/leave"'),
        (Outcome.UNKNOWN, "00098", "Ne payez pas une seconde fois", 'href="/"'),
    ],
)
def test_return_page_says_what_became_of_the_payment(
    student: Browser, outcome: Outcome, code: str, sentence: str, onward: str
) -> None:
    student.declares("05")
    reference = reference_of(student.opens_the_payment())
    answer = Answer(reference, 377000, outcome, code, "7001", "8001")
    record_notification(student.ports, student.ports.gateway.says(b"x", answer))
    page = student.get(f"/payments/return/refuse?Ref={reference}")
    assert sentence in page.text
    assert onward in page.text
    said = page.text.replace(page.url.path, "")
    assert code not in said, "the payer is never told the refusal's code"


@pytest.mark.parametrize("way", ["effectue", "refuse", "annule", "attente"])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?Ref=",
        "?Ref=1&Ref=2",
        "?Ref=1999888-32-nobody-1-1",
        "?Ref=%00%FF%C3",
        f"?Ref={'9' * 5000}",
        "?Ref[]=1&=&&&;",
        "?%FF=1",
    ],
)
def test_return_page_survives_any_query(browser: Browser, way: str, query: str) -> None:
    stranger = browser.get(f"/payments/return/{way}{query}")
    assert stranger.status_code == 200
    assert "Connectez-vous" in stranger.text
    browser.log_in("student@demo.test")
    assert browser.get(f"/payments/return/{way}{query}").status_code == 200


def test_return_page_hides_the_payment_from_others(student: Browser) -> None:
    enrol(student.ports, 2, "other@demo.test", "I2223_Y1_1A")
    student.declares("05")
    reference = student.pays()
    student.send(student.get("/"), "/logout")
    student.log_in("other@demo.test")
    answer = student.get(f"/payments/return/effectue?Ref={reference}")
    assert "3 770,00" not in read(answer)
    assert answer.status_code == 200


def test_unknown_return_is_not_found(student: Browser) -> None:
    assert student.get("/payments/return/elsewhere").status_code == 404


def test_invoice_is_generated_once_then_downloaded(student: Browser) -> None:
    student.declares("05")
    assert "pas encore de facture" in student.get("/invoices").text
    student.pays()
    page = student.get("/invoices")
    assert "I2223_Y1_1A - Ingénieur Isima 1ère année" in read(page)
    assert "24/06/2022" in page.text
    assert student.get("/invoices/9196/pdf").status_code == 409, "not yet generated"
    page = student.send(page, "/invoices/9196/pdf")
    assert "Télécharger" in page.text
    link = student.http.get("/invoices/9196/pdf")
    assert link.status_code == 303
    assert link.headers["location"].startswith("https://documents.test/invoices/9196")


def test_certificate_is_offered_beside_the_invoices_and_on_the_receipt(student: Browser) -> None:
    student.declares("05")
    reference = student.pays()
    for path in ("/invoices", f"/payments/{reference.removeprefix('1999888-32-')}"):
        assert 'href="/certificate"' in student.get(path).text
    link = student.http.get("/certificate")
    assert link.status_code == 303
    assert link.headers["location"].startswith("https://documents.test/certificates/")


@pytest.mark.parametrize("number", ["9196", "9197", "x", "%C3%A9", "9" * 400])
def test_invoice_of_another_is_not_found(student: Browser, number: str) -> None:
    student.declares("05")
    student.pays()
    enrol(student.ports, 2, "other@demo.test", "I2223_Y1_1A")
    student.send(student.get("/"), "/logout")
    page = student.log_in("other@demo.test")
    token = Page(page).form("/logout").fields["form_token"]
    assert student.get(f"/invoices/{number}/pdf").status_code == 404
    posted = student.http.post(f"/invoices/{number}/pdf", data={"form_token": token})
    assert posted.status_code == 404
    assert "Cette page n'existe pas, ou n'est pas la vôtre." in read(posted)


def test_account_position_has_five_tables_and_balances(student: Browser) -> None:
    student.declares("05")
    empty = read(student.get("/account"))
    assert "Commandes (0)" in empty
    student.pays()
    text = read(student.get("/account"))
    titles = ("Commandes (1)", "Factures (1)", "Règlements (1)", "Avoirs (0)", "Remboursements (0)")
    for words in (*titles, "Facturé TTC", "Remboursé TTC", "Impayé", "9357", "9196"):
        assert words in text
    last = text[text.index('id="position"') : text.index("Commandes (1)")]
    assert last.count("3 770,00 €") == 2
    assert last.count("0,00 €") - last.count("3 770,00 €") == 2


def test_paid_registration_is_done_and_shows_the_way_to_the_invoice(student: Browser) -> None:
    student.declares("05")
    student.pays()
    assert student.get("/").text.count(">Fait<") == 2
    answer = student.get("/pay-once")
    assert 'action="/pay-once"' not in answer.text
    assert 'href="/invoices"' in answer.text
    token = Page(student.get("/")).form("/logout").fields["form_token"]
    late = student.http.post("/dossier", data={"code": "01", "form_token": token})
    assert late.status_code == 409
    assert "ne peut plus être modifiée ici" in late.text


def test_another_school_is_shown_in_its_own_words(
    imaginary: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = PortalPorts(imaginary, at=datetime(2031, 9, 2, 10, tzinfo=PARIS))
    enrol(ports, 1, "nuage@demo.test", "NUAGE-1")
    browser = serve(ports, monkeypatch)
    home = browser.log_in("nuage@demo.test").text
    for words in (
        "École imaginaire des Nuages",
        "Mes factures",
        "Entretien",
        "bonjour@ecole-imaginaire.example",
    ):
        assert words in home
    browser.declares("A")
    recap = read(browser.get("/pay-once"))
    for words in ("Remise", "12,50 %", "1 050,00 €", "20,00 %", "1 307,76 €", 'value="+32"'):
        assert words in recap
    assert "Clermont" not in recap


def test_registrar_filters_ticks_and_validates(registrar: Browser) -> None:
    enrol(registrar.ports, 2, "other@demo.test", "P2223_Y3_3A", last_name="TESTGC")
    file = registrar.ports.memory.registrations_by_id[ISIMA]
    registrar.ports.memory.registrations_by_id[ISIMA] = replace(file, fee_situation_code="05")
    queue = registrar.get("/staff/registrations?status=pre_registered&q=testcd")
    assert "TESTCD Chris" in queue.text
    assert "TESTGC" not in queue.text
    back = "status=pre_registered&q=testcd"
    assert f'href="/staff/registrations/{ISIMA}?{html.escape(urlencode({"back": back}))}"' in queue.text
    page = registrar.get(f"/staff/registrations/{ISIMA}?{urlencode({'back': back})}")
    action = f"/staff/registrations/{ISIMA}/decision"
    queue = registrar.send(page, action, step=["cvec", "evidence"], decision="steps")
    assert "TESTCD Chris\N{NO-BREAK SPACE}: les étapes vues sont enregistrées." in queue.text
    assert "TESTGC" not in queue.text, "the filter stays"
    assert registrar.ports.registrations.get(ISIMA).seen_steps == {"cvec", "evidence"}
    page = registrar.get(str(page.url))
    asked = registrar.send(page, action, step=["cvec"], decision="validate")
    assert "Valider le dossier de TESTCD Chris ?" in read(asked)
    assert read(asked).count("<dt>Justificatif pas vu</dt>") == 2
    assert "<dt>Reste à recevoir</dt><dd>3 770,00 €</dd>" in read(asked)
    assert registrar.ports.registrations.get(ISIMA).status is RegistrationStatus.PRE_REGISTERED
    queue = registrar.send(asked, action)
    assert "TESTCD Chris\N{NO-BREAK SPACE}: le dossier est validé" in queue.text
    assert registrar.ports.registrations.get(ISIMA).seen_steps == {"cvec"}, "evidence and decision are one"
    assert "Aucun dossier" in queue.text
    assert "TESTCD Chris" in registrar.get("/staff/registrations?status=validated").text


def test_file_that_lacks_nothing_is_validated_without_a_question(registrar: Browser) -> None:
    file = registrar.ports.memory.registrations_by_id[ISIMA]
    registrar.ports.memory.registrations_by_id[ISIMA] = replace(file, fee_situation_code="02")
    page, action = registrar.get(f"/staff/registrations/{ISIMA}"), f"/staff/registrations/{ISIMA}/decision"
    steps = [each.key for each in registrar.ports.campaigns.current().previous_steps]
    asked = registrar.send(page, action, step=steps[1:], decision="validate")
    assert "Valider quand même" in asked.text
    assert "Reste à recevoir" not in asked.text
    done = registrar.send(page, action, step=steps, decision="validate")
    assert "le dossier est validé" in done.text


def test_registrar_refuses_with_a_reason_only_and_loses_no_tick(registrar: Browser) -> None:
    file = registrar.ports.memory.registrations_by_id[ISIMA]
    registrar.ports.memory.registrations_by_id[ISIMA] = replace(file, fee_situation_code="02")
    page, action = registrar.get(f"/staff/registrations/{ISIMA}"), f"/staff/registrations/{ISIMA}/decision"
    bare = registrar.send(page, action, decision="refuse", reason=" ", step=["cvec"])
    assert bare.status_code == 422
    assert "Un refus demande un motif" in bare.text
    assert 'value="cvec" checked' in bare.text
    registrar.send(page, action, decision="refuse", reason="Pièce\r\nillisible <b>")
    assert registrar.ports.registrations.get(ISIMA).status is RegistrationStatus.REFUSED
    assert "illisible &lt;b&gt;" in registrar.get(f"/staff/registrations/{ISIMA}").text
    again = registrar.send(page, action, decision="validate")
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("act", "data", "status"),
    [
        ("decision", {"decision": "perhaps"}, 422),
        ("decision", {"decision": "refuse", "reason": "x" * 501}, 422),
        ("seen-steps", {"step": "unknown"}, 404),
        ("seen-steps", {"step": "\x00"}, 422),
    ],
)
def test_nonsense_of_the_desk_is_refused(
    registrar: Browser, act: str, data: dict[str, str], status: int
) -> None:
    queue = registrar.get("/staff/registrations")
    token = Page(queue).form("/logout").fields["form_token"]
    path = f"/staff/registrations/{ISIMA}/{act}"
    assert registrar.http.post(path, data={**data, "form_token": token}).status_code == status
    missing = registrar.http.post(f"/staff/registrations/nobody-1/{act}", data={"form_token": token, **data})
    assert missing.status_code in {404, 422}


@pytest.mark.parametrize(
    "query", ["status=x", "status=", "q=%00", f"after={'é' * 2000}", "q=a&q=b", "done=x"]
)
def test_queue_survives_any_query(registrar: Browser, query: str) -> None:
    assert registrar.get(f"/staff/registrations?{query}").status_code in {200, 422}


def test_queue_has_pages_and_says_where_it_is(registrar: Browser) -> None:
    for number in range(5000, 5102):
        enrol(registrar.ports, number, f"e{number}@demo.test", "P2223_Y3_3A", last_name="TESTGC")
    first = registrar.get("/staff/registrations?q=testgc")
    assert "1 – 50 sur 102" in first.text
    assert 'href="/staff/registrations?q=testgc&amp;page=3" rel' not in first.text
    last = registrar.get("/staff/registrations?q=testgc&page=3")
    assert "101 – 102 sur 102" in last.text
    assert 'href="/staff/registrations?q=testgc&amp;page=2" rel="prev"' in last.text
    assert 'rel="next"' not in last.text
    assert len(first.content) < 60_000


def test_many_are_decided_after_a_page_that_names_them(registrar: Browser) -> None:
    enrol(registrar.ports, 2, "other@demo.test", "P2223_Y3_3A", last_name="TESTGC")
    memory = registrar.ports.memory.registrations_by_id
    memory[ISIMA] = replace(memory[ISIMA], fee_situation_code="05")
    ids = sorted(memory)
    queue = registrar.get("/staff/registrations?sort=programme")
    asked = registrar.send(queue, "/staff/registrations/decisions", id=ids, decision="validate")
    assert "Valider 2 dossiers" in asked.text
    assert "TESTGC" in asked.text
    assert memory[ISIMA].status is RegistrationStatus.PRE_REGISTERED, "nothing is written yet"
    done = registrar.send(asked, "/staff/registrations/decisions", id=ids, decision="validate")
    assert "1 sur 2" in done.text
    assert "Pas fait" in done.text
    assert memory[ISIMA].status is RegistrationStatus.VALIDATED
    assert 'href="/staff/registrations?sort=programme"' in done.text


def test_many_are_refused_with_a_reason_only(registrar: Browser) -> None:
    memory = registrar.ports.memory.registrations_by_id
    memory[ISIMA] = replace(memory[ISIMA], fee_situation_code="05")
    queue = registrar.get("/staff/registrations")
    asked = registrar.send(queue, "/staff/registrations/decisions", id=[ISIMA], decision="refuse")
    bare = registrar.send(asked, "/staff/registrations/decisions", decision="refuse", reason="")
    assert bare.status_code == 422
    registrar.send(asked, "/staff/registrations/decisions", decision="refuse", reason="Pièce absente")
    assert memory[ISIMA].status is RegistrationStatus.REFUSED


def test_accounting_blocks_on_the_page_of_the_file(browser: Browser) -> None:
    browser.log_in("accountant@demo.test")
    path = f"/staff/registrations/{ISIMA}"
    bare = browser.send(browser.get(path), f"{path}/block", reason=" ")
    assert bare.status_code == 422
    told = browser.send(browser.get(path), f"{path}/block", reason="chèque sans provision")
    assert "Le dossier est bloqué" in told.text
    assert "chèque sans provision" in told.text
    browser.send(told, f"{path}/block")
    assert not browser.ports.registrations.get(ISIMA).blocked


def test_exact_number_goes_straight_to_its_file(registrar: Browser) -> None:
    found = registrar.get(f"/staff/registrations?q={ISIMA}")
    assert found.url.path == f"/staff/registrations/{ISIMA}"


def test_near_miss_is_named(registrar: Browser) -> None:
    assert 'href="/staff/registrations?q=testcd"' in registrar.get("/staff/registrations?q=tetscd").text


def test_list_is_taken_away_as_it_is_filtered(registrar: Browser) -> None:
    enrol(registrar.ports, 2, "other@demo.test", "P2223_Y3_3A", last_name="=TESTGC")
    file = registrar.get("/staff/exports/registrations.csv?q=testgc")
    assert file.headers["content-type"] == "text/plain; charset=utf-8", (
        "API Gateway hands text/csv out as base64"
    )
    lines = file.content.decode("utf-8-sig").splitlines()
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert len(lines) == 2
    assert ";'=TESTGC" in lines[1]
    assert 'href="/staff/exports/registrations-control.csv?' in registrar.get("/staff/registrations").text
    sheet = registrar.get("/staff/exports/registrations-control.csv?q=testgc").content.decode("utf-8-sig")
    assert f"Empreinte SHA-256 du fichier;{sha256(file.content).hexdigest()}" in sheet
    assert "Recherche;testgc\r\nDossiers;1\r\nDossiers sans situation déclarée;1" in sheet
    assert sheet.endswith("Total;1;0,00;0,00;0,00;0,00\r\n")


def test_control_sheet_of_the_list_adds_up_what_its_lines_say(student: Browser) -> None:
    student.starts_the_plan()
    student.log_in("registrar@demo.test")
    token = student.http.cookies["quittance"]
    sheet = student.get("/staff/exports/registrations-control.csv").content.decode("utf-8-sig")
    assert "Total;1;601,00;200,31;400,69;0,00" in sheet
    told = student.http.get(
        "/api/v1/staff/exports/registrations-control.csv", headers={"Authorization": f"Bearer {token}"}
    )
    assert told.content.decode("utf-8-sig") == sheet


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("registrar", {"Dossiers à décider", "Payés, à valider"}),
        (
            "accountant",
            {"Échéanciers à décider", "Prélèvements refusés", "Conflits", "Derniers prélèvements"},
        ),
        ("administrator", {"Attendent une seconde personne", "Envois en échec"}),
    ],
)
def test_home_of_the_staff_counts_what_is_to_do(browser: Browser, role: str, labels: set[str]) -> None:
    browser.log_in(f"{role}@demo.test")
    home = browser.get("/staff/desk").text
    assert all(label in home for label in labels)


def test_auditor_reads_and_cannot_decide(browser: Browser) -> None:
    browser.log_in("auditor@demo.test")
    queue = browser.get("/staff/registrations")
    assert "TESTCD Chris" in queue.text
    assert [form.action for form in Page(queue).forms] == ["/logout", "/staff/registrations"]
    file = browser.get(f"/staff/registrations/{ISIMA}")
    assert [form.action for form in Page(file).forms] == ["/logout"]


@pytest.mark.parametrize(
    ("accept", "kind"), [("text/html,*/*", "text/html"), ("*/*", "application/problem+json")]
)
def test_refusal_of_the_framework_is_a_page_for_browsers_alone(
    student: Browser, accept: str, kind: str
) -> None:
    headers = {"Accept": accept, "Content-Type": "text/plain"}
    answer = student.http.post("/dossier", content=b"code=01", headers=headers)
    assert answer.status_code == 415
    assert answer.headers["content-type"].startswith(kind)
    assert ("Retour à l'accueil" in read(answer)) is (kind == "text/html")
