from dataclasses import dataclass

from chalicelib.domain.outbox import OutboxEntry
from chalicelib.usecases.delivery.deliver_outbox import NotDelivered, deliver_outbox
from chalicelib.usecases.delivery.keep_failure import was_given_up
from chalicelib.usecases.delivery.ports import DeliveryPorts
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each


@dataclass
class ForgottenCards(Passed):
    """What one run did: cards that it tried to have forgotten, and tries that the gateway did not confirm."""

    tried: int = 0
    unconfirmed: int = 0


def forget_cards(ports: DeliveryPorts, has_time: HasTime = always) -> ForgottenCards:
    """Have the gateway forget the cards that wait for it, longest waiting first, each by a try of its entry.

    They stand in a queue of the table of their own: a gateway that does not answer delays no mail.
    """
    report = ForgottenCards()

    def forget(entry: OutboxEntry) -> None:
        if was_given_up(ports, entry):
            return
        report.tried += 1
        try:
            deliver_outbox(ports, entry.id)
        except NotDelivered:  # counted on the entry, which waits for its next try or is given up
            report.unconfirmed += 1

    report.add(for_each(ports, "card not forgotten", ports.outbox.cards(ports.now()), forget, has_time))
    return report
