"""The form of the cardholder's address, shared by the pages that lead to the gateway."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError

from chalicelib.pages.page_request import PageRequest
from chalicelib.portal.countries import country_names
from chalicelib.usecases.payments.choose_address import AddressChoice, AddressMode
from chalicelib.web.parsing import address_choice
from chalicelib.web.schemas import card_payments as schemas

ADDRESS_FIELDS = ("line1", "line2", "zip_code", "city", "country", "phone_country_code", "phone")
MISTAKES = {
    "line1": "Indiquez le numéro et la rue, en 50 caractères au plus.",
    "line2": "Ce complément tient en 50 caractères au plus.",
    "zip_code": "Indiquez le code postal, en lettres et chiffres.",
    "city": "Indiquez la ville, en 50 caractères au plus.",
    "country": "Choisissez le pays dans la liste.",
    "phone_country_code": "Indiquez l'indicatif avec son signe +, par exemple +33.",
    "phone": "Indiquez le numéro sans l'indicatif : de 4 à 10 chiffres.",
}


def address_form(
    page_request: PageRequest, given: Mapping[str, str] | None = None, error: ValidationError | None = None
) -> dict[str, Any]:
    """Return the template's data; each form has a key, so that a double click makes one attempt."""
    return {
        "key": page_request.ports.new_id(),
        "addresses": page_request.account.person.addresses,
        "countries": country_names(),
        "given": given or _proposed(page_request),
        "mistakes": _mistakes(error) if error else {},
    }


def given_address(page_request: PageRequest) -> dict[str, str]:
    return {name: page_request.field(name) for name in (*ADDRESS_FIELDS, "keep", "address", "mode")}


def chosen_address(given: Mapping[str, str]) -> AddressChoice:
    """Read the form, without the fields that the choice does not use; raise pydantic's `ValidationError`."""
    if given["mode"] == AddressMode.SAVED:
        return AddressChoice(AddressMode.SAVED, id=given["address"])
    if given["mode"] == AddressMode.NONE:
        return AddressChoice(AddressMode.NONE)
    return address_choice(schemas.NewAddressChoice.model_validate(_as_typed(given)))


def key_of(page_request: PageRequest, given: Mapping[str, str]) -> str:
    """Return the idempotency key.

    A form sent again with another address is another attempt, not a conflict.
    """
    return urlencode({"key": page_request.field("key") or page_request.ports.new_id(), **given})


def _proposed(page_request: PageRequest) -> dict[str, str]:
    school = page_request.campaign.school
    return {
        **dict.fromkeys((*ADDRESS_FIELDS, "keep", "address"), ""),
        "mode": "saved" if page_request.account.person.addresses else "new",
        "country": school.address.country,
        "phone_country_code": school.phone_country_code,
    }


def _as_typed(given: Mapping[str, str]) -> dict[str, Any]:
    typed = {name: given[name] for name in ADDRESS_FIELDS}
    typed["phone"] = "".join(letter for letter in given["phone"] if letter not in " .-/\u00a0\u202f")
    typed["phone_country_code"] = given["phone_country_code"].replace(" ", "")
    return {"mode": "new", **typed, "keep": bool(given["keep"])}


def _mistakes(error: ValidationError) -> dict[str, str]:
    names = (str(each["loc"][-1]) for each in error.errors())
    return {name: MISTAKES[name] for name in names if name in MISTAKES}
