"""Who uses the portal."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    STUDENT = "student"
    REGISTRAR = "registrar"
    ACCOUNTANT = "accountant"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True)
class Address:
    """A cardholder's postal address. `country` is ISO 3166-1 alpha-2; `phone` national digits."""

    line1: str
    zip_code: str
    city: str
    country: str
    phone_country_code: str
    phone: str
    line2: str = ""
    id: str = ""  # only a saved one has it


@dataclass(frozen=True)
class Person:
    id: str
    email: str
    first_name: str
    last_name: str
    roles: frozenset[Role]
    birth_on: date | None = None
    addresses: tuple[Address, ...] = ()

    def holds(self, *roles: Role) -> bool:
        return bool(self.roles & set(roles))
