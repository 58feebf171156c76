from chalicelib.domain.outbox import Topic
from chalicelib.usecases.ports import Ports
from chalicelib.usecases.render_invoice import render_invoice_of
from chalicelib.usecases.show_account import show_account


def send_outbox(ports: Ports) -> int:
    """Hand every undelivered entry to the queue; one that is there twice is delivered once."""
    entries = ports.outbox.pending()
    ports.outbox_queue.send(entries)
    return len(entries)


def deliver_outbox(ports: Ports, entry_id: str) -> None:
    """Do what must follow a committed change: render the invoice, tell the student; at least once."""
    entry = ports.outbox.find(entry_id)
    if entry is None:
        return
    account, campaign = show_account(ports, entry.person_id)
    if entry.topic is Topic.PAYMENT_BOOKED and entry.invoice_number is not None:
        render_invoice_of(ports, account, entry.invoice_number)
    ports.mailer.send(account.person, entry, account, campaign)
    ports.outbox.delivered(entry_id)
