from chalicelib.domain.access import Action, permit
from chalicelib.domain.account import Account
from chalicelib.domain.changes import Changes
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.lists.comments import Comment
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.trail.undo import ACTIONS, LastAct, closed, require_undoable, taken_back
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.registrations.ports import RegistrationPorts


def undo_act(ports: RegistrationPorts, registration_id: str, seen_version: int, by: Person) -> LastAct:
    """Take back the last act on a registration, as an act of its own; return the act that was taken back.

    `seen_version` is that of the note that the person saw. Whoever may do the act may take it back.
    """
    permit(by, Action.UNDO_ACT, person_of(registration_id))
    account = ports.accounts.account(person_of(registration_id))
    row_of_registration = account.registration(registration_id)
    last = account.last_act(registration_id)
    row = changed_by(account, last)
    require_undoable(last, seen_version, row.version, ports.now())
    permit(by, ACTIONS[last.act], row_of_registration.person_id)
    entry = audited(
        ports,
        by.id,
        Act.ACT_UNDONE,
        row_of_registration.person_id,
        registration_id,
        undone=last.act.value,
    )
    ports.store.commit(Changes((taken_back(last, row), closed(last)), audit=entry))
    return last


def changed_by(account: Account, last: LastAct) -> Registration | Comment:
    """Return the row that the act wrote, as it is now."""
    if last.is_comment:
        return account.comment(last.registration_id)
    return account.registration(last.registration_id)
