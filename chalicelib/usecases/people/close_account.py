from chalicelib.domain.access import Action, permit
from chalicelib.domain.causes import AccessUnreasoned
from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person, activated
from chalicelib.domain.programs.service_key import ended_with, named
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.people.ports import PeoplePorts


def close_account(
    ports: PeoplePorts,
    person_id: str,
    is_active: bool,  # noqa: FBT001 - what it becomes
    reason: str,
    by: Person,
    seen: int | None = None,
) -> Person:
    """Close an account, which ends its sessions and service keys, or open it again, which brings none back.

    Repeating changes nothing. `seen` is the `access_version` that was read, None if unknown: raise
    `AccessMoved` if the account was closed or opened since.
    """
    permit(by, Action.CLOSE_ACCOUNT, person_id)
    person = ports.people.person(person_id)
    if person.is_active == is_active:
        return person
    if not reason.strip():
        raise AccessUnreasoned
    act = Act.ACCOUNT_ENABLED if is_active else Act.ACCOUNT_DISABLED
    changed = activated(person, is_active, seen)
    keys = ended_with(changed, ports.service_keys.all(), by.id, ports.now())
    entry = audited(ports, by.id, act, person_id, person_id, reason, **named(keys))
    ports.store.commit(Changes((changed, *keys), audit=entry))
    return changed
