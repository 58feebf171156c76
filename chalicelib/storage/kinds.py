"""The kinds of row: the keys, the queue and the version of each."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain.books.daily_sums import JournalSums
from chalicelib.domain.books.hand_letterings import HandLettering
from chalicelib.domain.books.journal import JournalEntry, JournalSequence
from chalicelib.domain.brakes.brake import Brakes
from chalicelib.domain.collection.arrears import is_late
from chalicelib.domain.corrections.credit_notes import CreditNote, CreditNoteSequence
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.identities import Identity
from chalicelib.domain.imports.student_import import StudentImport
from chalicelib.domain.inquiries import next_look_at
from chalicelib.domain.invoices import Invoice, Order, Sequence
from chalicelib.domain.links import IbanLink, PasswordLink
from chalicelib.domain.lists.comments import Comment
from chalicelib.domain.notifications import Notification, NotificationState
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payers.payer import Payer
from chalicelib.domain.payment_links.link import PaymentLink, PaymentLinkKey
from chalicelib.domain.payments import PAGE_OVER_AFTER, Attempt, Payment
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import Debit, Instalment, InstalmentState, Mandate
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.refunds.transfer_files import TransferFile, TransferFileText, TransferSequence
from chalicelib.domain.registration import Registration
from chalicelib.domain.role_changes import RoleChange, RoleChangeState
from chalicelib.domain.second_factor import SecondFactor
from chalicelib.domain.sessions import Login
from chalicelib.domain.trail.audit import AuditEntry
from chalicelib.domain.trail.undo import LastAct
from chalicelib.storage.books.kinds import BOOK_KINDS
from chalicelib.storage.campaigns import CAMPAIGN_KINDS
from chalicelib.storage.keys import (
    AUDIT_WAITING,
    BRAKES,
    CONFLICTS,
    CREDITS,
    DUE,
    IN_FLIGHT,
    JOURNAL_SEQUENCES,
    JOURNAL_WAITING,
    LATE,
    OPEN_ATTEMPTS,
    OUTBOX_CARDS,
    OUTBOX_GIVEN_UP,
    OUTBOX_PENDING,
    PROPOSED_ROLES,
    RECEIVED,
    REVIEWS,
    STAFF,
    TRANSFER_FILES,
    UNPAID,
    debits_of,
    email_key,
    identity_key,
    invoices_of,
    journal_of,
    journal_sequence_key,
    journal_sums_key,
    link_key,
    links_of,
    messages_of,
    person_key,
    plan_requests_queue,
    refunds_queue,
    registrations_queue,
    transfer_file_place,
    transfer_sequence_place,
    treasury_key,
)
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.lists.payers import PAYER
from chalicelib.storage.shards import shard_of
from chalicelib.storage.table import Row, Table, instant


def rows_of(table: Table, value: Any) -> Iterator[Row]:
    """Yield the table's rows of `value`, one for each of its places."""
    kind = KINDS[type(value)]
    purge_at = kind.purge_at(value)
    queue = kind.queue(value)
    for place in kind.places(value):
        yield table.new(
            *place,
            kind.facts(value),
            version=kind.version(value),
            queue_pk=queue.pk if queue else None,
            queue_sk=queue.sk if queue else None,
            purge_at=int(purge_at.timestamp()) if purge_at else None,
        )


def row_of(table: Table, value: Any) -> Row:
    """Return the row of a value that has one place."""
    return next(rows_of(table, value))


def in_partition(name: str, key: Callable[[Any], str]) -> Callable[[Any], tuple[Place, ...]]:
    """Return the function from a row to its place in its student's partition."""
    return lambda row: (Place(person_key(_owner(row)), f"{name}#{key(row)}"),)


def _owner(row: Any) -> str:
    owner: str = getattr(row, "person_id", None) or person_of(row.registration_id)
    return owner


def _identity(identity: Identity) -> tuple[Place, ...]:
    """Return the places by the provider's subject and in the person's partition, keyed there by a digest."""
    digest = hashlib.sha256(identity.subject.encode()).hexdigest()
    own = Place(person_key(identity.person_id), f"IDENTITY#{identity.provider}#{digest}")
    return Place(identity_key(identity.provider, identity.subject), "IDENTITY"), own


def _attempt_queue(attempt: Attempt) -> Place | None:
    """By the moment of the last form; a closed one as if opened when its next look asks for it."""
    look_at = next_look_at(attempt)
    return Place(OPEN_ATTEMPTS, f"{instant(look_at - PAGE_OVER_AFTER)}#{attempt.id}") if look_at else None


def _instalment_queue(instalment: Instalment) -> Place | None:
    """Return the queue: due while it may be debited, else in flight, in conflict or late, else none."""
    if instalment.is_debitable:
        return Place(shard_of(DUE, instalment.person_id), f"{instalment.next_try_on}#{instalment.id}")
    if instalment.since is None:
        return None
    since = f"{instant(instalment.since)}#{instalment.id}"
    if instalment.is_in_flight:
        return Place(shard_of(IN_FLIGHT, instalment.person_id), since)
    if instalment.state is InstalmentState.CONFLICT:
        return Place(shard_of(CONFLICTS, instalment.person_id), since)
    if is_late(instalment):
        return Place(shard_of(LATE, instalment.person_id), f"{instalment.due_on}#{instalment.id}")
    return None


def _payment_queue(payment: Payment) -> Place | None:
    """Return the queue: of credits if a part is not allocated, else of what the bank took back."""
    if payment.is_overpayment:
        return Place(CREDITS, f"{instant(payment.received_at)}#{payment.id}")
    return Place(UNPAID, payment.unpaid_place) if payment.unpaid_place else None


def _journal_places(entry: JournalEntry) -> tuple[Place, ...]:
    owner = treasury_key(entry.series) if entry.is_treasury else person_key(entry.person_id)
    return (Place(owner, f"JOURNAL#{entry.id}"),)


def _journal_queue(entry: JournalEntry) -> Place:
    """Return the queue: by moment while the entry has no number, then by number in its year."""
    if entry.number:
        return Place(journal_of(entry.series, entry.dated_on.year), f"{entry.number:012}")
    return Place(shard_of(JOURNAL_WAITING, entry.person_id), f"{instant(entry.booked_at)}#{entry.id}")


def _person_queue(person: Person) -> Place | None:
    """Return the queue: staff by name, others by the day of their next retention review."""
    if person.is_staff:
        return Place(STAFF, f"{person.last_name} {person.first_name}#{person.id}".casefold())
    return Place(REVIEWS, f"{person.review_on}#{person.id}") if person.review_on else None


def _role_change_queue(change: RoleChange) -> Place | None:
    waits = change.state is RoleChangeState.PROPOSED
    return Place(PROPOSED_ROLES, f"{instant(change.proposed_at)}#{change.id}") if waits else None


def is_waiting(notification: Notification) -> bool:
    return notification.state is NotificationState.RECEIVED


def _notification_queue(notification: Notification) -> Place | None:
    told_of = messages_of(notification.person_id) if notification.person_id else None
    queue = RECEIVED if is_waiting(notification) else told_of
    return Place(queue, f"{instant(notification.received_at)}#{notification.key}") if queue else None


def _outbox_queue(entry: OutboxEntry) -> Place:
    if entry.given_up_at:
        return Place(OUTBOX_GIVEN_UP, f"{instant(entry.given_up_at)}#{entry.id}")
    queue = OUTBOX_CARDS if entry.topic is Topic.FORGET_CARD else OUTBOX_PENDING
    return Place(queue, f"{instant(entry.waits_until)}#{entry.id}")


def _link(sort_key: str) -> Kind:
    return Kind(
        lambda link: (Place(link_key(link.token_hash), sort_key),),
        lambda link: Place(links_of(link.person_id), link.token_hash),
        purge_at=lambda link: link.expires_at,
    )


KINDS: Mapping[type, Kind] = {
    **BOOK_KINDS,
    **CAMPAIGN_KINDS,
    Attempt: Kind(in_partition("ATTEMPT", lambda each: each.id), _attempt_queue, counted),
    AuditEntry: Kind(
        lambda entry: (Place(f"AUDIT#ENTRY#{entry.id}", "ENTRY"),),
        lambda entry: Place(AUDIT_WAITING, f"{instant(entry.at)}#{entry.id}"),
    ),
    Brakes: Kind(lambda _: (Place(*BRAKES),), version=counted),
    Comment: Kind(in_partition("COMMENT", lambda each: each.registration_id), version=counted),
    CreditNote: Kind(in_partition("CREDIT_NOTE", lambda note: f"{note.number:010}")),
    CreditNoteSequence: Kind(lambda it: (Place(f"SEQUENCE#{it.series}", "CREDIT_NOTES"),), version=counted),
    Debit: Kind(
        in_partition("DEBIT", lambda debit: debit.id),
        lambda debit: Place(shard_of(debits_of(debit.planned_on), debit.person_id), debit.id),
        counted,
    ),
    HandLettering: Kind(in_partition("LETTERING", lambda each: each.id), version=counted),
    IbanLink: _link("IBAN"),
    Identity: Kind(_identity),
    Instalment: Kind(in_partition("INSTALMENT", lambda each: each.id), _instalment_queue, counted),
    Invoice: Kind(
        in_partition("INVOICE", lambda invoice: f"{invoice.number:010}"),
        lambda invoice: Place(invoices_of(invoice.number), invoice.registration_id),
    ),
    JournalEntry: Kind(_journal_places, _journal_queue, counted),
    JournalSequence: Kind(
        lambda each: (Place(journal_sequence_key(each.series, each.year), "END"),),
        lambda each: Place(JOURNAL_SEQUENCES, f"{each.series}#{each.year}"),
        counted,
    ),
    JournalSums: Kind(
        lambda each: (Place(journal_sums_key(each.series, each.year), "SUMS"),), version=counted
    ),
    LastAct: Kind(in_partition("LAST_ACT", lambda each: each.registration_id), version=counted),
    Login: Kind(
        lambda login: (Place(email_key(login.email), "CREDENTIALS"),),
        version=lambda login: login.credentials.version,
        facts=lambda login: login.credentials,
        is_deleted=True,  # its key holds the mail address
    ),
    Mandate: Kind(in_partition("MANDATE", lambda each: each.registration_id), version=counted),
    Notification: Kind(
        lambda each: (Place(f"NOTIFICATION#{each.key}", "MESSAGE"),),
        _notification_queue,
        lambda each: 1 if is_waiting(each) else 2,
    ),
    Order: Kind(in_partition("ORDER", lambda order: f"{order.number:010}")),
    Payer: PAYER,
    OutboxEntry: Kind(
        lambda entry: (Place(f"OUTBOX#{entry.id}", "ENTRY"),),
        _outbox_queue,
        counted,
        is_deleted=True,
    ),
    PasswordLink: _link("LINK"),
    Payment: Kind(in_partition("PAYMENT", lambda payment: payment.name), _payment_queue, counted),
    PaymentLink: Kind(in_partition("PAYMENT_LINK", lambda each: each.id), version=counted),
    PaymentLinkKey: _link("PAY"),
    Person: Kind(
        lambda person: (Place(person_key(person.id), "PROFILE"),),
        _person_queue,
        counted,
        lambda person: replace(person, addresses=()),
    ),
    PlanRequest: Kind(
        in_partition("PLAN_REQUEST", lambda each: each.registration_id),
        lambda each: Place(
            plan_requests_queue(each.campaign_id, each.state),
            f"{instant(each.requested_at)}#{each.registration_id}",
        ),
        counted,
    ),
    Refund: Kind(
        in_partition("REFUND", lambda each: each.id),
        lambda each: Place(refunds_queue(each.state), f"{instant(each.prepared_at)}#{each.id}"),
        counted,
    ),
    Registration: Kind(
        in_partition("REGISTRATION", lambda each: each.id),
        lambda each: Place(
            registrations_queue(each.campaign_id, each.status), f"{each.holder.casefold()}#{each.id}"
        ),
        counted,
    ),
    RoleChange: Kind(in_partition("ROLE_CHANGE", lambda each: each.id), _role_change_queue, counted),
    SecondFactor: Kind(lambda each: (Place(person_key(each.person_id), "SECOND_FACTOR"),), version=counted),
    Sequence: Kind(lambda each: (Place(f"SEQUENCE#{each.series}", "DOCUMENTS"),), version=counted),
    StudentImport: Kind(lambda _: (Place("IMPORT#STUDENTS", "LAST"),), version=counted),  # one at a time
    TransferFile: Kind(
        lambda each: (transfer_file_place(each.series, each.number, "FILE"),),
        lambda each: Place(TRANSFER_FILES, each.id),
    ),
    TransferFileText: Kind(
        lambda each: (transfer_file_place(each.series, each.number, "TEXT"),),
        purge_at=lambda each: each.kept_until,
    ),
    TransferSequence: Kind(lambda each: (transfer_sequence_place(each.series),), version=counted),
}
