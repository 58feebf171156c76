from collections.abc import Sequence

from pynamodb.transactions import TransactWrite

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.storage.audit import entry_row
from chalicelib.storage.outbox import outbox_row
from chalicelib.storage.people import person_key
from chalicelib.storage.table import Row, Table, load


def registration_row(table: Table, registration: Registration) -> Row:
    return table.new(
        person_key(registration.person_id),
        f"REGISTRATION#{registration.id}",
        registration,
        version=registration.version,
        queue_pk=_queue(registration.campaign_id, registration.status),
        queue_sk=f"{registration.holder.casefold()}#{registration.id}",
    )


def write_registration(table: Table, write: TransactWrite, registration: Registration) -> None:
    """Write the next version, over the one before it."""
    row = registration_row(table, registration)
    write.save(row, condition=table.at_version(registration.version - 1))


def require_unchanged(table: Table, write: TransactWrite, registration: Registration) -> None:
    """Let the transaction fail unless the stored version is the one that was read."""
    write.condition_check(
        table.row,
        person_key(registration.person_id),
        f"REGISTRATION#{registration.id}",
        condition=table.at_version(registration.version),
    )


def _queue(campaign_id: str, status: RegistrationStatus) -> str:
    return f"REGISTRATIONS#{campaign_id}#{status}"


class DynamoRegistrations:
    """Registrations live in their student's partition and stand in the registrar's queue by status, name."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, registration_id: str) -> Registration:
        row = self._table.get(person_key(person_of(registration_id)), f"REGISTRATION#{registration_id}")
        if row is None:
            raise NotFound
        return load(Registration, row)

    def add(self, registration: Registration) -> None:
        self._table.put(registration_row(self._table, registration), self._table.absent)

    def save(self, registration: Registration, audit: AuditEntry, outbox: OutboxEntry | None = None) -> None:
        table = self._table
        with table.transaction() as write:
            write_registration(table, write, registration)
            write.save(entry_row(table, audit), condition=table.absent)
            if outbox:
                write.save(outbox_row(table, outbox), condition=table.absent)

    def queue(
        self, campaign_id: str, status: RegistrationStatus, after: str | None
    ) -> tuple[Sequence[Registration], str | None]:
        page, cursor = self._table.page(_queue(campaign_id, status), after)
        return tuple(self._table.readable(Registration, page)), cursor
