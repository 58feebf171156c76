from datetime import date

from chalicelib.domain import registration as rules
from chalicelib.domain.access import Action, permit
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.registration import Registration
from chalicelib.domain.trail.audit import Act
from chalicelib.domain.trail.undo import noted
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.registrations.ports import RegistrationPorts


def mark_provisional(
    ports: RegistrationPorts, registration_id: str, until: date | None, by: Person
) -> Registration:
    """Mark a grant holder who waits for the notification until a day; None ends the mark."""
    permit(by, Action.DECIDE_REGISTRATION, person_of(registration_id))
    account = ports.accounts.account(person_of(registration_id))
    registration = account.registration(registration_id)
    marked = rules.mark_provisional(registration, until, paris_day(ports.now()))
    if marked is not registration:
        day = until.isoformat() if until else ""
        entry = audited(ports, by.id, Act.PROVISIONAL_MARKED, marked.person_id, registration_id, until=day)
        last = account.last_act(registration_id)
        note = noted(last, Act.PROVISIONAL_MARKED, registration, marked, by.id, ports.now())
        ports.store.commit(Changes((marked, note), audit=entry))
    return marked
