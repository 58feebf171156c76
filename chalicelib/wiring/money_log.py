"""A log line for each payment by card, debit and refund that a commit moves, whoever moved it."""

from chalicelib.domain.changes import Changes
from chalicelib.domain.payments import Attempt
from chalicelib.domain.plan.instalments import Debit
from chalicelib.domain.refunds.refund import Refund
from chalicelib.observability import logger
from chalicelib.usecases.storage_ports import Store


class LoggedStore:
    """A store that logs what it has written; what was refused is not logged."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def commit(self, changes: Changes) -> None:
        self._store.commit(changes)
        for row in changes.rows:
            if isinstance(row, Attempt | Debit | Refund):
                told = {type(row).__name__.lower(): row.id, "outcome": row.state.value}
                logger().info("money moved", extra=told)
