"""The kinds of row: the keys, the queue and the version of each.

Those that nearly every write has are here, the others with their room.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

from chalicelib.domain.books.hand_letterings import HandLettering
from chalicelib.domain.books.journal import JournalEntry, JournalSequence
from chalicelib.domain.brakes.brake import Brakes
from chalicelib.domain.collection.arrears import is_late
from chalicelib.domain.corrections.credit_notes import CreditNote, CreditNoteSequence
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.inquiries import next_look_at
from chalicelib.domain.invoices import Invoice, Order, Sequence
from chalicelib.domain.lists.comments import Comment
from chalicelib.domain.notifications import Notification, NotificationState
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payers.payer import Payer
from chalicelib.domain.payment_links.link import PaymentLink
from chalicelib.domain.payments import PAGE_OVER_AFTER, Attempt, Payment
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import Debit, Instalment, InstalmentState, Mandate
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.registration import Registration
from chalicelib.domain.trail.audit import AuditEntry
from chalicelib.domain.trail.undo import LastAct
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
    RECEIVED,
    REVIEWS,
    STAFF,
    UNPAID,
    debits_of,
    invoices_of,
    journal_of,
    journal_sequence_key,
    messages_of,
    person_key,
    plan_requests_queue,
    refunds_queue,
    registrations_queue,
    treasury_key,
)
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.lists.payers import PAYER
from chalicelib.storage.shards import shard_of
from chalicelib.storage.table import Row, Table, instant

ROOMS: Mapping[str, str] = {
    "books.daily_sums": "journal:SUM_KINDS",
    "books.periods": "books.periods:PERIOD_KINDS",
    "campaigns.versions": "campaigns:CAMPAIGN_KINDS",
    "corrections.waiver": "lists.waivers:WAIVER_KINDS",
    "events.event": "events.kinds:EVENT_KINDS",
    "exports.batches": "exports.kinds:EXPORT_KINDS",
    "exports.catch_up": "exports.kinds:EXPORT_KINDS",
    "exports.returns": "exports.kinds:EXPORT_KINDS",
    "identities": "access.kinds:ACCESS_KINDS",
    "imports.student_import": "access.kinds:ACCESS_KINDS",
    "links": "access.kinds:ACCESS_KINDS",
    "payment_links.link": "access.kinds:ACCESS_KINDS",
    "programs.service_key": "events.service_keys:KEY_KINDS",  # pragma: allowlist secret
    "reconciliation.policies": "books.reconciliations:RECONCILIATION_KINDS",
    "refunds.transfer_files": "books.transfers:TRANSFER_KINDS",
    "role_changes": "access.kinds:ACCESS_KINDS",
    "second_factor": "access.kinds:ACCESS_KINDS",
    "sessions": "access.kinds:ACCESS_KINDS",
    "treasury.bank_movements": "books.reconciliations:RECONCILIATION_KINDS",
    "treasury.csv_mapping": "books.statements:STATEMENT_KINDS",
    "treasury.lines": "books.statements:STATEMENT_KINDS",
    "treasury.rapprochement": "books.rapprochements:RAPPROCHEMENT_KINDS",
    "treasury.remittances": "books.reconciliations:RECONCILIATION_KINDS",
    "treasury.slips": "books.slips:SLIP_KINDS",
    "treasury.statements": "books.statements:STATEMENT_KINDS",
    "webhooks.delivery": "webhooks.kinds:WEBHOOK_KINDS",
    "webhooks.endpoint": "webhooks.kinds:WEBHOOK_KINDS",
}
"""The tables of the other kinds, by the modules of their classes: each is imported with its first row."""


def kind_of(stored: type) -> Kind:
    """Return the kind of a class of the domain; raise KeyError for one that is not stored."""
    return COMMON.get(stored) or _table(ROOMS[stored.__module__.removeprefix("chalicelib.domain.")])[stored]


def every_kind() -> Mapping[type, Kind]:
    return {**COMMON, **{stored: kind for room in ROOMS.values() for stored, kind in _table(room).items()}}


def _table(room: str) -> Mapping[type, Kind]:
    module, _, name = room.partition(":")
    found: Mapping[type, Kind] = getattr(import_module(f"chalicelib.storage.{module}"), name)
    return found


def rows_of(table: Table, value: Any) -> Iterator[Row]:
    """Yield the table's rows of `value`, one for each of its places."""
    kind = kind_of(type(value))
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


COMMON: Mapping[type, Kind] = {
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
    LastAct: Kind(in_partition("LAST_ACT", lambda each: each.registration_id), version=counted),
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
    Payment: Kind(in_partition("PAYMENT", lambda payment: payment.name), _payment_queue, counted),
    PaymentLink: Kind(in_partition("PAYMENT_LINK", lambda each: each.id), version=counted),
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
    Sequence: Kind(lambda each: (Place(f"SEQUENCE#{each.series}", "DOCUMENTS"),), version=counted),
}
