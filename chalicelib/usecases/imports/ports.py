"""Interfaces that imports need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.imports.uploads import SENT, Upload, UploadForm
from chalicelib.usecases.audit.ports import ActPorts
from chalicelib.usecases.isolation import IsolationPorts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chalicelib.domain.imports.student_import import StudentImport
    from chalicelib.domain.people import Address, Person
    from chalicelib.domain.registration import Registration
    from chalicelib.usecases.evidence.ports import CvecSource
    from chalicelib.usecases.identities.ports import Identities
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

    def registrations_of(self, ids: Iterable[str]) -> Mapping[str, Sequence[Registration]]:
        """Return the registrations of persons, of every campaign, by the person's id."""


class Imports(Protocol):
    def last(self) -> StudentImport | None: ...


class ImportFiles(Protocol):
    """Files of an import, each with a name; without one, the file as it was sent."""

    def put(self, import_id: str, data: bytes, name: str = SENT) -> None: ...

    def get(self, import_id: str, name: str = SENT, span: tuple[int, int] | None = None) -> bytes:
        """Return a file, or its bytes from the first place to the one before the second.

        Raise `NotFound`.
        """

    def size(self, import_id: str) -> int | None:
        """Return the number of bytes of the file that was sent, None while there is none."""

    def form(self, import_id: str, upload: Upload) -> UploadForm:
        """Return the form by which a browser or program sends the file to the bucket."""


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

    @property
    def cvec_source(self) -> CvecSource | None:
        """None if the school does not have attestations checked: their column is then ignored."""
