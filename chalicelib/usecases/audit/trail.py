"""The audit entry and the notice that a change of money or rights writes with itself."""

from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act, AuditEntry
from chalicelib.usecases.audit.ports import ActPorts


def audited(
    ports: ActPorts, by: str, act: Act, subject_id: str, target: str, reason: str = "", **details: object
) -> AuditEntry:
    """Return the audit entry of an act: actor, record, time and reason.

    `details` are amounts and codes, never names.
    """
    told = {name: str(value) for name, value in details.items()}
    return AuditEntry(ports.new_id(), ports.now(), by, act, subject_id, target, reason, told)


def notice(ports: ActPorts, topic: Topic, person: Person) -> OutboxEntry:
    """Return the mail that tells a person how their account can be accessed from now on."""
    return OutboxEntry(f"{topic}-{ports.new_id()}", topic, person.id, "", ports.now())
