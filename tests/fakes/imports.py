"""What imports read, in memory."""

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.domain.errors import NotFound
from chalicelib.domain.imports.student_import import StudentImport
from chalicelib.domain.imports.students import SCHOOL_ADDRESS
from chalicelib.domain.imports.uploads import SENT, Upload, UploadForm
from chalicelib.domain.people import Address, Person
from chalicelib.domain.registration import Registration
from tests.fakes.storage import Memory


class MemoryRoster:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def owners(self, identities: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        found = {key: self._m.identities.get(key) for key in identities}
        return {key: identity.person_id for key, identity in found.items() if identity}

    def logins(self, emails: Iterable[str]) -> Mapping[str, str]:
        found = {email: self._m.logins.get(email) for email in emails}
        return {email: credentials.person_id for email, credentials in found.items() if credentials}

    def people(self, ids: Iterable[str]) -> Mapping[str, Person]:
        return {person_id: self._m.people[person_id] for person_id in ids if person_id in self._m.people}

    def addresses(self, ids: Iterable[str]) -> Mapping[str, Address]:
        found = {person_id: self._m.addresses.get(person_id, {}).get(SCHOOL_ADDRESS) for person_id in ids}
        return {person_id: address for person_id, address in found.items() if address}

    def registrations_of(self, ids: Iterable[str]) -> Mapping[str, Sequence[Registration]]:
        known = tuple(self._m.registrations_by_id.values())
        return {owner: tuple(each for each in known if each.person_id == owner) for owner in ids}

    def registrations(self, campaign_id: str) -> Iterable[Registration]:
        known = tuple(self._m.registrations_by_id.values())
        return (each for each in known if each.campaign_id == campaign_id)


class MemoryImports:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def last(self) -> StudentImport | None:
        return self._m.student_imports.get("last")


class MemoryImportFiles:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, import_id: str, data: bytes, name: str = SENT) -> None:
        self.kept[_name(import_id, name)] = data

    def get(self, import_id: str, name: str = SENT, span: tuple[int, int] | None = None) -> bytes:
        found = self.kept.get(_name(import_id, name))
        if found is None:
            raise NotFound
        return found[slice(*span)] if span else found

    def size(self, import_id: str) -> int | None:
        found = self.kept.get(import_id)
        return None if found is None else len(found)

    def form(self, import_id: str, upload: Upload) -> UploadForm:
        fields = {"key": import_id, "success_action_redirect": upload.then, "seconds": str(upload.seconds)}
        return UploadForm("https://bucket.test/", fields)


def _name(import_id: str, name: str) -> str:
    return import_id if name == SENT else f"{import_id}/{name}"
