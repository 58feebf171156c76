from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from chalicelib.domain.account import Account
from chalicelib.domain.brakes.brake import Brake
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.owed import debit_cents, withheld
from chalicelib.domain.payments import Outcome
from chalicelib.domain.plan.instalments import (
    ANSWER_LIFETIME,
    CLAIM_LIFETIME,
    LOOKS_BEFORE_RESENDING,
    Debit,
    DebitState,
    Event,
    Instalment,
    InstalmentState,
    moved,
)
from chalicelib.usecases.debits.book_debit import book_debit
from chalicelib.usecases.debits.debit_instalment import free_claim, send
from chalicelib.usecases.debits.ports import DebitPorts
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each, rotated
from chalicelib.usecases.registrations.show_account import open_file

ALARM_AFTER = timedelta(hours=1)
"""After this time without a clear answer the operators are told."""

QUIET_BEFORE_MIDNIGHT = timedelta(hours=1)
"""No resend so late: it could arrive after midnight, and its question number would count as a new one."""


@dataclass
class DebitReconciliation(Passed):
    """What one run did: claims freed, gateway asked, what came of it, and what was passed over."""

    freed: int = 0
    asked: int = 0
    settled: int = 0
    resent: int = 0
    conflicts: int = 0


def reconcile_debits(ports: DebitPorts, has_time: HasTime = always) -> DebitReconciliation:
    """Free claims that were never sent, and ask the gateway about every debit without an answer.

    A debit is sent again only if the gateway did not find it twice, on the same Paris day and under the same
    question number; on another day staff must decide. Nothing is sent again while debits are stopped.
    """
    report = DebitReconciliation()
    now = ports.now()
    looks: tuple[tuple[Sequence[Instalment], Look], ...] = (
        (ports.debits.in_flight(now - ANSWER_LIFETIME), _look_at),
        (ports.debits.conflicts(), _look_again),
    )
    for waiting, look in rotated(looks, now):
        act = partial(_with_its_debit, ports, report, look)
        report.add(for_each(ports, "debit not reconciled", rotated(waiting, now), act, has_time))
    return report


Look = Callable[[DebitPorts, Account, Instalment, Debit, DebitReconciliation], None]


def _with_its_debit(
    ports: DebitPorts, report: DebitReconciliation, look: Look, instalment: Instalment
) -> None:
    """Read both rows again: the index may lag, and another writer may have settled them already."""
    account = ports.accounts.account(instalment.person_id)
    current = account.instalment(instalment.id)
    debit = account.debit(instalment.debit_id)
    if current is None or debit is None or current.version != instalment.version:
        return
    look(ports, account, current, debit, report)


def _look_again(
    ports: DebitPorts, account: Account, instalment: Instalment, debit: Debit, report: DebitReconciliation
) -> None:
    """Book a conflict if the gateway finds the money after all; otherwise it stays for staff."""
    if debit.state is DebitState.REFUNDED:
        return
    answer = ports.gateway.inquire_debit(debit, ports.questions.next_question, ports.now())
    report.asked += 1
    if answer.outcome is Outcome.PAID:
        book_debit(ports, account, instalment, debit, answer)
        report.settled += 1


def _look_at(
    ports: DebitPorts, account: Account, instalment: Instalment, debit: Debit, report: DebitReconciliation
) -> None:
    now = ports.now()
    if instalment.state is InstalmentState.CLAIMED:
        if now - debit.claimed_at > CLAIM_LIFETIME:
            free_claim(ports, instalment, debit)
            report.freed += 1
        return
    answer = ports.gateway.inquire_debit(debit, ports.questions.next_question, now)
    report.asked += 1
    if answer.outcome is not Outcome.NOT_FOUND:
        book_debit(ports, account, instalment, debit, answer)
        if answer.outcome is Outcome.UNKNOWN:
            _tell_if_old(ports, debit)
        else:
            report.settled += 1
        return
    _not_found(ports, account, _in_question(instalment, now), debit, report)


def _tell_if_old(ports: DebitPorts, debit: Debit) -> None:
    if ports.now() - debit.claimed_at > ALARM_AFTER:
        ports.alarms.raise_unanswered(debit)


def _in_question(instalment: Instalment, now: datetime) -> Instalment:
    """Return the instalment as unknown from the first inquiry on; its version is not incremented here."""
    if instalment.state is InstalmentState.UNKNOWN:
        return instalment
    return replace(moved(instalment, Event.UNCLEAR, now), version=instalment.version)


def _not_found(
    ports: DebitPorts, account: Account, instalment: Instalment, debit: Debit, report: DebitReconciliation
) -> None:
    now = ports.now()
    looked = replace(
        debit, not_found=debit.not_found + 1, version=debit.version + 1, state=DebitState.UNKNOWN
    )
    file = open_file(ports, account, instalment.registration_id)
    is_owed = debit.amount_cents <= debit_cents(file, instalment)
    is_owed = is_owed and withheld(file, instalment, paris_day(now)) is None
    may_resend = is_owed and paris_day(now + QUIET_BEFORE_MIDNIGHT) == debit.planned_on
    may_resend = may_resend and not ports.brakes.current().is_on(Brake.DEBITS)
    waits = not may_resend and paris_day(now) == debit.planned_on
    if looked.not_found < LOOKS_BEFORE_RESENDING or waits:
        ports.store.commit(Changes((replace(instalment, version=instalment.version + 1), looked)))
        _tell_if_old(ports, debit)
        return
    if may_resend:
        again = moved(instalment, Event.RESEND, now)
        marked = replace(looked, state=DebitState.SENT, sent_at=now, not_found=0)
        ports.store.commit(Changes((again, marked), unchanged=(file.registration,)))
        report.resent += 1
        send(ports, account, again, marked)
        return
    given_up = moved(instalment, Event.GIVE_UP, now)
    ports.alarms.raise_conflict(given_up)  # first: a process that dies here must not leave it unreported
    ports.store.commit(Changes((given_up, looked)))
    report.conflicts += 1
