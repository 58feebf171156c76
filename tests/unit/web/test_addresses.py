"""The address of a payment as a program sends it: the French form of the contract, and others."""

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.people import Address
from chalicelib.web.parsing import address_choice
from chalicelib.web.schemas.addresses import NewAddressChoice

FRENCH = {
    "mode": "new",
    "line1": "1 rue de la Démonstration",
    "zip_code": "63000",
    "city": "Clermont-Ferrand",
    "country": "FR",
    "phone_country_code": "+33",
    "phone": "0600000000",
}


def read(**changes: Any) -> Address | None:
    return address_choice(NewAddressChoice.model_validate(FRENCH | changes)).new


def test_french_address_is_kept_as_it_was_sent() -> None:
    assert read() == Address(
        line1="1 rue de la Démonstration",
        zip_code="63000",
        city="Clermont-Ferrand",
        country="FR",
        phone_country_code="+33",
        phone="0600000000",
    )


@pytest.mark.parametrize(
    ("country", "code", "phone", "kept"),
    [
        ("CN", "+86", "13800138000", ("+86", "13800138000")),
        ("DE", "+49", "15123456789", ("+49", "015123456789")),
        ("BR", "+55", "11987654321", ("+55", "11987654321")),
        ("FR", "+33", "612345678", ("+33", "0612345678")),
        ("FR", "+33", "+86 138 0013 8000", ("+86", "13800138000")),
        ("FR", "", "+33 6 12 34 56 78", ("+33", "0612345678")),
        ("DZ", "", "00213 551 23 45 67", ("+213", "0551234567")),
        ("EG", "+20", "٠١٠٠١٢٣٤٥٦٧", ("+20", "01001234567")),
        ("FR", "+33", "04 73 40 50 50 ext 12", ("+33", "0473405050")),
    ],
)
def test_telephones_are_read_as_they_are_typed(
    country: str, code: str, phone: str, kept: tuple[str, str]
) -> None:
    address = read(country=country, phone_country_code=code, phone=phone)
    assert address is not None
    assert (address.phone_country_code, address.phone) == kept


@pytest.mark.parametrize("country", ["HK", "CM", "CI", "AE", "MA", "IE"])
def test_postal_code_may_be_left_out_where_letters_arrive_without(country: str) -> None:
    for given in ({"zip_code": ""}, {"zip_code": "12-A"}):
        assert read(country=country, **given) is not None
    without = {name: value for name, value in FRENCH.items() if name != "zip_code"} | {"country": country}
    assert NewAddressChoice.model_validate(without).zip_code == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"line1": ""}, "line1"),
        ({"line1": "x" * 10_000}, "line1"),
        ({"line1": "🏠🏡"}, "line1"),
        ({"line1": "12 rue du Four 🏠"}, "line1"),
        ({"line1": "12\x00rue"}, "line1"),
        ({"line1": "12\u2028rue"}, "line1"),
        ({"line1": "12 rue \ue000"}, "line1"),
        ({"line2": "..."}, "line2"),
        ({"city": "—"}, "city"),
        ({"city": "𓀀𓂀"}, "city"),
        ({"zip_code": ""}, "zip_code"),
        ({"zip_code": "6" * 17}, "zip_code"),
        ({"zip_code": "6300"}, "zip_code"),
        ({"zip_code": "6300A"}, "zip_code"),
        ({"zip_code": "🏠"}, "zip_code"),
        ({"country": "XX"}, "country"),
        ({"phone_country_code": "33"}, "phone_country_code"),
        ({"phone_country_code": "+999"}, "phone_country_code"),
        ({"phone_country_code": ""}, "phone"),
        ({"phone": "abcd"}, "phone"),
        ({"phone": "0000000000"}, "phone"),
        ({"phone": "12345"}, "phone"),
        ({"phone": "0" * 31}, "phone"),
        ({"country": "ES", "zip_code": ""}, "zip_code"),
    ],
)
def test_mistake_is_told_at_its_field_alone(changes: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as mistaken:
        read(**changes)
    assert [each["loc"] for each in mistaken.value.errors()] == [(field,)]


def test_direction_marks_of_a_keyboard_are_no_mistake() -> None:
    assert read(line1="\u200fשדרות רוטשילד 1\u200f", country="IL") is not None
