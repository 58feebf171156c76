"""IBANs as refunds need them: how they are shown, and the countries that a euro transfer reaches."""

_COUNTRIES = (
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT "
    "LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA"
)
SEPA = frozenset(_COUNTRIES.split())
"""The country codes of IBANs in the SEPA schemes (European Payments Council, EPC409-09)."""


def grouped(iban: str) -> str:
    """Return the IBAN in groups of four, as on bank statements."""
    return " ".join(iban[first : first + 4] for first in range(0, len(iban), 4))


def masked(iban: str) -> str:
    """Return country, key and the last four characters, enough to recognise one's own."""
    return f"{iban[:4]} … {iban[-4:]}"


def bank_code(iban: str) -> str:
    """Return the bank's code in a French IBAN, "" for another country."""
    return iban[4:9] if iban.startswith("FR") else ""


def is_reached(iban: str) -> bool:
    """Return True if a SEPA credit transfer reaches the account's country."""
    return iban[:2] in SEPA
