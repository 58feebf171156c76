"""The users of the portal, and the roles that one person can combine."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from chalicelib.domain.causes import RoleMissing, RolesApart
from chalicelib.domain.decisions import AccessMoved
from chalicelib.domain.languages import Language


class Role(StrEnum):
    STUDENT = "student"
    REGISTRAR = "registrar"
    ACCOUNTANT = "accountant"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


STAFF = frozenset(Role) - {Role.STUDENT}
APART = (frozenset({Role.REGISTRAR, Role.ACCOUNTANT}),)
"""The role that sets what is owed must not take the money (décret 2012-1246, art. 9)."""


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
    id: str = ""  # set for a saved address only


@dataclass(frozen=True)
class Person:
    """A person. `session_generation` grows to end all sessions: those of an earlier generation are over.

    `review_on` is the day of the next retention review; None for staff. If `erased_on` is set, only the data
    that the law requires is left. `language` is the language of the person's mails. `access_version` grows
    each time the account is closed or opened.
    """

    id: str
    email: str
    first_name: str
    last_name: str
    roles: frozenset[Role]
    birth_on: date | None = None
    addresses: tuple[Address, ...] = ()
    is_active: bool = True
    session_generation: int = 0
    review_on: date | None = None
    erased_on: date | None = None
    language: Language = Language.FR
    access_version: int = 0
    version: int = 1

    def __post_init__(self) -> None:
        """Raise `RolesNotCompatible` for every source of a person: a form, an import, a stored row."""
        _check_apart(self.roles)

    def holds(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF)


def initials_of(person: Person) -> str:
    """Return the initials, as in "C. T.", for readers who may not see the name."""
    return " ".join(f"{name[0]}." for name in (person.first_name, person.last_name) if name)


def check_roles(roles: frozenset[Role]) -> None:
    """Raise `RolesNotCompatible` for roles that one person must not combine, and for no role."""
    if not roles:
        raise RoleMissing
    _check_apart(roles)


def _check_apart(roles: frozenset[Role]) -> None:
    if any(apart <= roles for apart in APART):
        raise RolesApart


def with_roles(person: Person, roles: frozenset[Role]) -> Person:
    check_roles(roles)
    return replace(person, roles=roles, version=person.version + 1)


def activated(person: Person, is_active: bool, seen: int | None = None) -> Person:  # noqa: FBT001 - what it becomes
    """Open or close an account; closing ends every session.

    `seen` is the `access_version` that was read, None if unknown: raise `AccessMoved` for another one.
    """
    if seen not in {None, person.access_version}:
        raise AccessMoved
    return replace(
        person,
        is_active=is_active,
        session_generation=person.session_generation + (not is_active),
        access_version=person.access_version + 1,
        version=person.version + 1,
    )


def spoken_to(person: Person, language: Language) -> Person:
    """Write to a person in another language from now on."""
    return replace(person, language=language, version=person.version + 1)


def signed_out(person: Person) -> Person:
    """End every session of the person."""
    return replace(person, session_generation=person.session_generation + 1, version=person.version + 1)
