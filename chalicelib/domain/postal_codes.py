"""The countries in which a postal address is not complete without a postal code.

Source: the address metadata of Google's libaddressinput, `require` with Z. Elsewhere a code is optional: some
seventy countries have none, Hong Kong and Cameroon among them, and in others few people know theirs.
"""

CODES = """
AS AT AU AX BE BL BR CA CH CN CZ DE DK EE ES FI FK FM FR GB GF GG GL GP GR GS GU HU IM IN IO IT JE JP KR LI LT
LU LV MF MH MP MQ MX MY NC NL NO NZ PF PL PM PN PR PT PW RE RO RU SE SG SH SJ SK SM TC TR TW UA US VI WF YT ZA
"""
REQUIRED = frozenset(CODES.split())
FRENCH_DIGITS = 5


def is_required(country: str) -> bool:
    """Return True if the country, ISO 3166-1 alpha-2, does not deliver without a postal code."""
    return country in REQUIRED


def is_possible(postal_code: str, country: str) -> bool:
    """Return False for a French code that is not five digits, as people type it; other countries' pass."""
    plain = "".join(postal_code.split())
    is_french = plain.isascii() and plain.isdigit() and len(plain) == FRENCH_DIGITS
    return is_french or country != "FR" or not plain
