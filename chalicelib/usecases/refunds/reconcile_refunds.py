from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.payments import Outcome
from chalicelib.domain.refunds.coverage import covers
from chalicelib.domain.refunds.preparation import stands
from chalicelib.domain.refunds.refund import (
    ANSWER_LIFETIME,
    ARRIVES_WITHIN,
    LOOKS_BEFORE_RESENDING,
    Refund,
    RefundState,
    looked,
    sent_again,
)
from chalicelib.domain.trail.audit import SCHEDULE
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each, rotated
from chalicelib.usecases.paging import every
from chalicelib.usecases.refunds.acts import Opened, open_refund
from chalicelib.usecases.refunds.ports import RefundPorts
from chalicelib.usecases.refunds.send_refund import ask, book_refund, let_lapse, send_refund

ALARM_AFTER = timedelta(days=1)
"""After this time without an answer the operators are told."""


@dataclass
class RefundReconciliation(Passed):
    """What one run did: refunds lapsed, sent, asked about, settled and sent again."""

    lapsed: int = 0
    sent: int = 0
    asked: int = 0
    settled: int = 0
    resent: int = 0


def reconcile_refunds(ports: RefundPorts, has_time: HasTime = always) -> RefundReconciliation:
    """End refunds that no longer hold, send approved ones that are covered, ask about those not answered.

    A refund is sent again only if the gateway did not find it twice, on the same Paris day, under the same
    question number and while it is covered; else staff must decide.
    """
    report = RefundReconciliation()
    for state, look in _LOOKS.items():
        act = partial(_look, ports, report, look)
        waiting = rotated(tuple(_all(ports, state)), ports.now())
        report.add(for_each(ports, "refund not reconciled", waiting, act, has_time))
    return report


Look = Callable[[RefundPorts, Opened, RefundReconciliation], None]


def _all(ports: RefundPorts, state: RefundState) -> Iterator[Refund]:
    return every(lambda after: ports.refunds.of_state(state, after))


def _look(ports: RefundPorts, report: RefundReconciliation, look: Look, refund: Refund) -> None:
    """Read the refund again: the index may lag, and another writer may have settled it already."""
    opened = open_refund(ports, refund.id)
    if opened.refund.version == refund.version:
        look(ports, opened, report)


def _check(ports: RefundPorts, opened: Opened, report: RefundReconciliation) -> None:
    if not stands(opened.file, opened.refund):
        let_lapse(ports, opened, SCHEDULE)
        report.lapsed += 1


def _send(ports: RefundPorts, opened: Opened, report: RefundReconciliation) -> None:
    if not covers(opened.file, opened.refund):
        let_lapse(ports, opened, SCHEDULE)
        report.lapsed += 1
    elif opened.refund.by_card:
        _alarm_if_old(ports, opened.refund)
        send_refund(ports, opened.refund.id)
        report.sent += 1


def _ask(ports: RefundPorts, opened: Opened, report: RefundReconciliation) -> None:
    refund, now = opened.refund, ports.now()
    if not refund.by_card or refund.sent_at is None or now - refund.sent_at < ANSWER_LIFETIME:
        return
    _alarm_if_old(ports, refund)
    answer = ports.gateway.inquire_refund(refund, opened.payment, ports.questions.next_question, now)
    report.asked += 1
    if answer.outcome is not Outcome.NOT_FOUND:
        book_refund(ports, refund, answer)
        report.settled += answer.outcome is not Outcome.UNKNOWN
        return
    _not_found(ports, opened, report)


def _not_found(ports: RefundPorts, opened: Opened, report: RefundReconciliation) -> None:
    refund, now = looked(opened.refund), ports.now()
    may_resend = paris_day(now + ARRIVES_WITHIN) == refund.sent_on
    may_resend = may_resend and covers(opened.file, opened.refund)
    if refund.not_found < LOOKS_BEFORE_RESENDING or not may_resend:
        ports.store.commit(Changes((refund,)))
        return
    again = sent_again(opened.refund, now)
    ports.store.commit(Changes((again,), unchanged=(opened.file.registration,)))
    report.resent += 1
    ask(ports, opened, again, is_again=True)


def _alarm_if_old(ports: RefundPorts, refund: Refund) -> None:
    since = refund.sent_at or refund.decided_at
    if since and ports.now() - since > ALARM_AFTER:
        ports.alarms.raise_refund_unclear(refund)


_LOOKS: dict[RefundState, Look] = {
    RefundState.PREPARED: _check,
    RefundState.APPROVED: _send,
    RefundState.SENT: _ask,
    RefundState.UNKNOWN: _ask,
}
