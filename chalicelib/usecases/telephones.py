"""Telephone numbers as people type them, read by the rules of ITU E.164 and of each country's plan."""

import re
import unicodedata
from typing import NamedTuple


class Telephone(NamedTuple):
    """A number as an `Address` stores it: the code with its +, and the digits dialled inside the country."""

    phone_country_code: str
    phone: str


def telephone(country_code: str, typed: str) -> Telephone | None:
    """Return the number; None for what is no number of any country.

    A number typed with its own + or 00 needs no `country_code`, and goes before it.
    """
    import phonenumbers  # noqa: PLC0415 - only a new address needs it: cold start

    try:
        number = phonenumbers.parse(_international(country_code, typed))
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    number.extension = None
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return Telephone(f"+{number.country_code}", re.sub(r"[^0-9]", "", national))


def is_country_code(code: str) -> bool:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE  # noqa: PLC0415 - as above

    return int(code) in COUNTRY_CODE_TO_REGION_CODE


def _international(country_code: str, typed: str) -> str:
    plain = unicodedata.normalize("NFKC", typed).strip()
    if plain.startswith("+"):
        return plain
    return f"+{plain[2:]}" if plain.startswith("00") else f"{country_code}{plain}"
