"""The cardholder's address in a request: a saved one, a new one, or none for the gateway."""

import unicodedata
from typing import Annotated, Any, Literal

from iso3166 import countries_by_alpha2
from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo

from chalicelib.domain.postal_codes import is_possible, is_required
from chalicelib.domain.printable import unprintable
from chalicelib.usecases.telephones import is_country_code, telephone
from chalicelib.web.schemas.models import Body, mistake
from chalicelib.web.schemas.texts import Short

COUNTRIES: list[Any] = sorted(countries_by_alpha2)
LONGEST_LINE = 200
LONGEST_POSTAL_CODE = 16
LONGEST_PHONE = 30
PHONE_COUNTRY_CODE = r"^(\+[1-9][0-9]{0,2})?$"
CONTROLS = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
FIVE_DIGITS = "five_digits"
UNPRINTABLE = "unprintable"
"""The type of the mistake whose context holds the `letters` that no document can print."""


def _written(text: str) -> str:
    """Return the text; raise for control characters, for no letter at all, for what no font prints."""
    if any(unicodedata.category(letter) in CONTROLS for letter in text):
        raise mistake("control")
    if text and not any(unicodedata.category(letter)[0] in "LN" for letter in text):
        raise mistake("wordless")
    if letters := _unprintable(text):
        raise mistake(UNPRINTABLE, letters=letters)
    return text


def _unprintable(text: str) -> str:
    """Return what no font holds; direction marks and their like are never printed."""
    letters = unprintable(unicodedata.normalize("NFC", text))
    return " ".join(letter for letter in letters if unicodedata.category(letter) != "Cf")


def _known(country: str) -> str:
    if country not in countries_by_alpha2:
        raise mistake("country")
    return country


def _asked_for(postal_code: str, info: ValidationInfo) -> str:
    if not postal_code and is_required(info.data.get("country", "")):
        raise mistake("missing")
    if not is_possible(postal_code, info.data.get("country", "")):
        raise mistake(FIVE_DIGITS)
    return postal_code


def _assigned(code: str) -> str:
    if code and not is_country_code(code):
        raise mistake("country_code")
    return code


def _dialled(phone: str, info: ValidationInfo) -> str:
    """Check the number with its country code, unless the code is a mistake already."""
    code = info.data.get("phone_country_code")
    if code is not None and telephone(code, phone) is None:
        raise mistake("telephone")
    return phone


Line = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_LINE), AfterValidator(_written)]
OptionalLine = Annotated[str, StringConstraints(max_length=LONGEST_LINE), AfterValidator(_written)]


class SavedAddressChoice(Body):
    mode: Literal["saved"]
    id: Short


class NewAddressChoice(Body):
    """A new address.

    `country` is ISO 3166-1 alpha-2; `zip_code` may be empty where letters arrive without one; `phone` is
    national, or international with its +; `keep` saves the address for next time.
    """

    mode: Literal["new"]
    line1: Line
    line2: OptionalLine = ""
    country: Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": COUNTRIES})]
    zip_code: Annotated[
        str,
        StringConstraints(max_length=LONGEST_POSTAL_CODE),
        AfterValidator(_written),
        AfterValidator(_asked_for),
        Field(validate_default=True),
    ] = ""
    city: Line
    phone_country_code: Annotated[
        str, StringConstraints(pattern=PHONE_COUNTRY_CODE), AfterValidator(_assigned)
    ] = ""
    phone: Annotated[str, StringConstraints(min_length=4, max_length=LONGEST_PHONE), AfterValidator(_dialled)]
    keep: bool = False


class NoAddressChoice(Body):
    """No address for the gateway; the invoice bears a saved one, without which nothing starts."""

    mode: Literal["none"]
