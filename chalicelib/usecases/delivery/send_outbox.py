from collections.abc import Sequence

from chalicelib.domain.changes import Changes
from chalicelib.domain.outbox import OutboxEntry, queued
from chalicelib.usecases.delivery.keep_failure import was_given_up
from chalicelib.usecases.delivery.ports import DeliveryPorts
from chalicelib.usecases.isolation import HasTime, always, for_each

RUN = 3000
"""Entries a run: the others wait for the next minute."""
CHUNK = 10
"""Entries that are leased, then queued together: the maximum that a run which ends too early may delay."""


def send_outbox(ports: DeliveryPorts, has_time: HasTime = always) -> int:
    """Lease each due entry to the queue and queue it; return how many were queued.

    Of two runs at once one gets the lease. A message that is refused or lost is queued again after the lease.
    """
    waiting = ports.outbox.pending(ports.now(), RUN)
    chunks = [waiting[first : first + CHUNK] for first in range(0, len(waiting), CHUNK)]
    sent: list[int] = []
    for_each(
        ports, "outbox entries not queued", chunks, lambda chunk: sent.append(_send(ports, chunk)), has_time
    )
    return sum(sent)


def _send(ports: DeliveryPorts, entries: Sequence[OutboxEntry]) -> int:
    leased: list[OutboxEntry] = []
    for_each(ports, "outbox entry not leased", entries, lambda entry: leased.extend(_lease(ports, entry)))
    ports.outbox_queue.send(leased)
    return len(leased)


def _lease(ports: DeliveryPorts, entry: OutboxEntry) -> Sequence[OutboxEntry]:
    """Return the leased entry; give up an entry with no try left and return nothing."""
    if was_given_up(ports, entry):
        return ()
    leased = queued(entry, ports.now())
    ports.store.commit(Changes((leased,)))
    return (leased,)
