"""The same suite for the queue of credits, in memory and in DynamoDB; and how old rows come into it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.storage.credits import DynamoCredits
from chalicelib.storage.kinds import row_of
from chalicelib.storage.table import Table
from infra.local.resources import Names
from infra.queue_credits import main
from tests.contract.conftest import CHRIS, FILE, Store, audit
from tests.fakes.ports import MANUAL_DAY


def payment(transaction: str, allocated_cents: int, minutes: int = 0) -> Payment:
    return Payment(
        id=f"{CHRIS.id}-t{transaction}",
        registration_id=FILE.id,
        method=PaymentMethod.CARD,
        amount_cents=60100,
        allocated_cents=allocated_cents,
        received_at=MANUAL_DAY + timedelta(minutes=minutes),
        transaction=transaction,
    )


def test_credits_wait_oldest_first_and_what_is_allocated_does_not(store: Store) -> None:
    later, part, whole = payment("7001", 0, 5), payment("7002", 100), payment("7003", 60100)
    store.commit(Changes((later, part, whole), audit=audit()))
    assert tuple(store.credits.waiting()) == (part, later)
    assert set(store.account.payments) == {later, part, whole}


def test_credits_of_everybody_wait_together(store: Store) -> None:
    other = replace(payment("7004", 0), id="00000000000000c2-t7004", registration_id="00000000000000c2-1")
    store.commit(Changes((payment("7001", 0, 1), other), audit=audit()))
    assert [each.registration_id for each in store.credits.waiting()] == [other.registration_id, FILE.id]


def test_credit_of_an_old_row_is_queued_once(names: Names, capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(names.table, "eu-west-3")
    credit, whole = payment("7001", 0), payment("7002", 60100)
    for each in (credit, whole):
        row = row_of(table, each)
        row.queue_pk = row.queue_sk = None
        table.put(row)
    credits_in_table = DynamoCredits(table)
    assert credits_in_table.waiting() == ()
    for queued in (1, 0):
        assert main(["--table", names.table, "--region", "eu-west-3"]) == 0
        assert capsys.readouterr().out.startswith(f"{queued} old credits")
    assert credits_in_table.waiting() == (credit,)
