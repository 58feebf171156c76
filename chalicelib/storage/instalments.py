"""Rows of instalments, their debits and their mandates: all in their student's partition."""

from datetime import date

from pynamodb.transactions import TransactWrite

from chalicelib.domain.instalments import Debit, Instalment, InstalmentState, Mandate
from chalicelib.domain.payments import Payment
from chalicelib.storage.people import person_key
from chalicelib.storage.shards import shard_of
from chalicelib.storage.table import Table, instant

DUE = "DUE"
IN_FLIGHT = "IN_FLIGHT"
CONFLICTS = "CONFLICTS"


def debits_of(day: date) -> str:
    return f"DEBITS#{day}"


def write_instalment(table: Table, write: TransactWrite, instalment: Instalment) -> None:
    """It stands among the due while it may be debited, in flight or in conflict while that lasts."""
    queue_pk, queue_sk = _queue(instalment)
    row = table.new(
        person_key(instalment.person_id),
        f"INSTALMENT#{instalment.id}",
        instalment,
        version=instalment.version,
        queue_pk=queue_pk,
        queue_sk=queue_sk,
    )
    write.save(row, condition=table.follows(instalment.version))


def _queue(instalment: Instalment) -> tuple[str | None, str | None]:
    if instalment.is_debitable:
        return shard_of(DUE, instalment.person_id), f"{instalment.next_try_on}#{instalment.id}"
    if instalment.is_in_flight and instalment.since:
        return shard_of(IN_FLIGHT, instalment.person_id), f"{instant(instalment.since)}#{instalment.id}"
    if instalment.state is InstalmentState.CONFLICT and instalment.since:
        return shard_of(CONFLICTS, instalment.person_id), f"{instant(instalment.since)}#{instalment.id}"
    return None, None


def write_debit(table: Table, write: TransactWrite, debit: Debit) -> None:
    row = table.new(
        person_key(debit.person_id),
        f"DEBIT#{debit.id}",
        debit,
        version=debit.version,
        queue_pk=shard_of(debits_of(debit.planned_on), debit.person_id),
        queue_sk=debit.id,
    )
    write.save(row, condition=table.follows(debit.version))


def write_mandate(table: Table, write: TransactWrite, mandate: Mandate) -> None:
    partition, sk = person_key(mandate.person_id), f"MANDATE#{mandate.registration_id}"
    row = table.new(partition, sk, mandate, version=mandate.version)
    write.save(row, condition=table.follows(mandate.version))


def write_payment(table: Table, write: TransactWrite, person_id: str, payment: Payment) -> None:
    """A transaction of the gateway is booked once, whichever way it came."""
    row = table.new(person_key(person_id), f"PAYMENT#{payment.transaction}", payment)
    write.save(row, condition=table.absent)
