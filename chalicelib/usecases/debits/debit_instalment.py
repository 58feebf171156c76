"""One worker, one instalment, one debit: claimed, marked sent, asked once, answered."""

from contextlib import suppress
from datetime import date, timedelta

from chalicelib.correlation import correlated
from chalicelib.domain.account import Account
from chalicelib.domain.brakes.brake import Brake
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.outbox import Topic
from chalicelib.domain.owed import Withheld, debit_cents, withheld
from chalicelib.domain.payments import Outcome
from chalicelib.domain.plan.instalments import (
    Debit,
    Event,
    Instalment,
    Mandate,
    claimed,
    dropped,
    marked_sent,
    moved,
    standing_amounts,
)
from chalicelib.domain.plan.missed_instalments import first_due, postpone
from chalicelib.domain.plan.plan_cards import CardLack, lack_on
from chalicelib.domain.plan.plans import schedule_hash
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.usecases.credits.set_off_credits import set_off_anew, set_off_credits
from chalicelib.usecases.debits.book_debit import agreed_plan, book_debit, debit_mail
from chalicelib.usecases.debits.ports import DebitPorts
from chalicelib.usecases.registrations.show_account import account_behind, open_file

SEND_WITHIN = timedelta(minutes=1)
"""A process that slept longer between marking and sending does not send.

The reconciliation inquires first.
"""


def debit_instalment(ports: DebitPorts, instalment_id: str, planned_on: date) -> Withheld | None:
    """Debit one instalment if it is still due; otherwise change nothing.

    Debits planned for a day are sent only until midnight in Paris: later the message does nothing, and the
    next run plans again. Return the reason if a due instalment was withheld: while debits are stopped, any.
    """
    today = paris_day(ports.now())
    account = account_behind(ports, instalment_id)
    instalment = account.instalment(instalment_id) if account else None
    if account is None or instalment is None or today != planned_on:
        return None
    if not instalment.is_debitable or instalment.next_try_on > today:
        return None
    with correlated(instalment.correlation_id):
        return _debit_due(ports, account, instalment, today)


def _debit_due(ports: DebitPorts, account: Account, instalment: Instalment, today: date) -> Withheld | None:
    file = open_file(ports, account, instalment.registration_id)
    with suppress(ConcurrentUpdate):
        if set_off_credits(ports, account, file):
            return debit_instalment(ports, instalment.id, today)
    if reason := _reason(ports, file, instalment, today):
        return reason
    mandate = account.mandate(instalment.registration_id)
    if mandate is None or not _is_as_approved(ports, account, instalment, mandate):
        ports.alarms.raise_mismatch(instalment)
        return None
    with suppress(ConcurrentUpdate):
        if lack := lack_on(mandate, today):
            _ask_for_another_card(ports, file, instalment, lack)
        else:
            _debit(ports, account, file, instalment, today)
    return None


def _reason(
    ports: DebitPorts, file: RegistrationFile, instalment: Instalment, today: date
) -> Withheld | None:
    if ports.brakes.current().is_on(Brake.DEBITS):
        return Withheld.DEBITS_STOPPED
    if reason := withheld(file, instalment, today):
        return reason
    return None if first_due(file, today) == instalment else Withheld.EARLIER_FIRST


def send(ports: DebitPorts, account: Account, instalment: Instalment, debit: Debit) -> None:
    """Ask the gateway once and book its answer; `instalment` and `debit` are already marked sent.

    On a restored table it is asked first what it has under the debit's reference, which a debit whose row was
    lost bore too: what it finds is booked, and nothing is sent unless it finds nothing.
    """
    if ports.asks_before_debits:
        found = ports.gateway.inquire_debit(debit, ports.questions.next_question, ports.now())
        if found.outcome is not Outcome.NOT_FOUND:
            book_debit(ports, account, instalment, debit, found)
            return
    mandate, now = account.mandate(instalment.registration_id), ports.now()
    if mandate is None or debit.sent_at is None or now - debit.sent_at > SEND_WITHIN:
        return
    if paris_day(now) != debit.planned_on:  # the gateway would take the question's number for a new one
        return
    answer = ports.gateway.debit(debit, mandate, now)
    book_debit(ports, account, instalment, debit, answer)


def _debit(
    ports: DebitPorts, account: Account, file: RegistrationFile, instalment: Instalment, today: date
) -> None:
    """Claim the instalment, with the new days of those missed after it; mark it sent, and send it.

    The brake is read after the claim, so what is claimed once debits are stopped is never sent. It is no
    condition of the claim: transactions that name one row exclude each other, and would all name this one.
    """
    now = ports.now()
    later = postpone(file, instalment, now)
    debit_id = f"{instalment.id}-{instalment.debits + 1}"
    debit = Debit(
        id=debit_id,
        instalment_id=instalment.id,
        person_id=instalment.person_id,
        reference=ports.gateway.reference(debit_id),
        question=ports.questions.next_question(),
        amount_cents=debit_cents(file, instalment),
        schedule_hash=instalment.schedule_hash,
        planned_on=today,
        claimed_at=now,
        moved=later.days,
    )
    held = claimed(instalment, now)
    weighed = counted(file.registration)  # of two claims that read it one wins
    ports.store.commit(Changes((held, debit, weighed, *later.rows), outbox=later.outbox))
    if ports.brakes.current().is_on(Brake.DEBITS):
        free_claim(ports, held, debit)
        return
    marked_at = ports.now()
    if paris_day(marked_at) != today:  # not marked, so not sent: the claim will be freed
        return
    sent, marked = moved(held, Event.MARK_SENT, marked_at), marked_sent(debit, marked_at)
    ports.store.commit(Changes((sent, marked), unchanged=(weighed,)))
    send(ports, account, sent, marked)


def free_claim(ports: DebitPorts, instalment: Instalment, debit: Debit) -> None:
    """Let an instalment be due again; `debit` was claimed and provably not sent."""
    ports.store.commit(Changes((moved(instalment, Event.CLAIM_EXPIRED, ports.now()), dropped(debit))))
    set_off_anew(ports, instalment.registration_id)


def _ask_for_another_card(
    ports: DebitPorts, file: RegistrationFile, instalment: Instalment, lack: CardLack
) -> None:
    """Mark the instalment as needing its payer, with the reason, and mail the student; nothing is sent.

    Those missed after it wait for the card that the student will use.
    """
    later = postpone(file, instalment, ports.now())
    stopped = moved(instalment, Event.REFUSED_HARD, ports.now(), refusal_code=lack.value)
    mail = debit_mail(Topic.PAYER_NEEDED, stopped, f"v{stopped.version}", ports.now())
    rows, mails = (stopped, *later.rows), (mail, *later.outbox)
    ports.store.commit(Changes(rows, outbox=mails, unchanged=(file.registration,)))


def _is_as_approved(ports: DebitPorts, account: Account, instalment: Instalment, mandate: Mandate) -> bool:
    """Return True if the instalments still add up to the schedule that was shown, approved and agreed to."""
    request = account.plan_request(instalment.registration_id)
    plan = agreed_plan(ports, account, request) if request else None
    if request is None or plan is None:
        return False
    parts = standing_amounts(account.instalments_of(instalment.registration_id))
    found = schedule_hash(plan, parts)
    return found == request.schedule_hash == mandate.schedule_hash == instalment.schedule_hash
