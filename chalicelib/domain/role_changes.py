"""A change of roles: proposed by one person, approved by another."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.causes import RoleChangeDecided, RolesUnreasoned, SamePerson
from chalicelib.domain.decisions import RolesUnchanged
from chalicelib.domain.people import Person, Role, check_roles


class RoleChangeState(StrEnum):
    PROPOSED = "proposed"
    APPLIED = "applied"
    REFUSED = "refused"


@dataclass(frozen=True)
class RoleChange:
    """A proposed change: `roles` are all roles the person will have.

    `holder` is the name shown in the list.
    """

    id: str
    person_id: str
    holder: str
    roles: frozenset[Role]
    reason: str
    proposed_by: str
    proposed_at: datetime
    state: RoleChangeState = RoleChangeState.PROPOSED
    decided_by: str = ""
    version: int = 1


def propose(
    change_id: str, person: Person, roles: frozenset[Role], reason: str, by: Person, now: datetime
) -> RoleChange:
    check_roles(roles)
    if not reason.strip():
        raise RolesUnreasoned
    if roles == person.roles:
        raise RolesUnchanged
    holder = f"{person.last_name} {person.first_name}"
    return RoleChange(change_id, person.id, holder, roles, reason, by.id, now)


def decide(change: RoleChange, is_approved: bool, by: Person) -> RoleChange:  # noqa: FBT001 - the decision
    """Record the decision of another person than the one concerned; the proposer may only take it back."""
    if by.id == change.person_id or (is_approved and by.id == change.proposed_by):
        raise SamePerson
    if change.state is not RoleChangeState.PROPOSED:
        raise RoleChangeDecided
    state = RoleChangeState.APPLIED if is_approved else RoleChangeState.REFUSED
    return replace(change, state=state, decided_by=by.id, version=change.version + 1)
