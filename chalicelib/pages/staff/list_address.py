"""The address of a list of registrations: kept from page to page, and through every act."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pydantic import ValidationError

from chalicelib.pages.desks import REGISTRATIONS
from chalicelib.web.schemas.lists import RegistrationPageQuery

LONGEST = 600
NAMES = ("campaign", "status", "programme", "situation", "paid", "anomaly", "q", "sort", "page")
_DEFAULTS = {"sort": "name", "page": 1}


def query_of(given: Mapping[str, str]) -> RegistrationPageQuery:
    """Return the query of an address; raise pydantic's `ValidationError` for a value that means nothing."""
    said = {name: value for name in NAMES if (value := given.get(name, "").strip())}
    return RegistrationPageQuery.model_validate(said)


def carried(query: RegistrationPageQuery, **changes: Any) -> str:
    """Return the query as text, without what says nothing; "" for the whole list."""
    said = {**query.model_dump(mode="json", exclude={"after"}), **changes}
    return urlencode({name: value for name, value in said.items() if value and value != _DEFAULTS.get(name)})


def list_address(query: RegistrationPageQuery, **changes: Any) -> str:
    """Return the address of the list; a change of a filter leads to its first page."""
    text = carried(query, **{**({} if "page" in changes else {"page": 1}), **changes})
    return f"{REGISTRATIONS.path}?{text}" if text else REGISTRATIONS.path


def back_to(text: str) -> RegistrationPageQuery:
    """Return the list that a form or link came from; the whole list if it does not say."""
    try:
        return query_of(dict(parse_qsl(text[:LONGEST])))
    except ValidationError:
        return RegistrationPageQuery()
