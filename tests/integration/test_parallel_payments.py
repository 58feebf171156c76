"""P9 and P20 on the real engine: many threads, real transactions, one effect."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from chalicelib.campaigns.reader import load_shipped
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.payments import Answer, Attempt, Outcome
from chalicelib.usecases.payments.choose_address import AddressChoice, AddressMode
from chalicelib.usecases.payments.reconcile_payments import reconcile_payments
from chalicelib.usecases.payments.record_notification import record_notification
from chalicelib.usecases.payments.start_card_payment import start_card_payment
from infra.local.resources import Names
from tests.fakes.ports import MANUAL_DAY, FakePorts
from tests.integration.real_engine import at_once, engine_ports, enrolled

CAMPAIGN = replace(
    load_shipped("clermont-auvergne-inp-2022"),
    numbering=replace(load_shipped("clermont-auvergne-inp-2022").numbering, first_order=1, first_invoice=1),
)
THREADS = 32


@pytest.fixture
def ports(names: Names) -> FakePorts:
    made: FakePorts = engine_ports(names, CAMPAIGN)
    return made


def started(ports: Any, rank: int) -> Attempt:
    registration = enrolled(ports, rank)
    choice = AddressChoice(AddressMode.NONE)
    return start_card_payment(ports, registration.person_id, registration.id, choice, None).attempt


def paid(ports: FakePorts, attempt: Attempt, rank: int) -> bytes:
    answer = Answer(attempt.reference, attempt.amount_cents, Outcome.PAID, "00000", f"{7000 + rank}", "1")
    return ports.gateway.says(f"paid {rank}".encode(), answer)


def same_message_everywhere(ports: FakePorts, rounds: int) -> None:
    for rank in range(1, rounds + 1):
        attempt = started(ports, rank)
        body = paid(ports, attempt, rank)
        at_once([partial(record_notification, ports, body)] * THREADS)
        account = ports.accounts.account(attempt.person_id)
        assert len(account.payments) == len(account.orders) == len(account.invoices) == 1
        assert account.invoices[0].number == rank


def many_pay_at_once(ports: FakePorts, students: int) -> None:
    bodies = [paid(ports, started(ports, rank), rank) for rank in range(1, students + 1)]
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(record_notification, ports, body) for body in bodies]:
            done.result()
    ports.move(minutes=2)
    reconcile_payments(ports)  # whoever lost every race in the crowd is kept, and applied here
    accounts = [ports.accounts.account(f"{rank:016x}") for rank in range(1, students + 1)]
    invoices = [invoice for account in accounts for invoice in account.invoices]
    assert sorted(invoice.number for invoice in invoices) == list(range(1, students + 1))
    orders = [order.number for account in accounts for order in account.orders]
    assert sorted(orders) == list(range(1, students + 1))
    assert all(account.position(MANUAL_DAY.date()).balance_cents == 0 for account in accounts)


def test_starts_at_once_leave_one_open_attempt(ports: FakePorts) -> None:
    registration = enrolled(ports, 1)

    def start(key: str | None) -> None:
        with suppress(ConcurrentUpdate):
            choice = AddressChoice(AddressMode.NONE)
            start_card_payment(ports, registration.person_id, registration.id, choice, key)

    at_once([partial(start, None if number % 2 else f"key {number}") for number in range(8)])
    account = ports.accounts.account(registration.person_id)
    assert len([each for each in account.attempts if each.is_open]) == len(account.attempts) == 1


def test_p9_same_notification_in_32_threads_has_one_effect(ports: FakePorts) -> None:
    same_message_everywhere(ports, rounds=5)


def test_p20_numbers_of_concurrent_payments_have_no_hole_and_no_double(ports: FakePorts) -> None:
    many_pay_at_once(ports, students=64)


@pytest.mark.prove
def test_p9_a_thousand_times(ports: FakePorts) -> None:
    same_message_everywhere(ports, rounds=int(os.environ.get("ROUNDS", "1000")))


@pytest.mark.prove
def test_p20_500_concurrent_payments(ports: FakePorts) -> None:
    many_pay_at_once(ports, students=500)
