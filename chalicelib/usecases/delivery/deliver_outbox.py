from contextlib import suppress
from dataclasses import replace

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.outbox import (
    BOOKED,
    CARD_WARNINGS,
    CORRECTIONS,
    LINKS,
    NOTICES,
    TO_CARD_PAYERS,
    TO_PAYERS,
    OutboxEntry,
    Topic,
    begun,
    failed,
    sent_mail,
)
from chalicelib.domain.people import Person
from chalicelib.domain.plan.debit_notices import announced
from chalicelib.domain.plan.plan_cards import topic_now
from chalicelib.usecases.cards.forget_card import forget_card
from chalicelib.usecases.delivery.keep_failure import keep_failure
from chalicelib.usecases.delivery.ports import DeliveryPorts
from chalicelib.usecases.delivery.tell_payer import tell_payer
from chalicelib.usecases.evidence.ask_again import ask_again
from chalicelib.usecases.imports.continue_import import continue_import
from chalicelib.usecases.invoices.render_invoice import render_invoice_of
from chalicelib.usecases.passwords.request_link import send_link
from chalicelib.usecases.payment_links.tell_card_payer import tell_card_payer
from chalicelib.usecases.refunds.mail_iban_link import mail_iban_link
from chalicelib.usecases.registrations.show_account import open_file, show_account

_NAME_A_DAY = frozenset({Topic.DEBIT_NOTICE, Topic.DEBIT_RETRIED})
"""Mails about a debit to come, which is named with its day."""


class NotDelivered(RuntimeError):
    """One try failed, for the chained cause; the entry counts it and is retried automatically or given up."""


def deliver_outbox(ports: DeliveryPorts, entry_id: str) -> None:
    """Deliver one outbox entry, at least once; raise `NotDelivered` if this try failed.

    The try is counted before it is made, by a conditional write: of several messages about one entry only one
    leads to a try, and a message about a delivered entry does nothing.
    """
    entry = ports.outbox.find(entry_id)
    if entry is None or not entry.may_be_tried(ports.now()):
        return
    entry = begun(entry, ports.now())
    try:
        ports.store.commit(Changes((entry,)))
    except ConcurrentUpdate:
        return
    try:
        _follow(ports, entry)
    except Exception as error:
        with suppress(ConcurrentUpdate):
            keep_failure(ports, failed(entry, type(error).__name__, ports.now()))
        raise NotDelivered from error


def _follow(ports: DeliveryPorts, entry: OutboxEntry) -> None:
    if entry.topic is Topic.FORGET_CARD:
        forget_card(ports, entry)
        return
    told = _deliver(ports, entry)
    mail = sent_mail(entry, told.id, told.email, ports.now()) if told else None
    ports.outbox.delivered(entry.id, mail)


def _deliver(ports: DeliveryPorts, entry: OutboxEntry) -> Person | None:
    """Do what the entry asks for; return the person who was mailed, with the address, None if nobody was."""
    if entry.topic in LINKS:
        return send_link(ports, entry)
    if entry.topic is Topic.IBAN_NEEDED:
        return mail_iban_link(ports, entry)
    if entry.topic is Topic.CONTINUE_IMPORT:
        continue_import(ports)
        return None
    if entry.topic is Topic.CHECK_EVIDENCE:
        ask_again(ports, entry)
        return None
    if entry.topic in TO_PAYERS | TO_CARD_PAYERS:
        tell = tell_card_payer if entry.topic in TO_CARD_PAYERS else tell_payer
        tell(ports, entry)
        return None
    return _notify(ports, entry) if entry.topic in NOTICES else _tell_student(ports, entry)


def _notify(ports: DeliveryPorts, entry: OutboxEntry) -> Person | None:
    person = ports.people.person(entry.person_id)
    if entry.topic in CORRECTIONS:
        person = replace(person, email=entry.email)
    if person.erased_on:
        return None
    ports.mailer.send_notice(person, entry, ports.campaigns.current())
    return person


def _tell_student(ports: DeliveryPorts, entry: OutboxEntry) -> Person | None:
    """Render the invoice, if there is one, and mail the student what happened to the account."""
    account, today = show_account(ports, entry.person_id), paris_day(ports.now())
    file = open_file(ports, account, entry.registration_id)
    told = announced(entry, file, today) if entry.topic in _NAME_A_DAY else entry
    if told is None:
        return None
    if entry.topic in BOOKED and entry.invoice_number is not None:
        render_invoice_of(ports, account, entry.invoice_number)
    topic = topic_now(file) if entry.topic in CARD_WARNINGS else entry.topic
    if account.person.erased_on or not topic:
        return None
    ports.mailer.send(account.person, replace(told, topic=topic), account, file.campaign, today)
    return account.person
