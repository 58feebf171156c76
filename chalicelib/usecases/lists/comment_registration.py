from chalicelib.domain.access import Action, permit
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.lists.comments import Comment, Written, comment
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.trail.undo import noted
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.registrations.ports import RegistrationPorts


def comment_registration(
    ports: RegistrationPorts, registration_id: str, written: Written, by: Person
) -> Comment:
    """Write the internal comment on a registration; the audit trail tells the act, never the text."""
    registration = ports.registrations.get(registration_id)
    permit(by, Action.COMMENT_REGISTRATION, registration.person_id)
    account = ports.accounts.account(registration.person_id)
    earlier = account.comment(registration_id)
    now = ports.now()
    after = comment(earlier, written, by.id, now, paris_day(now))
    if after is not earlier:
        entry = audited(
            ports,
            by.id,
            Act.REGISTRATION_COMMENTED,
            registration.person_id,
            registration_id,
            follow_up_on=after.follow_up_on or "",
        )
        last = account.last_act(registration_id)
        note = noted(last, Act.REGISTRATION_COMMENTED, earlier, after, by.id, now)
        ports.store.commit(Changes((after, note), audit=entry))
    return after
