"""The events of a commit, read from its rows, so that no act can forget to tell one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.books.journal import JournalEntry, MoneyEvent
from chalicelib.domain.events.event import Event, EventType
from chalicelib.domain.identifiers import is_registration_id, person_of
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.domain.trail.audit import Act, AuditEntry

OF_MONEY: Mapping[MoneyEvent, EventType] = {
    MoneyEvent.INVOICE: EventType.INVOICE_ISSUED,
    MoneyEvent.CREDIT_NOTE: EventType.CREDIT_NOTE_ISSUED,
    MoneyEvent.PAYMENT: EventType.PAYMENT_BOOKED,
    MoneyEvent.BOUNCE: EventType.PAYMENT_RETURNED,
    MoneyEvent.UNDONE: EventType.PAYMENT_RETURNED,
    MoneyEvent.CHARGEBACK: EventType.PAYMENT_RETURNED,
    MoneyEvent.REINSTATEMENT: EventType.PAYMENT_REINSTATED,
    MoneyEvent.SET_OFF: EventType.CREDIT_SET_OFF,
    MoneyEvent.REFUND: EventType.REFUND_DONE,
    MoneyEvent.WRITE_OFF: EventType.DEBT_GIVEN_UP,
    MoneyEvent.REMISSION: EventType.DEBT_GIVEN_UP,
    MoneyEvent.UNCOLLECTABLE: EventType.DEBT_GIVEN_UP,
}
"""The events of a registration's journal entries; the treasury's are of no registration."""
OF_ACTS: Mapping[Act, EventType] = {
    Act.FEE_SITUATION_DECLARED: EventType.SITUATION_CHANGED,
    Act.FEE_SITUATION_CHANGED: EventType.SITUATION_CHANGED,
    Act.REGISTRATION_VALIDATED: EventType.REGISTRATION_VALIDATED,
    Act.REGISTRATION_REFUSED: EventType.REGISTRATION_REFUSED,
    Act.REGISTRATION_REOPENED: EventType.REGISTRATION_REOPENED,
    Act.REGISTRATION_WITHDRAWN: EventType.REGISTRATION_WITHDRAWN,
    Act.PLAN_APPROVED: EventType.PLAN_APPROVED,
    Act.PLAN_RESUMED: EventType.PLAN_RESUMED,
    Act.PLAN_RECUT: EventType.PLAN_RECUT,
}


def events_of(rows: Sequence[Any], audit: AuditEntry | None) -> tuple[Event, ...]:
    """Return the events of one commit, each under an id that no other commit uses.

    An id is derived from the audit entry's, which is drawn for each commit; without one from the journal
    entry or from the version of the row.
    """
    money = tuple(_money(rows))
    acts = tuple(_acts(audit)) if audit else ()
    at = audit.at if audit else max((event.at for event in money), default=None)
    stopped = _stopped(rows)
    complete = _complete(rows, at) if at and (money or acts) else ()
    found = (*money, *acts, *stopped, *complete)
    if audit is None:
        return found
    return tuple(replace(event, id=f"evt-{audit.id}-{rank}") for rank, event in enumerate(found))


def _money(rows: Iterable[Any]) -> Iterator[Event]:
    """Yield the events of new journal entries: an entry is written again when it is numbered."""
    for row in rows:
        if isinstance(row, JournalEntry) and row.version == 1 and row.event in OF_MONEY and row.person_id:
            yield Event(
                id=f"evt-{row.id}",
                type=OF_MONEY[row.event],
                at=row.booked_at,
                registration_id=row.registration_id,
                person_id=row.person_id,
                subject=row.subject,
                amount_cents=_amount(row),
                journal_entry=row.id,
                postings=row.postings,
            )


def _amount(entry: JournalEntry) -> int:
    """Return what an entry moves, in cents: the sum of its debits."""
    return sum(posting.cents for posting in entry.postings if posting.cents > 0)


def _acts(audit: AuditEntry) -> Iterator[Event]:
    if audit.act in OF_ACTS and is_registration_id(audit.target):
        yield Event(
            id="",
            type=OF_ACTS[audit.act],
            at=audit.at,
            registration_id=audit.target,
            person_id=person_of(audit.target),
            subject=audit.target,
        )


def _stopped(rows: Iterable[Any]) -> Iterator[Event]:
    for row in rows:
        if isinstance(row, PlanRequest) and row.stopped_at:
            yield _of_version(EventType.PLAN_STOPPED, row, row.registration_id, row.stopped_at)


def _complete(rows: Iterable[Any], at: datetime) -> Iterator[Event]:
    for row in rows:
        if isinstance(row, Registration) and row.status is RegistrationStatus.VALIDATED and row.is_paid:
            yield _of_version(EventType.REGISTRATION_COMPLETE, row, row.id, at)


def _of_version(what: EventType, row: Any, registration_id: str, at: datetime) -> Event:
    return Event(
        id=f"evt-{registration_id}-{what}-{row.version}",
        type=what,
        at=at,
        registration_id=registration_id,
        person_id=person_of(registration_id),
        subject=registration_id,
    )
