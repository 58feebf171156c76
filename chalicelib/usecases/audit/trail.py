"""What a change of money or rights writes beside itself."""

from chalicelib.domain.audit import Act, AuditEntry
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Person
from chalicelib.usecases.audit.ports import ActPorts


def audited(
    ports: ActPorts, by: str, act: Act, subject_id: str, target: str, reason: str = "", **details: object
) -> AuditEntry:
    """Who did what to whose record, when and why. `details` are amounts and codes, never names."""
    told = {name: str(value) for name, value in details.items()}
    return AuditEntry(ports.new_id(), ports.now(), by, act, subject_id, target, reason, told)


def notice(ports: ActPorts, topic: Topic, person: Person) -> OutboxEntry:
    """The mail that tells somebody how their account is entered from now on."""
    return OutboxEntry(f"{topic}-{ports.new_id()}", topic, person.id, "", ports.now())
