"""The same suite for what the bank took back and for what is late, in memory and in DynamoDB."""

from dataclasses import replace
from datetime import date

from chalicelib.domain.changes import Changes
from chalicelib.domain.collection.disputes import Dispute, DisputeReason, DisputeStage
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from tests.contract.conftest import CHRIS, FILE, Store, audit
from tests.contract.test_credit_contract import payment
from tests.fakes.ports import MANUAL_DAY

CHEQUE = Payment(
    id=f"{CHRIS.id}-m1",
    registration_id=FILE.id,
    method=PaymentMethod.CHEQUE,
    amount_cents=60100,
    allocated_cents=60100,
    received_at=MANUAL_DAY,
    reference="0012345",
    received_on=date(2022, 6, 23),
)
OPEN = Dispute(DisputeReason.FRAUDULENT, date(2022, 8, 1), MANUAL_DAY)


def bounced(paid: Payment, on: date, dispute: Dispute | None = None) -> Payment:
    return replace(paid, allocated_cents=0, bounced_cents=60100, bounced_on=on, dispute=dispute)


def test_payments_without_a_transaction_are_kept_apart_by_their_id(store: Store) -> None:
    other = replace(CHEQUE, id=f"{CHRIS.id}-m2", reference="2")
    store.commit(Changes((CHEQUE, other), audit=audit()))
    assert set(store.account.payments) == {CHEQUE, other}


def test_open_disputes_come_first_by_their_last_day_then_the_others(store: Store) -> None:
    cheque = bounced(CHEQUE, date(2022, 6, 30))
    later = bounced(payment("7001", 0), date(2022, 6, 25), OPEN)
    sooner = bounced(payment("7002", 0), date(2022, 6, 28), replace(OPEN, due_on=date(2022, 7, 1)))
    lost = bounced(payment("7003", 0), date(2022, 6, 26), replace(OPEN, stage=DisputeStage.LOST))
    kept = payment("7004", 60100)
    store.commit(Changes((cheque, later, sooner, lost, kept), audit=audit()))
    found, cursor = store.unpaid.listed(None)
    assert (tuple(found), cursor) == ((sooner, later, lost, cheque), None)


def test_late_instalments_wait_for_the_student_alone(store: Store) -> None:
    due = Instalment(FILE.id, CHRIS.id, 2, date(2022, 7, 10), 20031, "hash", date(2022, 7, 10))
    states = (InstalmentState.ARREARS, InstalmentState.NEEDS_PAYER, InstalmentState.DUE, InstalmentState.PAID)
    rows = [
        replace(due, rank=rank, state=state, since=MANUAL_DAY) for rank, state in enumerate(states, start=2)
    ]
    store.commit(Changes(tuple(rows), audit=audit()))
    assert sorted(each.rank for each in store.unpaid.late()) == [2, 3]
    assert sorted(each.rank for each in store.unpaid.awaited()) == [2, 3, 4]
