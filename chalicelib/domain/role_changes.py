"""A change of roles: proposed by one person, approved by another."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.causes import RoleChangeDecided, RolesUnreasoned, SamePerson
from chalicelib.domain.decisions import ProposalMoved, RolesMoved, RolesUnchanged
from chalicelib.domain.people import Person, Role, check_roles, with_roles


class RoleChangeState(StrEnum):
    PROPOSED = "proposed"
    APPLIED = "applied"
    REFUSED = "refused"


@dataclass(frozen=True)
class RoleChange:
    """A proposed change: `roles` are all roles the person will have, `over` those that they had.

    A proposal of an earlier release has no `over`: it holds for a person without roles alone, who never had
    any, since nobody's last role is taken. `holder` is the name shown in the list.
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
    over: frozenset[Role] = frozenset()
    version: int = 1

    def holds_for(self, roles: frozenset[Role]) -> bool:
        """Return whether a person with these roles is as they were when it was proposed."""
        return self.over == roles


def require_as_read(person: Person, seen: frozenset[str] | None) -> None:
    """Raise `RolesMoved` unless the person holds the roles that were read; None if those are not known."""
    if seen not in {None, person.roles}:
        raise RolesMoved


def propose(
    change_id: str, person: Person, roles: frozenset[Role], reason: str, by: Person, now: datetime
) -> RoleChange:
    check_roles(roles)
    if not reason.strip():
        raise RolesUnreasoned
    if roles == person.roles:
        raise RolesUnchanged
    holder = f"{person.last_name} {person.first_name}"
    return RoleChange(change_id, person.id, holder, roles, reason, by.id, now, over=person.roles)


def undecided(change: RoleChange) -> RoleChange:
    """Raise `RoleChangeDecided` unless the change still waits for its decision."""
    if change.state is not RoleChangeState.PROPOSED:
        raise RoleChangeDecided
    return change


def decide(change: RoleChange, is_approved: bool, by: Person) -> RoleChange:  # noqa: FBT001 - the decision
    """Record the decision of another person than the one concerned; the proposer may only take it back."""
    if by.id == change.person_id or (is_approved and by.id == change.proposed_by):
        raise SamePerson
    state = RoleChangeState.APPLIED if is_approved else RoleChangeState.REFUSED
    return replace(undecided(change), state=state, decided_by=by.id, version=change.version + 1)


def applied(change: RoleChange, person: Person) -> Person:
    """Give the person the roles; raise `ProposalMoved` if they were proposed over others than they hold."""
    if not change.holds_for(person.roles):
        raise ProposalMoved
    return with_roles(person, change.roles)
