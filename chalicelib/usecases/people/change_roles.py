from contextlib import suppress

from chalicelib.domain import role_changes as rules
from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person, Role
from chalicelib.domain.programs.service_key import ended_with, named
from chalicelib.domain.role_changes import RoleChange
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.people.ports import PeoplePorts
from chalicelib.usecases.races import again


def propose_roles(
    ports: PeoplePorts,
    person_id: str,
    roles: frozenset[Role],
    reason: str,
    by: Person,
    seen: frozenset[str] | None = None,
    name: str | None = None,
) -> RoleChange:
    """Propose roles for a person; nothing changes until a second person approves.

    `seen` are the roles that were read, None if unknown: raise `RolesMoved` if the person holds others. The
    proposal keeps those that it was made over, so it needs no condition on the person. The same `name`, 16
    hex digits, finds the proposal that it made; raise `RoleChangeDecided` if that was decided on.
    """
    permit(by, Action.PROPOSE_ROLES, person_id)
    change_id = f"{person_id}-r{name or ports.new_id()}"
    return again(lambda: _propose(ports, change_id, roles, reason, by, seen))


def _propose(
    ports: PeoplePorts,
    change_id: str,
    roles: frozenset[Role],
    reason: str,
    by: Person,
    seen: frozenset[str] | None,
) -> RoleChange:
    person_id = person_of(change_id)
    person = ports.people.person(person_id)
    rules.require_as_read(person, seen)
    with suppress(NotFound):
        return rules.undecided(ports.role_changes.get(change_id))
    change = rules.propose(change_id, person, roles, reason, by, ports.now())
    entry = audited(
        ports, by.id, Act.ROLES_PROPOSED, person_id, change.id, reason, roles=_listed(change.roles)
    )
    ports.store.commit(Changes((change,), audit=entry))
    return change


def change_roles(ports: PeoplePorts, change_id: str, is_approved: bool, by: Person) -> RoleChange:  # noqa: FBT001 - the decision
    """Record a second person's decision; the change, the person's new roles and keys are one transaction.

    A service key ends with a role that it needs. A proposal over other roles than the person holds is not
    approved, only refused.
    """
    change = ports.role_changes.get(change_id)
    permit(by, Action.DECIDE_ROLES, change.person_id)
    decided = rules.decide(change, is_approved, by)
    act = Act.ROLES_CHANGED if is_approved else Act.ROLES_REFUSED
    changed = rules.applied(change, ports.people.person(change.person_id)) if is_approved else None
    keys = ended_with(changed, ports.service_keys.all(), by.id, ports.now()) if changed else ()
    told = {"roles": _listed(change.roles), **named(keys)}
    entry = audited(ports, by.id, act, change.person_id, change.id, change.reason, **told)
    ports.store.commit(Changes((*existing(decided, changed), *keys), entry))
    return decided


def _listed(roles: frozenset[Role]) -> str:
    return " ".join(sorted(roles))
