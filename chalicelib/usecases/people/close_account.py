from chalicelib.domain.access import Action, permit
from chalicelib.domain.causes import AccessUnreasoned
from chalicelib.domain.changes import Changes
from chalicelib.domain.people import Person, activated
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.people.ports import PeoplePorts


def close_account(ports: PeoplePorts, person_id: str, is_active: bool, reason: str, by: Person) -> Person:  # noqa: FBT001 - what it becomes
    """Close an account, which ends its sessions at once, or open it again; repeating changes nothing."""
    permit(by, Action.CLOSE_ACCOUNT, person_id)
    person = ports.people.person(person_id)
    if person.is_active == is_active:
        return person
    if not reason.strip():
        raise AccessUnreasoned
    act = Act.ACCOUNT_ENABLED if is_active else Act.ACCOUNT_DISABLED
    changed = activated(person, is_active)
    ports.store.commit(Changes((changed,), audit=audited(ports, by.id, act, person_id, person_id, reason)))
    return changed
