from chalicelib.domain import registration as rules
from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.registrations.ports import RegistrationPorts


def block_registration(
    ports: RegistrationPorts,
    registration_id: str,
    blocked: bool,  # noqa: FBT001 - the mark
    reason: str,
    by: Person,
) -> Registration:
    """Set or lift accounting's block."""
    registration = ports.registrations.get(registration_id)
    permit(by, Action.BLOCK_REGISTRATION, registration.person_id)
    marked = rules.block(registration, blocked, reason if blocked else "")
    if marked is not registration:
        act = Act.REGISTRATION_BLOCKED if blocked else Act.REGISTRATION_UNBLOCKED
        entry = audited(ports, by.id, act, marked.person_id, registration_id, marked.block_reason)
        ports.store.commit(Changes((marked,), audit=entry))
    return marked
