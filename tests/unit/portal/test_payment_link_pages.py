"""A link to pay in the browser: made by the student or accounting, paid on another phone."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.domain.payments import Outcome
from chalicelib.usecases.payments.record_notification import record_notification
from tests.unit.portal.conftest import BASE, Browser, Page, without_spaces
from tests.unit.portal.test_plan_pages import read
from tests.usecases.conftest import accepted

LINKS = "/payment-links"
ISIMA = "0000000000000001-1"
STAFF = f"/staff/registrations/{ISIMA}/payment-links"
PARENT = {
    "first_name": "Alex",
    "last_name": "TESTAC",
    "email": "parent@demo.test",
    "line1": "9 avenue de la Démonstration",
    "zip_code": "1000",
    "city": "Bruxelles",
    "country": "BE",
    "phone_country_code": "+32",
    "phone": "0470 00 00 00",
}


@pytest.fixture
def phone(student: Browser) -> Iterator[Browser]:
    """Somebody else's browser, which has no cookie of the student's."""
    with type(student.http)(transport=student.http._transport, base_url=BASE) as http:  # noqa: SLF001 - the same portal
        yield Browser(http, student.ports)


def made(student: Browser, action: str = LINKS, **form: str) -> str:
    """Make a link; return its address on the portal."""
    given = {"share": "amount", "amount": "300,00", "until": "2022-07-10"} | form
    shown = student.send(student.get(action), action, **given)
    assert shown.status_code == 200
    found = re.search(r"/pay\?token=[\w-]+", shown.text)
    assert found
    return found[0]


def leaves(phone: Browser, address: str, **given: str) -> str:
    """Leave for the gateway; return the reference of the attempt."""
    page = phone.get(address)
    fields = Page(page).form("/pay").fields | PARENT | given
    answer = phone.http.post("/pay", data=fields)
    assert answer.status_code == 303, answer.text
    return next(reversed(phone.ports.memory.attempts.values())).reference


def pays(student: Browser, reference: str, transaction: str = "7001") -> None:
    attempt = next(e for e in student.ports.memory.attempts.values() if e.reference == reference)
    answer = replace(accepted(attempt), outcome=Outcome.PAID, transaction=transaction)
    record_notification(student.ports, student.ports.gateway.says(transaction.encode(), answer))


@pytest.fixture
def declared(student: Browser) -> Browser:
    student.declares("01")
    return student


def test_parent_pays_a_share_without_an_account_and_sees_the_receipt(
    declared: Browser, phone: Browser
) -> None:
    assert LINKS in declared.get("/pay-once").text
    address = made(declared)
    page = phone.get(address)
    text = without_spaces(page.text)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Payer 300,00 € sur la page" in text
    assert "Payer pour C. T." in text
    for secret in ("Chris ", "TESTCD", ISIMA, "student@demo.test", "I2223_Y1_1A"):
        assert secret not in page.text
    reference = leaves(phone, address)
    back = phone.get(f"/payments/return/annule?Ref={reference}")
    assert str(back.url).endswith(address)
    assert 'value="parent@demo.test"' in back.text
    pays(declared, reference)
    receipt = without_spaces(phone.get(f"/payments/return/effectue?Ref={reference}").text)
    assert "Reçu de paiement" in receipt
    assert "300,00 €" in receipt
    listed = without_spaces(declared.get(LINKS).text)
    assert "Payé" in listed
    assert "Il reste 301,00 € à payer." in listed


def test_forwarded_link_shows_no_name_and_waits_for_its_first_payer(
    declared: Browser, phone: Browser
) -> None:
    address = made(declared)
    leaves(phone, address)
    phone.http.cookies.clear()
    seen = phone.get(address)
    assert seen.status_code == 409
    assert "parent@demo.test" not in seen.text
    assert "Un autre paiement est en cours" in seen.text
    student = declared.get("/").text
    assert "Reprendre" not in student


def test_what_was_typed_wrongly_is_named_and_kept(declared: Browser, phone: Browser) -> None:
    page = phone.get(made(declared))
    wrong = phone.send(page, "/pay", **(PARENT | {"email": "no address", "first_name": ""}))
    assert wrong.status_code == 422
    assert "Indiquez une adresse mail" in wrong.text
    assert 'value="TESTAC"' in wrong.text


def test_amount_that_changed_is_shown_before_it_is_paid(declared: Browser, phone: Browser) -> None:
    page = phone.get(made(declared, amount="601,00"))
    first = made(declared, amount="400,00")
    reference = leaves(phone, first)
    pays(declared, reference)
    phone.http.cookies.clear()
    again = phone.get(str(page.url))
    moved = phone.http.post("/pay", data=Page(again).form("/pay").fields | PARENT | {"seen_cents": "60100"})
    assert moved.status_code == 409
    assert "il est maintenant de 201,00" in without_spaces(moved.text)
    assert 'value="TESTAC"' in moved.text


def test_refusal_that_tells_of_the_file_is_not_told_to_strangers(declared: Browser, phone: Browser) -> None:
    address = made(declared)
    declared.acts_as("registrar")
    registration = declared.ports.memory.registrations_by_id[ISIMA]
    refused = replace(
        registration, status="refused", reason="pièce manquante", version=registration.version + 1
    )
    declared.ports.memory.registrations_by_id[ISIMA] = refused
    seen = phone.get(address)
    assert seen.status_code == 409
    assert "pièce manquante" not in seen.text
    assert "Rien ne peut être payé" in seen.text


def test_refusal_is_not_told_to_a_payer_who_is_at_the_gateway_either(
    declared: Browser, phone: Browser
) -> None:
    address = made(declared)
    form = Page(phone.get(address)).form("/pay").fields | PARENT
    assert phone.http.post("/pay", data=form).status_code == 303
    registrations = declared.ports.memory.registrations_by_id
    registration = registrations[ISIMA]
    registrations[ISIMA] = replace(
        registration, status="refused", reason="certificat médical faux", version=registration.version + 1
    )
    wrong, moved = form | {"email": "none"}, form | {"seen_cents": "1"}
    for seen in (phone.get(address), *(phone.http.post("/pay", data=each) for each in (form, wrong, moved))):
        assert "certificat" not in seen.text
        assert "Rien ne peut être payé" in seen.text


def test_link_of_nobody_and_a_revoked_one_say_so(declared: Browser, phone: Browser) -> None:
    assert phone.get("/pay?token=nobody").status_code == 410
    address = made(declared)
    desk = declared.get(LINKS)
    (form,) = [each for each in Page(desk).forms if each.action.endswith("/revocation")]
    assert "Annulé" in declared.send(desk, form.action).text
    over = phone.get(address)
    assert over.status_code == 410
    assert "a été annulé" in over.text
    assert phone.get(f"{address}&lang=en").text.count("was cancelled") == 1


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"amount": ""}, "Indiquez un montant"),
        ({"until": "demain"}, "Indiquez"),
        ({"amount": "700"}, "dépasse"),
    ],
)
def test_link_that_cannot_be_made_says_why_and_keeps_the_form(
    declared: Browser, form: dict[str, str], told: str
) -> None:
    given = {"share": "amount", "amount": "300,00", "until": "2022-07-10"} | form
    wrong = declared.send(declared.get(LINKS), LINKS, **given)
    assert wrong.status_code == 422
    assert told in wrong.text


def test_accounting_makes_a_link_of_the_rest_for_the_student(declared: Browser, phone: Browser) -> None:
    declared.acts_as("accountant")
    assert STAFF in declared.get(f"/staff/registrations/{ISIMA}").text
    address = made(declared, STAFF, share="rest", amount="")
    assert "Payer 601,00 €" in without_spaces(phone.get(address).text)
    desk = declared.get(STAFF)
    (form,) = [each for each in Page(desk).forms if each.action.endswith("/revocation")]
    declared.send(desk, form.action)
    assert phone.get(address).status_code == 410


def test_payment_page_of_a_link_has_no_button_for_the_student(declared: Browser, phone: Browser) -> None:
    reference = leaves(phone, made(declared))
    attempt = next(e for e in declared.ports.memory.attempts.values() if e.reference == reference)
    page = declared.get(f"/payments/{attempt.id}")
    assert "lien de paiement" in page.text
    assert not any(form.action.endswith("/leave") for form in Page(page).forms)
    given_up = declared.send(page, f"/payments/{attempt.id}/give-up")
    assert given_up.status_code == 200


@pytest.mark.parametrize("language", ["fr", "en"])
def test_gateways_page_speaks_the_payers_language(declared: Browser, phone: Browser, language: str) -> None:
    phone.http.headers["Accept-Language"] = language
    address = made(declared)
    fields = Page(phone.get(address)).form("/pay").fields | PARENT
    location = phone.http.post("/pay", data=fields).headers["location"]
    assert location.endswith(f"&language={language}")


def test_program_makes_lists_and_revokes_links(declared: Browser) -> None:
    opened = declared.http.post(
        "/api/v1/auth/sessions", json={"email": "student@demo.test", "password": "password"}
    )
    headers = {"Authorization": f"Bearer {opened.json()['token']}"}
    path = f"/api/v1/registrations/{ISIMA}/payment-links"
    link = declared.http.post(path, json={"amount_cents": 30000, "until": "2022-07-10"}, headers=headers)
    assert link.status_code == 201
    told = link.json()
    assert (told["state"], told["amount_cents"], told["paid_cents"]) == ("open", 30000, None)
    assert told["url"].partition("?token=")[2]
    listed = declared.http.get(path, headers=headers).json()
    assert [each["id"] for each in listed["items"]] == [told["id"]]
    assert "url" not in listed["items"][0]
    assert declared.http.delete(f"{path}/{told['id']}", headers=headers).status_code == 204
    assert declared.http.get(path, headers=headers).json()["items"][0]["state"] == "revoked"
    assert declared.http.delete(f"{path}/nothing", headers=headers).status_code == 404
    elsewhere = "/api/v1/registrations/00000000000000ff-1/payment-links"
    assert declared.http.get(elsewhere, headers=headers).status_code == 404


@pytest.fixture
def other_phone(student: Browser) -> Iterator[Browser]:
    with type(student.http)(transport=student.http._transport, base_url=BASE) as http:  # noqa: SLF001 - the same portal
        yield Browser(http, student.ports)


def test_each_payer_of_a_link_sees_their_own_receipt_alone(
    declared: Browser, phone: Browser, other_phone: Browser
) -> None:
    """The first page of a link is paid after its time, behind that of another phone: both were taken."""
    address = made(declared, amount="601,00")
    first = leaves(phone, address)
    attempts = declared.ports.memory.attempts
    kept = next(each for each in attempts.values() if each.reference == first)
    attempts[kept.id] = replace(kept, closed_at=declared.ports.now(), version=kept.version + 1)
    second = leaves(other_phone, address, email="other@demo.test", last_name="TESTCD")
    typed = phone.get(address)
    assert typed.status_code == 409
    assert "other@demo.test" not in typed.text
    pays(declared, second, "7002")
    for stranger in (phone.get(address), declared.get(address)):
        assert stranger.status_code == 410
        assert "7002" not in stranger.text
        assert "601,00" not in without_spaces(stranger.text)
    pays(declared, first, "7001")
    assert "7001" in phone.get(address).text
    assert "7002" not in phone.get(address).text
    receipt = other_phone.get(address).text
    assert "7002" in receipt
    assert "7001" not in receipt


def test_payers_name_and_mail_open_nothing_in_another_browser(
    declared: Browser, phone: Browser, other_phone: Browser
) -> None:
    """Who knows the link and the payer types their mail address; the form of an attempt holds an address."""
    address = made(declared)
    other = other_phone.get(made(declared, amount="100,00"))
    reference = leaves(phone, address)
    fields = Page(other).form("/pay").fields | PARENT
    stolen = fields | {"token": address.partition("=")[2], "seen_cents": "30000", "line1": "1 rue d'Essai"}
    refused = other_phone.http.post("/pay", data=stolen)
    assert refused.status_code == 409
    assert "Location" not in refused.headers
    assert PARENT["line1"] not in other_phone.get(address).text
    pays(declared, reference)
    assert "7001" not in other_phone.get(address).text
    assert "7001" in phone.get(address).text


def test_browser_that_pays_two_links_sees_both_receipts(declared: Browser, phone: Browser) -> None:
    first, second = made(declared), made(declared, amount="200,00")
    references = [leaves(phone, each) for each in (first, second)]
    for reference, transaction in zip(references, ("7001", "7002"), strict=True):
        pays(declared, reference, transaction)
        back = phone.get(f"/payments/return/effectue?Ref={reference}")
        assert transaction in back.text
    assert "7001" in phone.get(first).text
    assert "7002" in phone.get(second).text


def test_payer_mends_what_they_typed_and_goes_on_with_the_same_attempt(
    declared: Browser, phone: Browser
) -> None:
    address = made(declared)
    reference = leaves(phone, address, email="mistyped@demo.test")
    assert leaves(phone, address) == reference
    (attempt,) = declared.ports.memory.attempts.values()
    assert attempt.link
    assert attempt.link.card_payer
    assert attempt.link.card_payer.email == PARENT["email"]


def test_accountant_reads_who_paid_before_a_transfer_goes_to_somebody_else(
    declared: Browser, phone: Browser
) -> None:
    pays(declared, leaves(phone, made(declared)))
    _, paid = declared.ports.memory.payments["7001"]
    path = f"/staff/payments/{paid.id}/refund"
    declared.acts_as("accountant")
    warning = "Une autre personne a payé, par un lien : un virement irait au titulaire du dossier"
    form = declared.get(path)
    assert "Alex TESTAC, par un lien" in read(form)
    assert warning in read(form)
    given = {"amount": "300,00", "reason": "trop payé"}
    assert warning not in read(declared.send(form, path, method="card", **given))
    confirmation = declared.send(form, path, method="transfer", **given)
    assert warning in read(confirmation)
    sheet = declared.send(confirmation, path)
    assert "Alex TESTAC, par un lien" in read(sheet)
    assert warning in read(sheet)
