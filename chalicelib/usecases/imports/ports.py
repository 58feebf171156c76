"""Interfaces that imports need."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from chalicelib.domain.imports.student_import import StudentImport
from chalicelib.domain.people import Address, Person
from chalicelib.domain.registration import Registration
from chalicelib.usecases.audit.ports import ActPorts
from chalicelib.usecases.identities.ports import Identities
from chalicelib.usecases.isolation import IsolationPorts
from chalicelib.usecases.ports import Campaigns, Documents
from chalicelib.usecases.storage_ports import Accounts, People


class Roster(Protocol):
    """Rows of many people, each kind in few reads; what does not exist is left out."""

    def owners(self, identities: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """Return the person's id for each identity: provider and subject."""

    def logins(self, emails: Iterable[str]) -> Mapping[str, str]:
        """Return the person's id for each mail address."""

    def people(self, ids: Iterable[str]) -> Mapping[str, Person]: ...

    def addresses(self, ids: Iterable[str]) -> Mapping[str, Address]:
        """Return the address that the school's file gave, by the person's id."""

    def registrations(self, campaign_id: str) -> Iterable[Registration]:
        """Yield all registrations of a campaign; the last seconds' may be missing."""


class Imports(Protocol):
    def last(self) -> StudentImport | None: ...


class ImportFiles(Protocol):
    def put(self, import_id: str, data: bytes) -> None: ...

    def get(self, import_id: str) -> bytes:
        """Raise `NotFound`."""


class ImportPorts(ActPorts, IsolationPorts, Protocol):
    """The ports of imports of students."""

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def roster(self) -> Roster: ...

    @property
    def imports(self) -> Imports: ...

    @property
    def import_files(self) -> ImportFiles: ...

    @property
    def people(self) -> People: ...

    @property
    def identities(self) -> Identities: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def documents(self) -> Documents: ...
