"""The two XML fields of the page for strong authentication (PAYBOX integration manuals).

Values are cut and transliterated to the characters of every version of the gateway, `[A-Z0-9 ]`, and are
never empty: the gateway refuses a payment for a missing phone or a stray accent.
"""

import re
import unicodedata
from html import escape

from chalicelib.domain.campaign import School
from chalicelib.domain.people import Address, Person

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
_LETTERS = str.maketrans(
    {"Œ": "OE", "Æ": "AE", "Ø": "O", "Đ": "D", "Ð": "D", "Þ": "TH", "Ł": "L", "Ħ": "H", "Ŋ": "NG", "Ŧ": "T"}
)
"""Letters that Unicode does not decompose; ß becomes SS by upper-casing."""
_NAMELESS = "X"
"""The replacement of a text with nothing left, such as a name in another script."""


def shopping_cart(quantity: int) -> str:
    total = f"<totalQuantity>{min(max(quantity, 1), 99)}</totalQuantity>"
    return f"{_DECLARATION}<shoppingcart><total>{total}</total></shoppingcart>"


def billing(payer: Person, school: School, address: Address | None) -> str:
    """Return the payer's name and address; the school's own address and phone if the student gave none."""
    home = address or school_address(school)
    phone_country_code, phone = _phone(home, school)
    elements = {
        "FirstName": plain(payer.first_name, 22),
        "LastName": plain(payer.last_name, 22),
        "Address1": plain(home.line1, 50),
        "Address2": plain(home.line2, 50, otherwise=""),
        "ZipCode": plain(home.zip_code, 10, otherwise="00000"),
        "City": plain(home.city, 50),
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


def plain(text: str, limit: int, otherwise: str = _NAMELESS) -> str:
    """Return `text` in `[A-Z0-9 ]`, at most `limit` characters; `otherwise` if nothing is left."""
    decomposed = unicodedata.normalize("NFKD", text.upper().translate(_LETTERS))
    unaccented = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    words = re.findall(r"[A-Z0-9]+", unaccented.upper())
    return " ".join(words)[:limit].rstrip() or otherwise


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
