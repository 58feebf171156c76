"""The two XML fields of the page for strong authentication (PAYBOX integration manuals).

Values are transliterated to the characters of every version of the gateway, `[A-Z0-9 ]`, cut at words, and
never empty: the gateway refuses a payment for a missing phone or a stray accent.
"""

import re
import unicodedata
from html import escape

from chalicelib.domain.campaign import School
from chalicelib.domain.people import Address, Person

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
_LINE = 50
_NAMELESS = "X"
"""The replacement of a text with nothing left, such as a name of symbols alone."""


def shopping_cart(quantity: int) -> str:
    total = f"<totalQuantity>{min(max(quantity, 1), 99)}</totalQuantity>"
    return f"{_DECLARATION}<shoppingcart><total>{total}</total></shoppingcart>"


def billing(payer: Person, school: School, address: Address | None) -> str:
    """Return the payer's name and address, or the school's address and phone if theirs cannot be sent."""
    home = address if address and can_be_sent(address) else school_address(school)
    phone_country_code, phone = _phone(home, school)
    line1, line2 = _lines(home)
    elements = {
        "FirstName": plain(payer.first_name, 22),
        "LastName": plain(payer.last_name, 22),
        "Address1": line1,
        "Address2": line2,
        "ZipCode": plain(home.zip_code, 10, otherwise="00000"),
        "City": plain(home.city, _LINE),
        "CountryCode": _country_number(home.country, school.address.country),
        "CountryCodeMobilePhone": phone_country_code,
        "MobilePhone": phone,
    }
    told = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in elements.items() if value)
    return f"{_DECLARATION}<Billing><Address>{told}</Address></Billing>"


def school_address(school: School) -> Address:
    lines = school.address.lines
    return Address(
        line1=lines[0] if lines else school.name,
        line2=" ".join(lines[1:]),
        zip_code=school.address.zip_code,
        city=school.address.city,
        country=school.address.country,
        phone_country_code=school.phone_country_code,
        phone=school.phone,
    )


def can_be_sent(address: Address) -> bool:
    """Return True if street and city still say something in the gateway's characters."""
    return bool(_words(address.line1) and _words(address.city))


def _lines(home: Address) -> tuple[str, str]:
    """Return both lines; what the first one cannot hold begins the second."""
    first = plain(home.line1, _LINE)
    rest = f"{' '.join(_words(home.line1))[len(first) :]} {home.line2}"
    return first, plain(rest, _LINE, otherwise="")


def plain(text: str, limit: int, otherwise: str = _NAMELESS) -> str:
    """Return `text` in `[A-Z0-9 ]`, cut after a word at `limit` at most; `otherwise` if nothing is left."""
    whole = " ".join(_words(text))
    if len(whole) <= limit:
        return whole or otherwise
    return whole[: limit + 1].rpartition(" ")[0] or whole[:limit]


def _words(text: str) -> list[str]:
    """Return the words of `text`, transliterated; symbols such as emoji are no letters and are left out."""
    composed = unicodedata.normalize("NFKC", text)
    return re.findall(r"[A-Z0-9]+", "".join(map(_ascii, composed)).upper())


def _ascii(letter: str) -> str:
    from anyascii import anyascii  # noqa: PLC0415 - only the payment page needs it: cold start

    if letter.isascii():
        return letter
    if not letter.isalnum() and not unicodedata.combining(letter):
        return " "
    # Marks of a transliteration (Ol'ga) would cut the name in two.
    return re.sub(r"[^A-Za-z0-9 ]", "", anyascii(letter))


def _phone(home: Address, school: School) -> tuple[str, str]:
    """Return country code and number; the school's if the student's cannot be sent."""
    number = _digits(home.phone)
    if re.fullmatch(r"\+[0-9]{1,3}", home.phone_country_code) and number:
        return home.phone_country_code, number
    return school.phone_country_code, _digits(school.phone)


def _digits(phone: str) -> str:
    """Return the last ten digits: a longer number begins with a prefix that the country code repeats."""
    return re.sub(r"[^0-9]", "", phone)[-10:]


def _country_number(alpha2: str, otherwise: str) -> str:
    """Return the ISO 3166-1 numeric code, three digits; that of `otherwise` for an unknown country."""
    from iso3166 import countries_by_alpha2  # noqa: PLC0415 - only the payment page needs it: cold start

    country = countries_by_alpha2.get(alpha2.upper()) or countries_by_alpha2[otherwise.upper()]
    return country.numeric
