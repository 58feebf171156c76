"""Retention of personal data: each part has a last day, and nothing expires while money may move.

`what_expired` is called on the day of a review; `next_review` returns the day of the next one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import months_after, paris_day
from chalicelib.domain.campaign import Retention
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.notifications import NotificationState, evidence_over
from chalicelib.domain.privacy.erasure import (
    PersonalFile,
    Redactions,
    attempt_over,
    is_settled,
    losing,
    mandate_over,
    redact_client,
    redact_credited,
)

NOTHING = Redactions()
LOOK_AGAIN_AFTER = timedelta(days=31)
"""The delay of the next review of an account with money that may move or a card still stored."""


@dataclass(frozen=True)
class Expired:
    """The expired rows, and whether the person's account has expired."""

    redactions: Redactions = NOTHING
    is_account: bool = False

    def __bool__(self) -> bool:
        return self.is_account or bool(self.redactions)


@dataclass(frozen=True)
class _Deadline:
    """The first day on which something may not be kept any more."""

    day: date
    redactions: Redactions = NOTHING
    is_account: bool = False


def what_expired(file: PersonalFile, retention: Retention, ended_on: date, today: date) -> Expired:
    """Return what may not be kept any more; nothing while a plan, a payment or a balance is open.

    `ended_on` is the last day of the last campaign in which the person has a registration.
    """
    if not is_settled(file.account):
        return Expired()
    over = [each for each in _deadlines(file, retention, ended_on) if each.day <= today]
    return Expired(_sum_of(over), any(each.is_account for each in over))


def next_review(file: PersonalFile, retention: Retention, ended_on: date, today: date) -> date | None:
    """Return the next day on which something expires, None if nothing is left to expire."""
    if not is_settled(file.account) or any(each.token for each in file.account.mandates):
        return today + LOOK_AGAIN_AFTER
    days = [each.day for each in _deadlines(file, retention, ended_on)]
    return max(min(days), today + timedelta(days=1)) if days else None


def _deadlines(file: PersonalFile, retention: Retention, ended_on: date) -> Iterator[_Deadline]:
    """Yield a deadline for each kept item that will expire."""
    yield from _of_evidence(file.account, retention)
    yield from _of_messages(file, retention)
    yield from _of_accounting(file.account, retention)
    if file.person.erased_on is None:
        yield _Deadline(_account_ends(file.account, retention, ended_on), is_account=True)


def _of_evidence(account: Account, retention: Retention) -> Iterator[_Deadline]:
    months = retention.mandate_evidence_months
    for registration in account.registrations:
        last = _last_movement(account, registration.id)
        mandate = account.mandate(registration.id)
        attempts = (each for each in account.attempts if each.registration_id == registration.id)
        redactions = Redactions(
            attempts=losing(attempts, attempt_over),
            mandates=losing([mandate] if mandate else [], mandate_over),
        )
        if last and redactions:
            yield _Deadline(months_after(last, months), redactions)


def _of_messages(file: PersonalFile, retention: Retention) -> Iterator[_Deadline]:
    for message in file.notifications:
        redactions = Redactions(notifications=losing([message], evidence_over))
        if redactions and message.state is not NotificationState.RECEIVED:
            yield _Deadline(
                months_after(paris_day(message.received_at), retention.notification_months), redactions
            )


def _of_accounting(account: Account, retention: Retention) -> Iterator[_Deadline]:
    """Yield the deadlines of invoices and credit notes.

    They count from the end of the year of an invoice's last payment, of a credit note's issue.
    """
    for invoice in (*account.invoices, *account.of_payers.invoices):
        if redactions := Redactions(invoices=losing([invoice], redact_client)):
            year = _last_year_of(account, invoice) + retention.accounting_years
            yield _Deadline(date(year + 1, 1, 1), redactions)
    for note in account.every_credit_note:
        if redactions := Redactions(credit_notes=losing([note], redact_credited)):
            yield _Deadline(date(note.issued_on.year + retention.accounting_years + 1, 1, 1), redactions)


def _last_year_of(account: Account, invoice: Invoice) -> int:
    paid = (each for each in account.every_payment if each.invoice_number == invoice.number)
    return max([invoice.issued_on.year, *(paris_day(each.received_at).year for each in paid)])


def _account_ends(account: Account, retention: Retention, ended_on: date) -> date:
    """Return the account's last day: `never_paid_months` without order or payment, else `account_months`.

    They count from `ended_on` or the last movement of money, the later of the two.
    """
    has_paid = bool(account.orders or account.payments or account.of_payers.orders)
    months = retention.account_months if has_paid else retention.never_paid_months
    moved = (_last_movement(account, each.id) for each in account.registrations)
    return months_after(max([ended_on, *(day for day in moved if day)]), months)


def _last_movement(account: Account, registration_id: str) -> date | None:
    """Return the last day on which money was agreed on, asked for or received for a registration."""
    instalments = {each.id for each in account.instalments_of(registration_id)}
    days = [
        *(paris_day(e.started_at) for e in account.attempts if e.registration_id == registration_id),
        *(paris_day(e.received_at) for e in account.every_payment if e.registration_id == registration_id),
        *(paris_day(e.agreed_at) for e in account.mandates if e.registration_id == registration_id),
        *(each.planned_on for each in account.debits if each.instalment_id in instalments),
    ]
    return max(days, default=None)


def _sum_of(deadlines: list[_Deadline]) -> Redactions:
    """Return the rows of all deadlines, each once; no two deadlines are about the same row."""
    return Redactions(
        **{
            each.name: tuple(row for over in deadlines for row in getattr(over.redactions, each.name))
            for each in fields(Redactions)
        }
    )
