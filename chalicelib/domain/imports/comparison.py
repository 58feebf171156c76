"""A student of a file compared with what is stored: new, changed or unchanged, and what forbids the import.

A file adds and corrects. It takes nothing away: an empty cell leaves what is stored, a registration that is
missing from the file stays, and a registration with an order keeps its programme and its situations.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from chalicelib.domain.evidence.checks import Source
from chalicelib.domain.evidence.standing import check_of
from chalicelib.domain.identities import CAS, INE, STUDENT_NUMBER, as_read
from chalicelib.domain.imports.mistakes import (
    CasNameTaken,
    ImportMistake,
    IneTaken,
    LineError,
    MailTaken,
    OwnLine,
    StaffAccess,
)
from chalicelib.domain.imports.students import Student, StudentFile, StudentLine
from chalicelib.domain.people import Address, Person
from chalicelib.domain.registration import Registration, RegistrationStatus

Key = tuple[str, str]
"""An identity: its provider and its subject as people read it."""


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Difference(StrEnum):
    NAME = "name"
    MAIL = "mail"
    BIRTH = "birth"
    LANGUAGE = "language"
    ADDRESS = "address"
    STUDENT_NUMBER = "student_number"
    INE = "ine"
    CAS = "cas"
    PROGRAMME = "programme"
    SITUATIONS = "situations"
    CVEC = "cvec"


IDENTITIES = {
    STUDENT_NUMBER: Difference.STUDENT_NUMBER,
    INE: Difference.INE,
    CAS: Difference.CAS,
}


@dataclass(frozen=True)
class Stored:
    """What is stored of the students of a file, read for many at once.

    `owners` are the persons of identities, `logins` those of mail addresses, by their ids; `people` have no
    addresses: `addresses` are those that the school's file gave. `registrations` are those of the campaign.
    """

    owners: Mapping[Key, str] = field(default_factory=dict)
    logins: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    addresses: Mapping[str, Address] = field(default_factory=dict)
    registrations: Mapping[str, Sequence[Registration]] = field(default_factory=dict)

    def owner_of(self, student: Student) -> str | None:
        """Return the id of the person who has the student number, else the INE."""
        keys = identities_of(student.told)
        found = (self.owners.get((provider, keys.get(provider, ""))) for provider in (STUDENT_NUMBER, INE))
        return next((owner for owner in found if owner), None)


def identities_of(line: StudentLine) -> dict[str, str]:
    """Return the identities that a line names, by their provider."""
    named = {provider: as_read(number) for provider, number in numbers_of(line).items()} | {
        CAS: line.cas_name
    }
    return {provider: subject for provider, subject in named.items() if subject}


def numbers_of(line: StudentLine) -> dict[str, str]:
    """Return the numbers of a line as the school wrote them, "" for none, by their provider."""
    return {STUDENT_NUMBER: line.student_number, INE: line.ine}


def outcome_of(student: Student, stored: Stored) -> Outcome:
    owner = stored.owner_of(student)
    if owner is None:
        return Outcome.NEW
    return Outcome.CHANGED if differences(student, owner, stored) else Outcome.UNCHANGED


def differences(student: Student, owner: str, stored: Stored) -> frozenset[Difference]:
    """Return what of the student the file would change."""
    return frozenset(
        (
            *_of_person(student.told, stored.people[owner], stored.addresses.get(owner)),
            *_of_identities(student.told, stored),
            *_of_registrations(student, stored.registrations.get(owner, ())),
        )
    )


def _of_person(told: StudentLine, person: Person, address: Address | None) -> Iterator[Difference]:
    changed = {
        Difference.NAME: (told.last_name, told.first_name) != (person.last_name, person.first_name),
        Difference.MAIL: told.email != person.email,
        Difference.BIRTH: told.birth_on != person.birth_on,
        Difference.LANGUAGE: told.language not in {None, person.language},
        Difference.ADDRESS: told.address not in {None, address},
    }
    return (difference for difference, is_changed in changed.items() if is_changed)


def _of_identities(told: StudentLine, stored: Stored) -> Iterator[Difference]:
    keys = identities_of(told).items()
    return (IDENTITIES[provider] for provider, subject in keys if (provider, subject) not in stored.owners)


def _of_registrations(student: Student, registrations: Sequence[Registration]) -> Iterator[Difference]:
    known = {each.programme_code: each for each in registrations}
    for line in student.lines:
        registration = known.get(line.programme)
        if registration is None:
            yield Difference.PROGRAMME
            continue
        if allows_other(registration, line):
            yield Difference.SITUATIONS
        if brings_cvec(registration, line):
            yield Difference.CVEC


def allows_other(registration: Registration, line: StudentLine) -> bool:
    """Return True if the file changes the situations that may be chosen; after an order it does not."""
    return not registration.has_order and registration.allowed_situations != line.situations


def brings_cvec(registration: Registration, line: StudentLine) -> bool:
    """Return True if the line has the first number of an attestation; one that was given stays."""
    is_open = registration.status is RegistrationStatus.PRE_REGISTERED
    return bool(line.cvec) and is_open and check_of(registration, Source.CVEC) is None


def mistakes_in(file: StudentFile, stored: Stored, by: str) -> Iterator[LineError]:
    """Yield what stored rows forbid; `by` is the id of the person who imports."""
    for student in file.students:
        for column, mistake in _mistakes_of(student, stored, by):
            yield LineError(student.told.number, file.sheet.heading(column) if column else "", mistake)


def _mistakes_of(student: Student, stored: Stored, by: str) -> Iterator[tuple[str, ImportMistake]]:
    owner, told = stored.owner_of(student), student.told
    keys = identities_of(told)
    if stored.owners.get((INE, keys.get(INE, "")), owner) != owner:
        yield "ine", IneTaken()
    if stored.owners.get((CAS, keys.get(CAS, "")), owner) != owner:
        yield "identifiant_cas", CasNameTaken()
    if stored.logins.get(told.email, owner) != owner:
        yield "email", MailTaken()
    if owner is not None:
        changed = differences(student, owner, stored)
        if changed and owner == by:
            yield "", OwnLine()
        elif stored.people[owner].is_staff and changed & {Difference.MAIL, Difference.CAS}:
            yield "email" if Difference.MAIL in changed else "identifiant_cas", StaffAccess()


def missing_from(file: StudentFile, stored: Stored) -> tuple[Registration, ...]:
    """Return the registrations of the campaign that the file does not name; they stay as they are."""
    named = {
        (owner, line.programme)
        for student in file.students
        if (owner := stored.owner_of(student))
        for line in student.lines
    }
    return tuple(
        each
        for registrations in stored.registrations.values()
        for each in registrations
        if each.is_accepted and (each.person_id, each.programme_code) not in named
    )


def named_in(file: StudentFile, stored: Stored) -> int:
    """Return how many accepted registrations the file names."""
    named = (
        (stored.owner_of(student), {line.programme for line in student.lines}) for student in file.students
    )
    return sum(
        each.is_accepted and each.programme_code in programmes
        for owner, programmes in named
        for each in stored.registrations.get(owner or "", ())
    )


def of_campaign(stored: Stored, campaign_id: str) -> Stored:
    """Return the same with the registrations of one campaign alone."""
    kept = {
        owner: tuple(each for each in registrations if each.campaign_id == campaign_id)
        for owner, registrations in stored.registrations.items()
    }
    return replace(stored, registrations=kept)
