import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaign import PostalAddress, School
from chalicelib.domain.people import Address, Person
from chalicelib.gateway.payer_xml import billing, plain, shopping_cart

HOME = Address("12 bis, rue de l'Été", "63000", "Clermont-Ferrand", "FR", "+33", "0612345678")
LIMITS = {
    "FirstName": 22,
    "LastName": 22,
    "Address1": 50,
    "Address2": 50,
    "ZipCode": 10,
    "City": 50,
    "CountryCode": 3,
    "CountryCodeMobilePhone": 4,
    "MobilePhone": 10,
}


def _elements(xml: str) -> dict[str, str]:
    root = ET.fromstring(xml)  # noqa: S314 - what we made ourselves
    assert root.tag == "Billing"
    return {element.tag: element.text or "" for element in root[0]}


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Chloé", "CHLOE"),
        ("Jean-Noël  O'Brien", "JEAN NOEL O BRIEN"),
        ("Œuvré Lætitia Straße", "OEUVRE LAETITIA STRASSE"),
        ("Łukasz Ødegård Þór Đạt", "LUKASZ ODEGARD THOR DAT"),
        ("ıstanbul İzmir", "ISTANBUL IZMIR"),
        ("A🎓B", "A B"),
        ("<b>&amp;</b>", "B AMP B"),
        ("🎓", "X"),
        ("3ª № 5", "3A NO 5"),
        ("", "X"),
        ("王小明", "WANGXIAOMING"),
        ("清华园1号", "QINGHUAYUAN1HAO"),
        ("Ольга Петровна", "OLGA PETROVNA"),
        ("Αθήνα", "ATHINA"),
        ("Əliyev Məmməd", "ELIYEV MEMMED"),
        ("محمد علي", "MHMD LY"),
        ("서울특별시", "SEOULTEUGBYEOLSI"),
        ("D’Avoine – Zélie", "D AVOINE ZELIE"),
        ("Ze\u0301lie", "ZELIE"),
    ],
)
def test_text_is_sent_in_plain_capitals(text: str, sent: str) -> None:
    assert plain(text, 50) == sent


def test_text_cut_after_a_word_ends_with_the_word() -> None:
    assert plain("Jean Noël", 5) == "JEAN"
    assert plain("Jean Noël", 7) == "JEAN"
    assert plain("Jean Noël", 9) == "JEAN NOEL"


def test_word_longer_than_the_limit_is_cut() -> None:
    assert plain("Rindfleischetikettierung", 10) == "RINDFLEISC"


@given(st.text(), st.integers(1, 60))
def test_plain_text_keeps_its_limit_and_letters_and_is_never_empty(text: str, limit: int) -> None:
    sent = plain(text, limit)

    assert re.fullmatch(r"[A-Z0-9]+( [A-Z0-9]+)*", sent)
    assert len(sent) <= limit


def test_billing_tells_the_payers_own_address(payer: Person, school: School) -> None:
    assert _elements(billing(payer, school, HOME)) == {
        "FirstName": "CHRIS",
        "LastName": "TESTCD",
        "Address1": "12 BIS RUE DE L ETE",
        "ZipCode": "63000",
        "City": "CLERMONT FERRAND",
        "CountryCode": "250",
        "CountryCodeMobilePhone": "+33",
        "MobilePhone": "0612345678",
    }


def test_billing_without_address_tells_the_schools(payer: Person, school: School) -> None:
    assert _elements(billing(payer, school, None)) == {
        "FirstName": "CHRIS",
        "LastName": "TESTCD",
        "Address1": "1 PLACE DE L EPREUVE",
        "Address2": "BATIMENT B",
        "ZipCode": "63000",
        "City": "CLERMONT FERRAND",
        "CountryCode": "250",
        "CountryCodeMobilePhone": "+33",
        "MobilePhone": "0473000000",
    }


def test_street_longer_than_its_line_goes_on_in_the_second(payer: Person, school: School) -> None:
    hall = replace(
        HOME, line1="Résidence universitaire du Clos Saint-Jacques, bâtiment B", line2="Chambre 12"
    )
    told = _elements(billing(payer, school, hall))

    assert told["Address1"] == "RESIDENCE UNIVERSITAIRE DU CLOS SAINT JACQUES"
    assert told["Address2"] == "BATIMENT B CHAMBRE 12"


def test_address_in_another_script_is_told_in_ours(payer: Person, school: School) -> None:
    told = _elements(billing(payer, school, replace(HOME, line1="清华园1号", city="北京市", country="CN")))

    assert (told["Address1"], told["City"], told["CountryCode"]) == ("QINGHUAYUAN1HAO", "BEIJINGSHI", "156")


@pytest.mark.parametrize("changes", [{"line1": "🏠"}, {"city": "🌆"}])
def test_address_of_which_nothing_is_left_becomes_the_schools(
    payer: Person, school: School, changes: dict[str, str]
) -> None:
    home = replace(HOME, **changes)  # type: ignore[arg-type] # texts
    assert _elements(billing(payer, school, home)) == _elements(billing(payer, school, None))


def test_school_without_street_is_named_instead(payer: Person, school: School) -> None:
    village = replace(school, address=PostalAddress((), "63000", "Clermont-Ferrand", "FR"))

    assert _elements(billing(payer, village, None))["Address1"] == "ECOLE DE TEST"


@pytest.mark.parametrize(
    ("country", "number"), [("de", "276"), ("AF", "004"), ("ZZ", "250"), ("", "250"), ("&", "250")]
)
def test_country_is_told_by_its_number(payer: Person, school: School, country: str, number: str) -> None:
    assert _elements(billing(payer, school, replace(HOME, country=country)))["CountryCode"] == number


@pytest.mark.parametrize(
    ("country_code", "phone", "sent"),
    [
        ("+1", "555 0100 123", ("+1", "5550100123")),
        ("+33", "0033612345678", ("+33", "3612345678")),
        ("+33", "", ("+33", "0473000000")),
        ("33", "0612345678", ("+33", "0473000000")),
        ("+44", "aucun", ("+33", "0473000000")),
        ("+12345", "0612345678", ("+33", "0473000000")),
    ],
)
def test_phone_is_always_told(
    payer: Person, school: School, country_code: str, phone: str, sent: tuple[str, str]
) -> None:
    told = _elements(billing(payer, school, replace(HOME, phone_country_code=country_code, phone=phone)))

    assert (told["CountryCodeMobilePhone"], told["MobilePhone"]) == sent


@given(st.builds(Address, *[st.text()] * 6, line2=st.text()), st.text(), st.text())
def test_billing_of_any_text_is_ascii_xml_within_limits(
    home: Address, first_name: str, last_name: str
) -> None:
    xml = billing(*_someone(first_name, last_name), home)
    told = _elements(xml)

    assert xml.isascii()
    assert "\n" not in xml
    assert "&" not in xml
    assert list(told) == [name for name in LIMITS if name in told]
    assert set(LIMITS) - set(told) <= {"Address2"}
    assert all(told[name] and len(told[name]) <= limit for name, limit in LIMITS.items() if name in told)


def _someone(first_name: str, last_name: str) -> tuple[Person, School]:
    payer = Person("person-1", "chris@demo.test", first_name, last_name, frozenset())
    address = PostalAddress(("1 place de l'Épreuve",), "63000", "Clermont-Ferrand", "FR")
    return payer, School("École", address, "000000000", "contact@school.example", "+33", "0473000000")


@pytest.mark.parametrize(("quantity", "told"), [(0, "1"), (1, "1"), (7, "7"), (99, "99"), (100, "99")])
def test_shopping_cart_counts_from_one_to_ninety_nine(quantity: int, told: str) -> None:
    assert shopping_cart(quantity) == (
        '<?xml version="1.0" encoding="utf-8"?><shoppingcart><total>'
        f"<totalQuantity>{told}</totalQuantity></total></shoppingcart>"
    )
