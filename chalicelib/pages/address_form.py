"""The form of the cardholder's address, shared by the pages that lead to the gateway."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chalicelib.domain.languages import Language
from chalicelib.pages.page_request import PageRequest
from chalicelib.portal.texts import marked, said
from chalicelib.usecases.payments.choose_address import AddressChoice, AddressMode
from chalicelib.web.parsing import address_choice
from chalicelib.web.schemas.addresses import FIVE_DIGITS, UNPRINTABLE, NewAddressChoice

ADDRESS_FIELDS = ("line1", "line2", "zip_code", "city", "country", "phone_country_code", "phone")
MISTAKES = {
    "line1": marked("Indiquez le numéro et la rue, en lettres et chiffres, en 200 caractères au plus."),
    "line2": marked("Ce complément tient en 200 caractères au plus, lettres ou chiffres."),
    "zip_code": marked("Indiquez le code postal, en 16 caractères au plus, lettres ou chiffres."),
    "city": marked("Indiquez la ville, en lettres, en 200 caractères au plus."),
    "country": marked("Choisissez le pays dans la liste."),
    "phone_country_code": marked("Indiquez l'indicatif d'un pays avec son signe +, par exemple +33."),
    "phone": marked("Ce numéro n'existe pas avec cet indicatif. Vérifiez l'un et l'autre."),
    "first_name": marked("Indiquez votre prénom, en lettres, en 100 caractères au plus."),
    "last_name": marked("Indiquez votre nom, en lettres, en 100 caractères au plus."),
    "email": marked("Indiquez une adresse mail, par exemple nom@exemple.fr."),
}
MISSING = {
    "line1": marked("Indiquez le numéro et la rue."),
    "zip_code": marked("Indiquez le code postal : ce pays en demande un."),
    "city": marked("Indiquez la ville."),
    "phone": marked("Indiquez votre numéro de téléphone."),
}
FRENCH_CODE = marked("Un code postal français a cinq chiffres.")
NOT_PRINTED = marked(
    "La facture ne sait pas imprimer « %(letters)s ». Écrivez ce champ sans, par exemple en lettres latines."
)


def address_form(
    page_request: PageRequest, given: Mapping[str, str] | None = None, error: ValidationError | None = None
) -> dict[str, Any]:
    """Return the template's data; each form has a key, so that a double click makes one attempt."""
    return {
        "key": page_request.ports.new_id(),
        "addresses": page_request.account.person.addresses,
        "is_invoiced": bool(page_request.file.invoices),
        "given": given or _proposed(page_request),
        "mistakes": mistakes_of(error, page_request.language) if error else {},
    }


def given_address(page_request: PageRequest) -> dict[str, str]:
    return {name: page_request.field(name) for name in (*ADDRESS_FIELDS, "keep", "address", "mode")}


def chosen_address(given: Mapping[str, str]) -> AddressChoice:
    """Read the form, without the fields that the choice does not use; raise pydantic's `ValidationError`."""
    if given["mode"] == AddressMode.SAVED:
        return AddressChoice(AddressMode.SAVED, id=given["address"])
    if given["mode"] == AddressMode.NONE:
        return AddressChoice(AddressMode.NONE)
    return address_choice(NewAddressChoice.model_validate(as_typed(given)))


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


def as_typed(given: Mapping[str, str]) -> dict[str, Any]:
    typed = {name: given[name] for name in ADDRESS_FIELDS}
    typed["phone_country_code"] = given["phone_country_code"].replace(" ", "")
    return {"mode": "new", **typed, "keep": bool(given["keep"])}


def mistakes_of(error: ValidationError, language: Language) -> dict[str, str]:
    return {
        name: said(_mistake(name, each), language, **each.get("ctx", {}))
        for each in error.errors()
        for name in (str(each["loc"][-1]),)
    }


def _mistake(name: str, error: ErrorDetails) -> str:
    if error["type"] == UNPRINTABLE:
        return NOT_PRINTED
    if error["type"] == FIVE_DIGITS:
        return FRENCH_CODE
    if not error["input"] and name in MISSING:
        return MISSING[name]
    return MISTAKES[name]
