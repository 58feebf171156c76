"""Reads of an import: the rows of many students at once, and the import's own row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from chalicelib.domain.identities import Identity
from chalicelib.domain.imports.student_import import StudentImport
from chalicelib.domain.imports.students import SCHOOL_ADDRESS
from chalicelib.domain.people import Address, Person
from chalicelib.domain.registration import Registration
from chalicelib.domain.sessions import Credentials
from chalicelib.storage.keys import email_key, identity_key, person_key
from chalicelib.storage.kinds import kind_of
from chalicelib.storage.registrations import DynamoRegistrations
from chalicelib.storage.table import Table, load


class DynamoRoster:
    def __init__(self, table: Table) -> None:
        self._table = table

    def owners(self, identities: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        rows = self._table.batch((identity_key(*each), "IDENTITY") for each in identities)
        found = (load(Identity, row) for row in rows)
        return {(each.provider, each.subject): each.person_id for each in found}

    def logins(self, emails: Iterable[str]) -> Mapping[str, str]:
        keys = {email_key(each): each for each in emails}
        rows = self._table.batch((key, "CREDENTIALS") for key in keys)
        return {keys[row.pk]: load(Credentials, row).person_id for row in rows}

    def people(self, ids: Iterable[str]) -> Mapping[str, Person]:
        rows = self._table.batch((person_key(each), "PROFILE") for each in ids)
        return {person.id: person for person in (load(Person, row) for row in rows)}

    def addresses(self, ids: Iterable[str]) -> Mapping[str, Address]:
        keys = {person_key(each): each for each in ids}
        rows = self._table.batch((key, f"ADDRESS#{SCHOOL_ADDRESS}") for key in keys)
        return {keys[row.pk]: load(Address, row) for row in rows}

    def registrations(self, campaign_id: str) -> Iterator[Registration]:
        return DynamoRegistrations(self._table).of_campaign(campaign_id)

    def registrations_of(self, ids: Iterable[str]) -> Mapping[str, Sequence[Registration]]:
        return {each: tuple(self._registrations_of(each)) for each in ids}

    def _registrations_of(self, person_id: str) -> Iterator[Registration]:
        rows = self._table.partition(person_key(person_id), "REGISTRATION#")
        return (load(Registration, row) for row in rows)


class DynamoImports:
    def __init__(self, table: Table) -> None:
        self._table = table

    def last(self) -> StudentImport | None:
        (place,) = kind_of(StudentImport).places(None)
        row = self._table.get(*place)
        return load(StudentImport, row) if row else None
