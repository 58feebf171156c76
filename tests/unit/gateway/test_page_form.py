from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.payments import PlanTerms
from chalicelib.domain.people import Address, Person
from chalicelib.gateway.page_form import RETURNED, RETURNED_WITH_TOKEN, Fields, page_fields
from chalicelib.gateway.signature import hmac_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.campaign import School
    from chalicelib.domain.payments import Attempt
    from chalicelib.gateway.paybox import PayboxAccount

HOME = Address("1 rue de Test", "63000", "Clermont-Ferrand", "FR", "+33", "0612345678")


TERMS = PlanTerms(
    rank=1,
    plan_code="paybox-3",
    schedule_hash="0" * 64,
    subscriber="1999888-32-registration-1-1",
    last_due_on=date(2022, 8, 10),
    consent="J'accepte les prélèvements de cet échéancier.",
)


@pytest.fixture
def make_fields(
    account: PayboxAccount, attempt: Attempt, payer: Person, school: School
) -> Callable[..., Fields]:
    """The form of the attempt; what is named differs from it."""

    def make(*, payer: Person = payer, language: str = "fr", **changes: Any) -> Fields:
        return page_fields(account, replace(attempt, **changes), payer, school, language)

    return make


def test_form_of_an_attempt_is_complete_and_in_signing_order(
    make_fields: Callable[..., Fields], account: PayboxAccount
) -> None:
    fields = make_fields(address=HOME)
    declaration = '<?xml version="1.0" encoding="utf-8"?>'

    assert fields[:-1] == (
        ("PBX_SITE", "1999888"),
        ("PBX_RANG", "32"),
        ("PBX_IDENTIFIANT", "107904482"),
        ("PBX_TOTAL", "60100"),
        ("PBX_DEVISE", "978"),
        ("PBX_CMD", "1999888-32-attempt-1"),
        ("PBX_PORTEUR", "chris@demo.test"),
        ("PBX_RETOUR", RETURNED),
        ("PBX_HASH", "SHA512"),
        ("PBX_TIME", "2022-06-24T10:00:00+02:00"),
        ("PBX_EFFECTUE", "https://inscription.school.example/payments/return/effectue"),
        ("PBX_REFUSE", "https://inscription.school.example/payments/return/refuse"),
        ("PBX_ANNULE", "https://inscription.school.example/payments/return/annule"),
        ("PBX_ATTENTE", "https://inscription.school.example/payments/return/attente"),
        ("PBX_REPONDRE_A", "https://inscription.school.example/webhooks/paybox"),
        ("PBX_RUF1", "POST"),
        ("PBX_DISPLAY", "900"),
        ("PBX_LANGUE", "FRA"),
        ("PBX_TYPEPAIEMENT", "CARTE"),
        ("PBX_TYPECARTE", "CB"),
        ("PBX_SOURCE", "RWD"),
        ("PBX_SOUHAITAUTHENT", "01"),
        (
            "PBX_SHOPPINGCART",
            f"{declaration}<shoppingcart><total><totalQuantity>1</totalQuantity></total></shoppingcart>",
        ),
        (
            "PBX_BILLING",
            (
                f"{declaration}<Billing><Address><FirstName>CHRIS</FirstName><LastName>TESTCD</LastName>"
                "<Address1>1 RUE DE TEST</Address1><ZipCode>63000</ZipCode><City>CLERMONT FERRAND</City>"
                "<CountryCode>250</CountryCode><CountryCodeMobilePhone>+33</CountryCodeMobilePhone>"
                "<MobilePhone>0612345678</MobilePhone></Address></Billing>"
            ),
        ),
    )
    assert fields[-1] == ("PBX_HMAC", hmac_of(fields[:-1], account.hmac_key))


def test_what_is_returned_is_short_and_ends_with_the_signature() -> None:
    assert len(RETURNED) < 150
    assert RETURNED.endswith(";Sign:K")
    assert {part.split(":")[1] for part in RETURNED.split(";")} == set("MRATSECDJGFWK")


def test_first_instalment_asks_for_a_token_a_challenge_and_a_card_that_lasts(
    make_fields: Callable[..., Fields], account: PayboxAccount
) -> None:
    plain, fields = dict(make_fields(address=HOME)), make_fields(address=HOME, terms=TERMS)
    told = dict(fields)

    assert {name: value for name, value in told.items() if plain.get(name) != value} == {
        "PBX_RETOUR": RETURNED_WITH_TOKEN,
        "PBX_REFABONNE": "1999888-32-registration-1-1",
        "PBX_DATEVALMAX": "2208",
        "PBX_SOUHAITAUTHENT": "04",
        "PBX_HMAC": hmac_of(fields[:-1], account.hmac_key),
    }
    assert plain.keys() < told.keys()
    assert fields[-1][0] == "PBX_HMAC"
    assert (told["PBX_TYPEPAIEMENT"], told["PBX_TYPECARTE"]) == ("CARTE", "CB")


def test_token_is_returned_before_the_signature() -> None:
    assert len(RETURNED_WITH_TOKEN) < 150
    assert RETURNED_WITH_TOKEN.split(";")[-2:] == ["Abo:U", "Sign:K"]
    assert RETURNED_WITH_TOKEN.replace("Abo:U;", "") == RETURNED


@pytest.mark.parametrize(("last_due_on", "told"), [(date(2022, 12, 10), "2212"), (date(2023, 1, 10), "2301")])
def test_card_must_last_to_the_month_of_the_last_due_date(
    make_fields: Callable[..., Fields], last_due_on: date, told: str
) -> None:
    form = make_fields(terms=replace(TERMS, last_due_on=last_due_on))

    assert dict(form)["PBX_DATEVALMAX"] == told


def test_same_attempt_makes_the_same_form(make_fields: Callable[..., Fields]) -> None:
    same_moment = datetime.fromisoformat("2022-06-24T04:00:00-04:00")

    assert make_fields(started_at=same_moment) == make_fields()


def test_time_is_told_in_paris_winter_and_summer(make_fields: Callable[..., Fields]) -> None:
    winter = datetime(2022, 1, 1, 23, 30, 15, 999, tzinfo=UTC)

    assert dict(make_fields(started_at=winter))["PBX_TIME"] == "2022-01-02T00:30:15+01:00"


def test_payer_of_whose_address_nothing_can_be_sent_is_to_be_challenged(
    make_fields: Callable[..., Fields],
) -> None:
    assert dict(make_fields(address=replace(HOME, line1="🏠")))["PBX_SOUHAITAUTHENT"] == "04"


def test_payer_without_address_is_to_be_challenged(make_fields: Callable[..., Fields]) -> None:
    told = dict(make_fields())

    assert told["PBX_SOUHAITAUTHENT"] == "04"
    assert "<Address1>1 PLACE DE L EPREUVE</Address1>" in told["PBX_BILLING"]
    assert "<LastName>TESTCD</LastName>" in told["PBX_BILLING"]


@pytest.mark.parametrize(("language", "told"), [("fr", "FRA"), ("en", "GBR"), ("tlh", "FRA")])
def test_page_speaks_the_payers_language(
    make_fields: Callable[..., Fields], language: str, told: str
) -> None:
    assert dict(make_fields(language=language))["PBX_LANGUE"] == told


@pytest.mark.parametrize(("cents", "told"), [(1, "001"), (60100, "60100"), (377000, "377000")])
def test_total_has_three_digits_at_least(make_fields: Callable[..., Fields], cents: int, told: str) -> None:
    assert dict(make_fields(amount_cents=cents))["PBX_TOTAL"] == told


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("a+b.c@demo.test", "a+b.c@demo.test"),
        ("a@b.test", "a@b.test"),
        ("a@b.c", "contact@school.example"),
        ("chris@localhost", "contact@school.example"),
        ("a" * 110 + "@demo.test", "a" * 110 + "@demo.test"),
        ("a" * 111 + "@demo.test", "contact@school.example"),
        ("chloé@demo.test", "contact@school.example"),
        ("x@demo.test&PBX_TOTAL=100", "contact@school.example"),
        ("x&PBX_TOTAL=100@demo.test", "contact@school.example"),
        ("x@demo.test\n", "contact@school.example"),
    ],
)
def test_ticket_goes_to_the_school_where_the_gateway_cannot_mail(
    make_fields: Callable[..., Fields], payer: Person, email: str, told: str
) -> None:
    form = make_fields(payer=replace(payer, email=email))

    assert dict(form)["PBX_PORTEUR"] == told


@given(st.text(), st.text(), st.builds(Address, *[st.text()] * 6, line2=st.text()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_a_payer_types_moves_a_word_of_the_signed_message(
    make_fields: Callable[..., Fields], payer: Person, email: str, name: str, home: Address
) -> None:
    someone = replace(payer, email=email, first_name=name, last_name=name)

    for _, value in make_fields(payer=someone, address=home):
        assert "&" not in value
        assert value.isascii()
        assert value.isprintable()
