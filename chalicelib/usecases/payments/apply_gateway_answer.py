"""Booking of a gateway answer, received by notification or by inquiry."""

from dataclasses import replace

from chalicelib.correlation import correlated
from chalicelib.domain.account import Account
from chalicelib.domain.books.bank_days import dated
from chalicelib.domain.books.given_back import booked_payment, confirmed, is_given_back, taken_back
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.inquiries import looked
from chalicelib.domain.notifications import Anomaly, Notification, NotificationState, anomalous, applied
from chalicelib.domain.payments import (
    Answer,
    Attempt,
    AttemptState,
    Outcome,
    Payment,
    is_over,
    notified,
    paid_by,
)
from chalicelib.domain.plan.instalment_settlement import late_card
from chalicelib.domain.registration import Registration, counted
from chalicelib.domain.registration_file import file_of
from chalicelib.domain.settlement import settle
from chalicelib.domain.stored_cards import cards_replaced
from chalicelib.domain.trail.audit import GATEWAY, Act, AuditEntry
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.credits.set_off_credits import set_off_anew
from chalicelib.usecases.payments.ports import PaymentPorts
from chalicelib.usecases.registrations.show_account import account_behind

RACES = 40
"""Lost races after which a notification is left to the next reconciliation."""


def apply_notification(ports: PaymentPorts, notification: Notification) -> None:
    """Apply a stored notification once; raise `ConcurrentUpdate` if every try lost to another writer.

    A race is lost either to another payment, then this one is tried again, or to the same notification in
    another process, then nothing is left to do.
    """
    for race in range(RACES):
        try:
            return _apply(ports, notification)
        except ConcurrentUpdate:
            if ports.notifications.record(notification).state is not NotificationState.RECEIVED:
                return None
            ports.pause(race)
    raise ConcurrentUpdate


def _apply(ports: PaymentPorts, notification: Notification) -> None:
    answer = notification.answer
    attempt_id = ports.gateway.attempt_id(answer.reference)
    if attempt_id is None:
        return set_aside(ports, notification, Anomaly.SITE_DIFFERS)
    account = account_behind(ports, attempt_id)
    attempt = account.attempt(attempt_id) if account else None
    if account is None or attempt is None:
        return set_aside(ports, notification, Anomaly.REFERENCE_UNKNOWN)
    with correlated(attempt.correlation_id):
        return _apply_to(ports, account, attempt, notification)


def _apply_to(ports: PaymentPorts, account: Account, attempt: Attempt, notification: Notification) -> None:
    answer = notification.answer
    if answer.amount_cents != attempt.amount_cents:
        return set_aside(ports, notification, Anomaly.AMOUNT_DIFFERS)
    if answer.is_test:
        return set_aside(ports, notification, Anomaly.TEST_IN_PRODUCTION)
    if answer.outcome is Outcome.PAID:
        return _confirm(ports, account, attempt, notification)
    return ports.store.commit(Changes((notified(attempt, answer), applied(notification))))


def _confirm(ports: PaymentPorts, account: Account, attempt: Attempt, notification: Notification) -> None:
    """Book an announced acceptance once our own account at the gateway confirms it.

    The gateway signs for every merchant and for its public test site with one key, and no signed field names
    the site: a payer could have our reference and amount signed elsewhere without paying us. Until it is
    confirmed the attempt is in question and the notification stays unapplied; once the page is over, it is
    set aside.
    """
    answer = notification.answer
    if account.has_payment(answer.transaction):
        return book(ports, account, attempt, answer, notification)
    asked_at = ports.now()
    found = ports.gateway.confirm(attempt, answer, ports.questions.next_question, asked_at)
    if found.outcome is Outcome.PAID and found.transaction == answer.transaction:
        return book(ports, account, attempt, confirmed(answer, found), notification)
    if found.outcome is not Outcome.UNKNOWN and is_over(attempt, asked_at):
        return set_aside(ports, notification, Anomaly.NOT_CONFIRMED)
    if attempt.state not in {AttemptState.UNKNOWN, AttemptState.PAID, AttemptState.REFUNDED}:
        heard = notified(attempt, replace(answer, outcome=Outcome.UNKNOWN))
        ports.store.commit(Changes(existing(heard, recounted(account, attempt, heard))))
    return None


def recounted(account: Account, attempt: Attempt, heard: Attempt) -> Registration | None:
    """Return the registration's next version if a closed attempt is in question again, else None.

    A start that read the attempt as closed then loses the race, and reads again.
    """
    is_reopened = heard.is_open and not attempt.is_open
    return counted(account.registration(attempt.registration_id)) if is_reopened else None


def book(
    ports: PaymentPorts, account: Account, attempt: Attempt, answer: Answer, notification: Notification | None
) -> None:
    """Book one acceptance once; raise `ConcurrentUpdate` if another writer came first."""
    if payment := booked_payment(account, attempt, answer):
        message = applied(notification) if notification else None
        paid = paid_by(attempt, replace(answer, transaction=payment.transaction))
        card = None if paid.refunded else late_card(account, attempt, answer)
        removals = cards_replaced(account, card, answer.transaction, ports.now()) if card else ()
        day = dated(payment, answer, attempt.started_at, ports.now())
        if answer.refunded_cents > payment.refunded_cents:
            return _book_taken_back(ports, account, looked(paid, ports.now()), payment)
        known = existing(looked(paid, ports.now()), message, card, day)
        return ports.store.commit(Changes(known, outbox=removals))
    campaign = ports.campaigns.get(account.registration(attempt.registration_id).campaign_id)
    sequence = ports.accounts.sequence(campaign)
    settlement = settle(account, attempt, answer, campaign, sequence, ports.now())
    payment = settlement.payment
    act = Act.PAYMENT_REFUNDED if is_given_back(answer) else Act.PAYMENT_BOOKED
    entry = _entry(ports, act, attempt, payment)
    if is_given_back(answer):
        ports.alarms.raise_refunded(payment)  # first: a process that dies here must not leave it unreported
    changes = settlement.changes(entry, notification)
    file = file_of(account, attempt.registration_id, campaign)
    ports.store.commit(journaled(changes, file, ports.now()))
    if payment.is_overpayment:
        ports.alarms.raise_overpayment(attempt)
    if is_given_back(answer):  # the instalment of its page can take credits again
        set_off_anew(ports, attempt.registration_id)
    return None


def _book_taken_back(ports: PaymentPorts, account: Account, attempt: Attempt, payment: Payment) -> None:
    """Book that the bank gave back the whole of a payment after it was booked here.

    Only inquiries tell it: a notification of a payment that is booked is not asked about.
    """
    campaign = ports.campaigns.get(account.registration(attempt.registration_id).campaign_id)
    file = file_of(account, attempt.registration_id, campaign)
    taken = taken_back(file, payment, ports.now())
    entry = _entry(ports, Act.PAYMENT_REFUNDED, attempt, payment)
    ports.alarms.raise_refunded(payment)  # first: a process that dies here must not leave it unreported
    rows = (replace(attempt, refunded=True), *taken.rows)
    ports.store.commit(journaled(Changes(rows, entry, taken.outbox), file, ports.now()))
    set_off_anew(ports, attempt.registration_id)


def _entry(ports: PaymentPorts, act: Act, attempt: Attempt, payment: Payment) -> AuditEntry:
    entry = audited(ports, GATEWAY, act, attempt.person_id, payment.id, amount_cents=payment.amount_cents)
    told = {"order": payment.order_number, "link": attempt.link.link_id if attempt.link else ""}
    return replace(
        entry, details={**entry.details, **{name: str(each) for name, each in told.items() if each}}
    )


def set_aside(ports: PaymentPorts, notification: Notification, anomaly: Anomaly) -> None:
    """Store a genuine notification that does not fit with its anomaly; change nothing else and alarm."""
    kept = anomalous(notification, anomaly)
    ports.notifications.set_aside(kept)
    ports.alarms.raise_anomaly(kept)
