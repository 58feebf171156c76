from dataclasses import replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Person, Role
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.treasury.lines import LineState, StatementLine
from chalicelib.domain.treasury.refusals import LineExplained
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.statements.ports import StatementPorts


def hand_on_line(ports: StatementPorts, line_id: str, owner_id: str, by: Person) -> StatementLine:
    """Let another accountant search for the owner of money in suspense; its age goes on."""
    permit(by, Action.KEEP_BOOKS, "")
    line = ports.statements.line(line_id)
    if line.state is not LineState.SUSPENSE:
        raise LineExplained
    owner = ports.people.person(owner_id)
    if not (owner.is_active and owner.holds(Role.ACCOUNTANT)):
        raise NotFound
    if owner_id == line.owner:
        return line
    entry = audited(ports, by.id, Act.LINE_HANDED_ON, line.id, line.id, owner=owner_id)
    handed = replace(line, owner=owner_id, version=line.version + 1)
    ports.store.commit(Changes((handed,), entry))
    return handed
