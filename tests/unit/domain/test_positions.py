"""The account position of menu 5 while a plan runs."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.invoices import Client, Invoice, Order, Seller
from chalicelib.domain.money import FeeLine
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.people import Person, Role
from chalicelib.domain.plan.instalments import Instalment, InstalmentState

PAID_AT = datetime(2022, 6, 24, 23, 30, tzinfo=PARIS)
WHOLE = FeeLine("Droits de scolarité", 1, 60100)
ORDER = Order(9357, "p-1", date(2022, 6, 24), (WHOLE,), 60100, 60100)
PARTY = PostalAddress(("1 rue",), "63000", "Clermont-Ferrand", "FR")
INVOICE = Invoice(
    number=9196,
    registration_id="p-1",
    order_number=9357,
    issued_on=date(2022, 6, 24),
    label="Paiement en ligne",
    session="x",
    seller=Seller("School", PARTY, "000000000"),
    client=Client("Chris", "TESTCD", None),
    lines=(WHOLE,),
    exemption_mention="",
    paid_cents=20031,
    settled_on=None,
)
FIRST = Payment("p-t1", "p-1", PaymentMethod.CARD, 20031, 20031, PAID_AT, order_number=9357)


def instalment(rank: int, due_on: date, cents: int) -> Instalment:
    return Instalment("p-1", "p", rank, due_on, cents, "hash", due_on)


SECOND, THIRD = instalment(2, date(2022, 7, 10), 20031), instalment(3, date(2022, 8, 10), 20038)
ACCOUNT = Account(
    Person("p", "student@demo.test", "Chris", "TESTCD", frozenset({Role.STUDENT})),
    orders=(ORDER,),
    invoices=(INVOICE,),
    payments=(FIRST,),
    instalments=(SECOND, THIRD),
)


def positions(account: Account, today: date) -> tuple[int, int]:
    position = account.position(today)
    return position.balance_cents, position.position_cents


def test_healthy_plan_owes_nothing_today() -> None:
    assert positions(ACCOUNT, date(2022, 6, 24)) == (40069, 0)


def test_instalment_is_payable_from_its_day_on() -> None:
    assert positions(ACCOUNT, date(2022, 7, 9)) == (40069, 0)
    assert positions(ACCOUNT, date(2022, 7, 10)) == (40069, 20031)


@pytest.mark.parametrize(
    "late",
    [
        replace(SECOND, tries=1, next_try_on=date(2022, 7, 13)),
        replace(SECOND, state=InstalmentState.NEEDS_PAYER),
        replace(SECOND, state=InstalmentState.ARREARS),
        replace(SECOND, state=InstalmentState.UNKNOWN),
    ],
)
def test_refused_or_uncertain_instalment_is_payable_at_once(late: Instalment) -> None:
    account = replace(ACCOUNT, instalments=(late, THIRD))
    assert positions(account, date(2022, 7, 11)) == (40069, 20031)


def test_arrears_are_those_whose_every_try_failed() -> None:
    late = replace(SECOND, state=InstalmentState.ARREARS)
    assert (ACCOUNT.arrears_cents, replace(ACCOUNT, instalments=(late, THIRD)).arrears_cents) == (0, 20031)


def test_order_is_settled_on_the_paris_day_its_payments_reach_the_total() -> None:
    assert ACCOUNT.settled_on(9357, 60100) is None
    rest = replace(
        FIRST,
        id="p-t2",
        amount_cents=40069,
        allocated_cents=40069,
        received_at=datetime.fromisoformat("2022-08-09T22:30:00+00:00"),
    )
    assert replace(ACCOUNT, payments=(FIRST, rest)).settled_on(9357, 60100) == date(2022, 8, 10)


def test_order_nobody_paid_towards_is_settled_by_nothing() -> None:
    assert ACCOUNT.settled_on(1, 0) is None


def test_what_was_paid_towards_an_invoice_leaves_out_the_rest() -> None:
    theirs = replace(FIRST, invoice_number=9196)
    overpaid = replace(FIRST, id="p-t2", allocated_cents=0)
    assert replace(ACCOUNT, payments=(theirs, overpaid)).paid_cents(INVOICE) == 20031
