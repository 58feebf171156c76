from chalicelib.domain.changes import Changes
from chalicelib.domain.outbox import OutboxEntry, given_up
from chalicelib.usecases.delivery.ports import DeliveryPorts

UNFINISHED = "Unfinished"
"""The failure recorded for a try that ended with its process."""


def keep_failure(ports: DeliveryPorts, entry: OutboxEntry) -> None:
    """Write a failed entry; alarm first if it is given up.

    Raise `ConcurrentUpdate` if another writer came first.
    """
    if entry.given_up_at:
        ports.alarms.raise_given_up(entry)  # first: a process that dies here must not leave it unreported
    ports.store.commit(Changes((entry,)))


def was_given_up(ports: DeliveryPorts, entry: OutboxEntry) -> bool:
    """Give up an entry with no try left and return True; return False for one with tries left."""
    if entry.is_spent:
        keep_failure(ports, given_up(entry, entry.last_failure or UNFINISHED, ports.now()))
    return entry.is_spent
