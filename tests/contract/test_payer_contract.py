"""The same suite for third-party payers, in memory and in DynamoDB: queues, and rows apart."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.invoices import Buyer, Client, Invoice, Order, Seller
from chalicelib.domain.money import FeeLine
from chalicelib.domain.payers.payer import Payer, PayerFacts, PayerKind, PayerState
from chalicelib.domain.payments import Payment, PaymentMethod
from tests.contract.conftest import FILE, Store, audit
from tests.fakes.ports import MANUAL_DAY

PLACE = PostalAddress(("2 rue de la Démonstration",), "63000", "Clermont-Ferrand", "FR")
FACTS = PayerFacts(PayerKind.COMPANY, "Démonstration", PLACE, "73282932000074", "payer@demo.test", 40000)
NAMED = Payer(f"{FILE.id}-p1", FILE.id, FACTS, "00000000000000d1", MANUAL_DAY)
LINES = (FeeLine("Part", 1, 40000),)
ORDER = Order(9358, FILE.id, date(2022, 6, 24), LINES, 40000, 40000)
OWN = Invoice(
    number=9196,
    registration_id=FILE.id,
    order_number=9357,
    issued_on=date(2022, 6, 24),
    label="Paiement",
    session="session",
    seller=Seller("École", PLACE, "130028061"),
    client=Client("Chris", "TESTCD", None),
    lines=LINES,
    exemption_mention="Non soumis",
    paid_cents=0,
    settled_on=None,
)
BUYER = Buyer(NAMED.id, "TESTCD Chris", "73282932000074", "", "", date(2022, 7, 24), "", "")
THEIRS = replace(OWN, number=9197, order_number=9358, buyer=BUYER)
PAID = Payment(
    id=f"{FILE.person_id}-m1",
    registration_id=FILE.id,
    method=PaymentMethod.TRANSFER,
    amount_cents=40000,
    allocated_cents=40000,
    received_at=MANUAL_DAY,
    order_number=9358,
    invoice_number=9197,
    reference="VIR 1",
    received_on=date(2022, 6, 24),
)


def test_payer_waits_for_its_invoice_then_for_its_day_then_for_nothing(store: Store) -> None:
    store.commit(Changes((NAMED,), audit=audit()))
    assert tuple(store.payers.of_state(PayerState.NAMED)) == (NAMED,)
    invoiced = replace(
        NAMED, state=PayerState.INVOICED, invoice_number=9197, due_on=date(2022, 7, 24), version=2
    )
    store.commit(Changes((invoiced,), audit=audit()))
    assert tuple(store.payers.of_state(PayerState.NAMED)) == ()
    assert tuple(store.payers.of_state(PayerState.INVOICED)) == (invoiced,)
    store.commit(Changes((replace(invoiced, state=PayerState.PAID, version=3),), audit=audit()))
    assert tuple(store.payers.of_state(PayerState.INVOICED)) == ()
    assert store.account.payers == (replace(invoiced, state=PayerState.PAID, version=3),)


def test_of_two_who_name_one_the_second_loses(store: Store) -> None:
    store.commit(Changes((NAMED,), audit=audit()))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((NAMED,), audit=audit()))


def test_rows_of_a_payer_are_none_of_the_students(store: Store) -> None:
    store.commit(Changes((NAMED, ORDER, OWN, THEIRS, PAID), audit=audit()))
    account = store.account
    assert (account.invoices, account.orders, account.payments) == ((OWN,), (), ())
    books = account.of_payers
    assert (books.invoices, books.orders, books.payments) == ((THEIRS,), (ORDER,), (PAID,))
    assert books.owed_cents == 0
    assert account.any_invoice(9197) == THEIRS
