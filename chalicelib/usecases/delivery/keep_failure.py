from chalicelib.domain.changes import Changes
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.usecases.delivery.ports import DeliveryPorts


def keep_failure(ports: DeliveryPorts, entry: OutboxEntry) -> None:
    """Write a failed entry; alarm first if it is given up.

    Raise `ConcurrentUpdate` if another writer came first.
    """
    if entry.given_up_at:
        ports.alarms.raise_given_up(entry)  # first: a process that dies here must not leave it unreported
    ports.store.commit(Changes((entry,)))
