"""The reads and writes shared by accounting's acts on a started plan."""

from dataclasses import replace

from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.changes import Changes
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.registration_file import RegistrationFile, file_of
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.plans.ports import PlanPorts


def read_file(ports: PlanPorts, registration_id: str) -> RegistrationFile:
    account = ports.accounts.account(person_of(registration_id))
    registration = account.registration(registration_id)
    return file_of(account, registration_id, ports.campaigns.get(registration.campaign_id))


def write_act(
    ports: PlanPorts,
    file: RegistrationFile,
    changes: Changes,
    act: Act,
    reason: str,
    by: Person,
    **details: object,
) -> RegistrationFile:
    """Commit the changes with an audit entry; return the file as it is after them."""
    registration = file.registration
    trace = audited(ports, by.id, act, registration.person_id, registration.id, reason, **details)
    ports.store.commit(journaled(replace(changes, audit=trace), file, ports.now()))
    return read_file(ports, registration.id)
