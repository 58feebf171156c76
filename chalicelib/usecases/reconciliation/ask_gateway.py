from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import Answer, Attempt, Outcome
from chalicelib.domain.plan.instalments import Debit, DebitState
from chalicelib.domain.reconciliation.policies import Finding, FindingKind
from chalicelib.domain.treasury.remittances import (
    CardMovement,
    GatewayWord,
    Remittance,
    heard,
    with_movements,
)
from chalicelib.usecases.isolation import HasTime, Passed, always, for_each
from chalicelib.usecases.reconciliation.ports import ReconciliationPorts

MOST_QUESTIONS = 4000
"""The maximum number of inquiries of one run; a later run goes on."""
MOST_SILENCES = 5
"""After so many unanswered questions in a row the gateway is taken to be silent, and the run ends."""
ATTEMPTS_WAIT = timedelta(days=31)
"""How long an attempt is among those that are looked at again: domain/inquiries.py."""
_BOOKED = frozenset({DebitState.PAID, DebitState.REFUNDED})


@dataclass
class Asked(Passed):
    """What a run asked: `checked` answers, and the findings of what was taken and is not booked.

    `left` counts what was not asked, or not answered.
    """

    checked: int = 0
    silences: int = 0
    questions: int = 0
    findings: list[Finding] = field(default_factory=list)

    def heard(self, *, is_answered: bool) -> None:
        self.questions += 1
        self.silences = 0 if is_answered else self.silences + 1
        self.checked += is_answered
        self.left += not is_answered

    def may_ask(self, has_time: HasTime) -> bool:
        return self.questions < MOST_QUESTIONS and self.silences < MOST_SILENCES and has_time()


def ask_gateway(
    ports: ReconciliationPorts, series: str, day: date, again: Iterable[str], has_time: HasTime = always
) -> Asked:
    """Ask the gateway once about each movement of the day, and what of the day we did not book.

    Of earlier days those are asked about that are not settled; a movement is asked about once a day.
    `again` are the ids of attempts and debits that an earlier run found taken and not booked.
    """
    asked, today = Asked(), paris_day(ports.now())
    movements = [each for each in ports.reconciliations.open_movements(series) if _is_due(each, day, today)]
    may_ask = partial(asked.may_ask, has_time)
    loops: tuple[tuple[str, Iterable[object], Callable[..., None]], ...] = (
        ("card movement not compared", movements, partial(_ask, ports, asked, today)),
        ("attempt not compared", _attempts(ports, series, day, again), partial(_look, ports, asked)),
        ("debit not compared", _debits(ports, series, day, again), partial(_look_at_debit, ports, asked)),
    )
    for what, items, act in loops:
        passed = for_each(ports, what, items, act, may_ask)
        asked.failed += passed.failed
        asked.left += passed.left + passed.lost + passed.failed
    return asked


def _is_due(movement: CardMovement, day: date, today: date) -> bool:
    return movement.day <= day and movement.is_askable and movement.asked_on != today


def _ask(ports: ReconciliationPorts, asked: Asked, today: date, movement: CardMovement) -> None:
    told = ports.gateway.tell(movement, ports.questions.next_question, ports.now())
    asked.heard(is_answered=told.word is not GatewayWord.NO_ANSWER)
    after = heard(movement, told, today, is_kept=_is_kept(ports, movement, told.word))
    if after is not movement:
        ports.store.commit(Changes(existing(after, remitted(ports, movement, after))))


def remitted(ports: ReconciliationPorts, before: CardMovement, after: CardMovement) -> Remittance | None:
    """Return the remittance that a movement got, with it; None if it got none."""
    if not after.remittance or before.remittance:
        return None
    known = ports.reconciliations.remittance(after.series, after.remittance)
    remittance = known or Remittance(after.series, after.remittance, after.day, version=0)
    return with_movements(remittance, (after,))


def _is_kept(ports: ReconciliationPorts, movement: CardMovement, word: GatewayWord) -> bool:
    """Return True if our books hold a part of a payment of which the gateway says that it is given back."""
    if movement.cents < 0 or word not in {GatewayWord.GIVEN_BACK, GatewayWord.CANCELLED}:
        return True
    account = ports.accounts.account(person_of(movement.payment_id))
    payments = (each for each in account.payments if each.id == movement.payment_id)
    return any(each.refunded_cents < each.amount_cents for each in payments)


def _attempts(ports: ReconciliationPorts, series: str, day: date, again: Iterable[str]) -> list[Attempt]:
    """Return the attempts of the day without a payment, and those that are to be asked about again."""
    waiting = ports.accounts.open_attempts(ports.now() + ATTEMPTS_WAIT)
    ids = frozenset(again)
    unpaid = (each for each in waiting if not each.transaction)
    chosen = [each for each in unpaid if each.id in ids or paris_day(each.opened_at) == day]
    return [each for each in chosen if _is_of(ports, series, each.registration_id)]


def _debits(ports: ReconciliationPorts, series: str, day: date, again: Iterable[str]) -> list[Debit]:
    """Return the debits of the day that are not booked, and those that are to be asked about again."""
    found = {each.id: each for each in ports.debits.of_day(day)}
    for debit_id in again:
        if debit := ports.accounts.account(person_of(debit_id)).debit(debit_id):
            found[debit_id] = debit
    unbooked = [each for each in found.values() if each.state not in _BOOKED and each.reference]
    return [each for each in unbooked if _is_of(ports, series, _registration_of(each))]


def _registration_of(debit: Debit) -> str:
    return debit.instalment_id.rpartition("-i")[0]


def _is_of(ports: ReconciliationPorts, series: str, registration_id: str) -> bool:
    registration = ports.registrations.get(registration_id)
    return ports.campaigns.get(registration.campaign_id).numbering.series == series


def _look(ports: ReconciliationPorts, asked: Asked, attempt: Attempt) -> None:
    answer = ports.gateway.inquire(attempt, ports.questions.next_question, ports.now())
    asked.heard(is_answered=answer.outcome is not Outcome.UNKNOWN)
    known = ports.accounts.account(attempt.person_id).attempt(attempt.id) if _is_kept_there(answer) else None
    if known and not known.transaction:
        asked.findings.append(_unbooked(attempt.id, answer, attempt.registration_id))


def _look_at_debit(ports: ReconciliationPorts, asked: Asked, debit: Debit) -> None:
    answer = ports.gateway.inquire_debit(debit, ports.questions.next_question, ports.now())
    asked.heard(is_answered=answer.outcome is not Outcome.UNKNOWN)
    known = ports.accounts.account(debit.person_id).debit(debit.id) if _is_kept_there(answer) else None
    if known and known.state not in _BOOKED:
        asked.findings.append(_unbooked(debit.id, answer, _registration_of(debit)))


def _is_kept_there(answer: Answer) -> bool:
    return answer.outcome is Outcome.PAID and answer.refunded_cents < answer.amount_cents


def _unbooked(subject: str, answer: Answer, registration_id: str) -> Finding:
    cents = answer.refunded_cents - answer.amount_cents
    return Finding(FindingKind.TAKEN_NOT_BOOKED, subject, cents, registration_id)
