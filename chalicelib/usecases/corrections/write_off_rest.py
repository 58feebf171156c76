from dataclasses import replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.corrections.write_offs import write_off
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.show_account import open_file


def write_off_rest(
    ports: RegistrationPorts, registration_id: str, seen_cents: int, reason: str, by: Person
) -> None:
    """Write off the rest of a registration, below 1,00 €, that the person saw."""
    permit(by, Action.WRITE_OFF, person_of(registration_id))
    again(lambda: _write_off(ports, registration_id, seen_cents, reason, by))


def _write_off(
    ports: RegistrationPorts, registration_id: str, seen_cents: int, reason: str, by: Person
) -> None:
    account, now = ports.accounts.account(person_of(registration_id)), ports.now()
    file = open_file(ports, account, registration_id)
    changes = write_off(account, file, seen_cents, reason, ports.accounts.sequence(file.campaign), now)
    entry = audited(
        ports,
        by.id,
        Act.REST_WRITTEN_OFF,
        account.person.id,
        registration_id,
        reason.strip(),
        amount_cents=seen_cents,
    )
    ports.store.commit(journaled(replace(changes, audit=entry), file, now))
