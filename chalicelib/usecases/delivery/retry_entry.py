from collections.abc import Sequence

from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.outbox import OutboxEntry, asked_again
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.delivery.ports import GivenUpPorts


def list_given_up(ports: GivenUpPorts) -> Sequence[OutboxEntry]:
    """Return the given up entries, oldest first."""
    return ports.outbox.given_up()


def retry_entry(ports: GivenUpPorts, entry_id: str, by: Person) -> OutboxEntry:
    """Retry a given up entry from its first step; raise `NotFound` if it is not given up.

    A link request has no person yet: the audit entry is then filed under `by`.
    """
    entry = ports.outbox.find(entry_id)
    if entry is None:
        raise NotFound
    permit(by, Action.RETRY_DELIVERY, entry.person_id)
    if not entry.given_up_at:
        raise NotFound
    again = asked_again(entry)
    about = entry.person_id or by.id
    ports.store.commit(
        Changes(
            (again,),
            audit=audited(ports, by.id, Act.DELIVERY_RETRIED, about, entry.id, topic=entry.topic.value),
        )
    )
    return again
