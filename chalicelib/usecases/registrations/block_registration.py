from chalicelib.domain import registration as rules
from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.trail.undo import noted
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.registrations.ports import RegistrationPorts


def block_registration(
    ports: RegistrationPorts,
    registration_id: str,
    blocked: bool,  # noqa: FBT001 - the mark
    reason: str,
    by: Person,
    block_hash: str | None = None,
) -> Registration:
    """Set or lift accounting's block.

    `block_hash` is that of the block that was read, None if unknown. Raise `BlockMoved` if it is another in
    the version that the commit replaces.
    """
    permit(by, Action.BLOCK_REGISTRATION, person_of(registration_id))
    account = ports.accounts.account(person_of(registration_id))
    registration = account.registration(registration_id)
    marked = rules.block(registration, blocked, reason if blocked else "", block_hash)
    if marked is not registration:
        act = Act.REGISTRATION_BLOCKED if blocked else Act.REGISTRATION_UNBLOCKED
        entry = audited(ports, by.id, act, marked.person_id, registration_id, marked.block_reason)
        last = account.last_act(registration_id)
        note = noted(last, act, registration, marked, by.id, ports.now())
        ports.store.commit(Changes((marked, note), audit=entry))
    return marked
