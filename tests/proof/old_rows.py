"""A registration as an earlier release left it: without a journal, with a credit beside instalments due."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from chalicelib.domain.plan.instalments import Instalment
from chalicelib.domain.registration import counted
from chalicelib.usecases.payments.give_up_attempt import give_up_attempt
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from tests.fakes.ports import FakePorts
from tests.proof.bank import Bank
from tests.proof.judges import Judges
from tests.usecases.conftest import CHRIS, NO_ADDRESS, Student


def begin_as_before(
    ports: FakePorts, bank: Bank, judges: Judges, chance: Random, registration_id: str
) -> None:
    """Leave a started plan whose documents have no journal, in half the cases with money never allocated."""
    student, has_credit = Student(ports, CHRIS, registration_id), chance.random() < 0.5
    student.declares("01")
    kept_page = _kept_page(ports, judges, registration_id) if has_credit else None
    student.asks_for("paybox-3")
    student.is_approved()
    _pay(ports, bank, start_card_payment(ports, CHRIS.id, registration_id, NO_ADDRESS, None, 1).attempt.id)
    if kept_page:
        before = dict(ports.memory.instalments)
        _pay(ports, bank, kept_page)
        _take_the_allocation_back(ports, before, kept_page)
    memory = ports.memory
    memory.journal.clear()
    memory.entries.clear()
    judges.books.old |= {str(number) for number in memory.invoices}
    judges.books.old |= {payment.id for _, payment in memory.payments.values()}


def _kept_page(ports: FakePorts, judges: Judges, registration_id: str) -> str:
    attempt = start_card_payment(ports, CHRIS.id, registration_id, NO_ADDRESS, None).attempt
    judges.requests.given_up.add(attempt.id)
    give_up_attempt(ports, CHRIS.id, attempt.id)
    ports.at += timedelta(minutes=1)
    return attempt.id


def _pay(ports: FakePorts, bank: Bank, attempt_id: str) -> None:
    form = bank.forms[bank.reference(attempt_id)]
    answer = bank.try_card(form, ports.at, is_accepted=True, has_token=True)
    assert answer
    record_notification(ports, bank.signs_elsewhere(f"message {answer.transaction}".encode(), answer))


def _take_the_allocation_back(ports: FakePorts, before: dict[str, Instalment], attempt_id: str) -> None:
    """That release kept an old page's money beside what was owed."""
    memory = ports.memory
    memory.instalments.update(before)
    for transaction, (owner, payment) in memory.payments.items():
        if payment.attempt_id == attempt_id:
            idle = replace(payment, allocated_cents=0, order_number=None, invoice_number=None)
            memory.payments[transaction] = (owner, idle)
    for registration_id, registration in memory.registrations_by_id.items():
        memory.registrations_by_id[registration_id] = counted(registration)
