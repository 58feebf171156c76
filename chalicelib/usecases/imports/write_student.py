from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.changes import Changes, Row
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.identities import Identity
from chalicelib.domain.imports.comparison import (
    IDENTITIES,
    Difference,
    Stored,
    differences,
    identities_of,
    mistakes_in,
    numbers_of,
)
from chalicelib.domain.imports.corrections import (
    corrected_person,
    corrected_registrations,
    imported_person,
    is_renamed,
    new_registrations,
)
from chalicelib.domain.imports.effects import Effect, effect_of
from chalicelib.domain.imports.mistakes import ImportMoved
from chalicelib.domain.imports.student_import import StudentImport
from chalicelib.domain.imports.students import SCHOOL_ADDRESS, Student, StudentFile
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.registration import Registration
from chalicelib.domain.sessions import Credentials, Login
from chalicelib.domain.trail.audit import Act, AuditEntry
from chalicelib.usecases.audit.trail import audited, notice
from chalicelib.usecases.evidence.record_check import next_question
from chalicelib.usecases.imports.import_students import read_stored
from chalicelib.usecases.imports.ports import ImportPorts

RACES = 3


def write_student(
    ports: ImportPorts,
    run: StudentImport,
    student: Student,
    stored: Stored,
    campaign: Campaign,
    seen: Effect | None = None,
) -> None:
    """Write one student in one transaction, if anything differs.

    `seen` is what the preview said of the student: what goes beyond it raises `ImportMoved`; None: there was
    no preview. After a lost race read again, and raise the mistake that shows then, or in the end
    `ConcurrentUpdate`.
    """
    writing = _Writing(ports, run, student, campaign, seen)
    for _ in range(RACES - 1):
        try:
            return writing.write(stored)
        except ConcurrentUpdate:
            stored = read_stored(ports, (student,), {})
            writing.require_no_mistake(stored)
    return writing.write(stored)


@dataclass(frozen=True)
class _Writing:
    ports: ImportPorts
    run: StudentImport
    student: Student
    campaign: Campaign
    seen: Effect | None

    def require_no_mistake(self, stored: Stored) -> None:
        for error in mistakes_in(StudentFile((self.student,)), stored, self.run.started_by):
            raise error.mistake

    def write(self, stored: Stored) -> None:
        owner = stored.owner_of(self.student)
        if owner is None:
            self._require_seen(stored)
            self._create()
        elif differences(self.student, owner, stored):
            account = self.ports.accounts.account(owner)
            now = _as_now(stored, account, self.campaign)
            self._require_seen(now)
            self._correct(account, differences(self.student, owner, now))

    def _require_seen(self, stored: Stored) -> None:
        if self.seen is not None and not effect_of(self.student, stored) <= self.seen:
            raise ImportMoved

    def _create(self) -> None:
        told = self.student.told
        person, now = imported_person(self.ports.new_id(), told, self.campaign), self.ports.now()
        registrations = tuple(new_registrations(self.student, person.id, (), self.campaign, now))
        rows: tuple[Row, ...] = (
            person,
            Login(person.email, Credentials(person.id, None)),
            *self._identities(person.id, frozenset(Difference)),
            *registrations,
        )
        entry, questions = self._told(Act.PERSON_IMPORTED, person.id), _questions(registrations, now)
        self.ports.store.commit(Changes(rows, entry, questions))
        self._save_address(person.id)

    def _correct(self, account: Account, changed: frozenset[Difference]) -> None:
        """Write what differs from the account as it is now: what the file was compared with may be older."""
        if not changed:
            return
        person, known, now = account.person, account.registrations, self.ports.now()
        corrected = corrected_person(person, self.student.told, self.campaign)
        rows: list[Row] = [] if corrected is person else [corrected]
        registrations = (
            *corrected_registrations(self.student, known, self.campaign, now),
            *new_registrations(self.student, person.id, known, self.campaign, now),
        )
        rows += registrations
        rows += self._identities(person.id, changed)
        ended: list[Row] = list(self._ended_identities(person.id, changed))
        if Difference.MAIL in changed:
            before = self.ports.people.credentials(person.email) or Credentials(person.id, None, version=0)
            rows.append(Login(self.student.told.email, replace(before, version=1)))
            ended += [Login(person.email, before)] if before.version else []
        entry = self._told(Act.PERSON_CORRECTED, person.id, changed=" ".join(sorted(changed)))
        left = (*self._mails(account, changed), *_questions(registrations, now))
        self.ports.store.commit(Changes(tuple(rows), entry, left, ended=tuple(ended)))
        self._save_address(person.id)

    def _identities(self, person_id: str, changed: frozenset[Difference]) -> Iterator[Identity]:
        told, now = numbers_of(self.student.told), self.ports.now()
        for provider, subject in identities_of(self.student.told).items():
            if IDENTITIES[provider] in changed:
                written = told.get(provider, subject)
                yield Identity(provider, subject, person_id, now, "" if written == subject else written)

    def _ended_identities(self, person_id: str, changed: frozenset[Difference]) -> Iterator[Identity]:
        """Yield the identities that others take the place of: a person has one with each provider."""
        for identity in self.ports.identities.of_person(person_id):
            if IDENTITIES.get(identity.provider) in changed:
                yield identity

    def _mails(self, account: Account, changed: frozenset[Difference]) -> Iterator[OutboxEntry]:
        """Yield the notices for the earlier mail address: the new one may be an error of the file."""
        person = account.person
        if Difference.MAIL in changed:
            yield replace(notice(self.ports, Topic.MAIL_CHANGED, person), email=person.email)
        if is_renamed(person, self.student.told):
            yield replace(notice(self.ports, Topic.NAME_CHANGED, person), email=person.email)

    def _told(self, act: Act, person_id: str, **details: str) -> AuditEntry:
        told = {"import": self.run.id, **details}
        return audited(self.ports, self.run.started_by, act, person_id, person_id, **told)

    def _save_address(self, person_id: str) -> None:
        if self.student.told.address:
            self.ports.people.save_address(person_id, self.student.told.address)


def _questions(registrations: Iterable[Registration], now: datetime) -> tuple[OutboxEntry, ...]:
    """Return what has the numbers asked that are written now."""
    return tuple(
        entry
        for registration in registrations
        for check in registration.evidence
        if check.next_ask_at == now and not check.tries
        for entry in next_question(registration, check)
    )


def _as_now(stored: Stored, account: Account, campaign: Campaign) -> Stored:
    """Return the same with the rows of the account, read consistently."""
    person = account.person
    given = next((each for each in person.addresses if each.id == SCHOOL_ADDRESS), None)
    known = tuple(each for each in account.registrations if each.campaign_id == campaign.id)
    return replace(
        stored,
        people={person.id: person},
        addresses={person.id: given} if given else {},
        registrations={person.id: known},
    )
