"""The brakes of operations, in memory and in DynamoDB, and how long a process trusts what it read of them."""

from datetime import timedelta

import pytest

from chalicelib.domain.brakes.brake import AppliedBrake, Brake, Brakes, put_on, released
from chalicelib.domain.campaign import Text
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.storage.brakes.brakes import RECENT_SECONDS, DynamoBrakes
from chalicelib.storage.store import DynamoStore
from chalicelib.storage.table import Table
from infra.local.resources import Names
from tests.contract.conftest import Store, audit
from tests.fakes.ports import MANUAL_DAY

DEBITS = AppliedBrake(Brake.DEBITS, MANUAL_DAY, "wrong tariff")
PORTAL = AppliedBrake(Brake.PORTAL, MANUAL_DAY, "restore", Text("Reprise à 14 h.", "Back at 2 pm."))


def test_stack_without_the_row_has_no_brake_on(store: Store) -> None:
    assert store.brakes.current() == Brakes()


def test_brakes_are_kept_as_they_were_put_on_and_released(store: Store) -> None:
    both = put_on(put_on(Brakes(), DEBITS), PORTAL)
    store.commit(Changes((put_on(Brakes(), DEBITS),), audit=audit()))
    store.commit(Changes((both,), audit=audit()))
    assert store.brakes.current() == both
    left = released(both, Brake.DEBITS, MANUAL_DAY + timedelta(hours=1))
    store.commit(Changes((left,), audit=audit()))
    assert store.brakes.current() == left
    assert (left.applied, left.debits_released_at) == ((PORTAL,), MANUAL_DAY + timedelta(hours=1))


def test_of_two_commands_at_once_one_writes(store: Store) -> None:
    store.commit(Changes((put_on(Brakes(), DEBITS),), audit=audit()))
    with pytest.raises(ConcurrentUpdate):
        store.commit(Changes((put_on(Brakes(), PORTAL),), audit=audit()))
    assert store.brakes.current().applied == (DEBITS,)


def test_process_reads_them_again_after_some_seconds_only(names: Names) -> None:
    """`recent` asks the table once in a while; what decides about money asks each time."""
    table, seconds = Table(names.table, "eu-west-3"), [100.0]
    brakes = DynamoBrakes(table, lambda: seconds[0])
    assert brakes.recent() == Brakes()
    on = put_on(Brakes(), PORTAL)
    DynamoStore(table).commit(Changes((on,), audit=audit()))
    seconds[0] += RECENT_SECONDS - 1
    assert brakes.recent() == Brakes()
    seconds[0] += 1
    assert brakes.recent() == on
    off = released(on, Brake.PORTAL, MANUAL_DAY)
    DynamoStore(table).commit(Changes((off,), audit=audit()))
    assert (brakes.recent(), brakes.current(), brakes.recent()) == (on, off, off)
