from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.corrections import waivers as rules
from chalicelib.domain.corrections.waiver import Waiver
from chalicelib.domain.corrections.waivers import WaiverAsked
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.show_account import show_file


def propose_waiver(ports: RegistrationPorts, registration_id: str, asked: WaiverAsked, by: Person) -> Waiver:
    """Propose to give up a debt; nothing changes until a second person approves."""
    permit(by, Action.PROPOSE_WAIVER, person_of(registration_id))
    return again(lambda: _propose(ports, registration_id, asked, by))


def _propose(ports: RegistrationPorts, registration_id: str, asked: WaiverAsked, by: Person) -> Waiver:
    person_id = person_of(registration_id)
    file = show_file(ports, person_id, registration_id)
    waiver = rules.propose_waiver(file, asked, by, ports.now())
    trace = audited(
        ports,
        by.id,
        Act.WAIVER_PROPOSED,
        person_id,
        waiver.id,
        waiver.reason,
        amount_cents=waiver.amount_cents,
        kind=waiver.kind,
    )
    ports.store.commit(Changes((waiver,), audit=trace, unchanged=(file.registration,)))
    return waiver
