from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib.domain.notifications import Notification
from chalicelib.domain.payments import PAGE_OVER_AFTER, Attempt, AttemptState
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each, in_turns, rotated
from chalicelib.usecases.payments.apply_gateway_answer import apply_notification
from chalicelib.usecases.payments.inquire_attempt import inquire_attempt
from chalicelib.usecases.payments.ports import PaymentPorts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LEFT_ALONE = timedelta(minutes=1)
"""A notification received this recently may still be processed by its own request."""
ALARM_AFTER = timedelta(hours=1)
"""After this time without a clear answer the operators are told."""


@dataclass
class Reconciliation(Passed):
    """What one run did: counts of messages applied late, attempts asked about, and their outcomes."""

    applied: int = 0
    asked: int = 0
    paid: int = 0
    closed: int = 0
    unclear: int = 0


def reconcile_payments(ports: PaymentPorts, has_time: HasTime = always) -> Reconciliation:
    """Apply unapplied notifications, then ask the gateway about every attempt with an expired page.

    Safe to repeat, to run late or beside another run: after a lost race the item is left to the next run. A
    failure is counted and skipped; without time left the next run starts at another item. Each student has
    one attempt asked about before any has a second.
    """
    report = Reconciliation()
    now = ports.now()

    def apply(notification: Notification) -> None:
        apply_notification(ports, notification)
        report.applied += 1

    ask = partial(_ask, ports, now, report)
    loops: tuple[tuple[str, Sequence[Any], Callable[[Any], None]], ...] = (
        ("notification not applied", rotated(ports.notifications.unapplied(now - LEFT_ALONE), now), apply),
        ("attempt not reconciled", _in_turns(ports, now), ask),
    )
    for what, waiting, act in loops:
        report.add(for_each(ports, what, waiting, act, has_time))
    return report


def _in_turns(ports: PaymentPorts, now: datetime) -> "Sequence[Attempt]":
    waiting = rotated(ports.accounts.open_attempts(now - PAGE_OVER_AFTER), now)
    return in_turns(waiting, lambda attempt: attempt.person_id)


def _ask(ports: PaymentPorts, now: datetime, report: Reconciliation, attempt: Attempt) -> None:
    report.asked += 1
    heard = inquire_attempt(ports, attempt)
    if heard.state is AttemptState.PAID:
        report.paid += 1
    elif heard.is_open:
        report.unclear += 1
        if now - attempt.started_at > ALARM_AFTER:
            ports.alarms.raise_unanswered(attempt)
    else:
        report.closed += 1
