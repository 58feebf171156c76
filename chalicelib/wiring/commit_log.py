"""The log lines of a commit: what it wrote, and what became of payments by card, debits and refunds."""

from chalicelib.domain.changes import Changes
from chalicelib.domain.payments import Attempt
from chalicelib.domain.plan.instalments import Debit
from chalicelib.domain.refunds.refund import Refund
from chalicelib.observability import logger, note_commit


def note_written(changes: Changes) -> None:
    """Log a commit, and the state of each row of money that it wrote, whoever moved it."""
    note_commit(changes)
    for row in changes.rows:
        if isinstance(row, Attempt | Debit | Refund):
            told = {type(row).__name__.lower(): row.id, "outcome": row.state.value}
            logger().info("money moved", extra=told)
