from chalicelib.domain.account import Account
from chalicelib.domain.instalments import InstalmentState, instalment_id
from chalicelib.domain.outbox import LINKS, NOTICES, OutboxEntry, Topic
from chalicelib.usecases.cards.forget_card import forget_card
from chalicelib.usecases.delivery.ports import DeliveryPorts
from chalicelib.usecases.invoices.render_invoice import render_invoice_of
from chalicelib.usecases.passwords.request_link import send_link
from chalicelib.usecases.registrations.show_account import open_file, show_account


def send_outbox(ports: DeliveryPorts) -> int:
    """Hand every undelivered entry to the queue; one that is there twice is delivered once."""
    entries = ports.outbox.pending(ports.now())
    ports.outbox_queue.send(entries)
    return len(entries)


def deliver_outbox(ports: DeliveryPorts, entry_id: str) -> None:
    """Do what must follow a committed change, at least once."""
    entry = ports.outbox.find(entry_id)
    if entry is None:
        return
    if entry.topic is Topic.FORGET_CARD:
        forget_card(ports, entry)
        return
    _deliver(ports, entry)
    ports.outbox.delivered(entry_id)


def _deliver(ports: DeliveryPorts, entry: OutboxEntry) -> None:
    if entry.topic in LINKS:
        send_link(ports, entry)
    elif entry.topic in NOTICES:
        person = ports.people.person(entry.person_id)
        if not person.erased_on:
            ports.mailer.send_notice(person, entry, ports.campaigns.current())
    else:
        _tell_student(ports, entry)


def _tell_student(ports: DeliveryPorts, entry: OutboxEntry) -> None:
    """Render the invoice, where there is one, and mail what happened to their account."""
    account = show_account(ports, entry.person_id)
    if entry.topic is Topic.DEBIT_NOTICE and not _is_announced(account, entry):
        return
    if entry.topic is Topic.PAYMENT_BOOKED and entry.invoice_number is not None:
        render_invoice_of(ports, account, entry.invoice_number)
    if not account.person.erased_on:
        campaign = open_file(ports, account, entry.registration_id).campaign
        ports.mailer.send(account.person, entry, account, campaign)


def _is_announced(account: Account, entry: OutboxEntry) -> bool:
    """Whether the debit will still be made: one already paid or cancelled is not announced."""
    instalment = account.instalment(instalment_id(entry.registration_id, entry.rank))
    return instalment is not None and instalment.state is InstalmentState.DUE
