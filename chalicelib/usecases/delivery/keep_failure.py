from chalicelib.domain.changes import Changes
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.usecases.delivery.ports import DeliveryPorts


def keep_failure(ports: DeliveryPorts, entry: OutboxEntry) -> None:
    """Write an entry that failed as it is now; `ConcurrentUpdate` when somebody else wrote it."""
    if entry.given_up_at:
        ports.alarms.raise_given_up(entry)  # first: a process that dies here must not leave it untold
    ports.store.commit(Changes((entry,)))
