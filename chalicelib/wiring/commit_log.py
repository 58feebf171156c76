"""The log lines of a commit: what it wrote, and what became of payments by card, debits and refunds."""

from chalicelib.domain.changes import Changes
from chalicelib.domain.payments import Attempt
from chalicelib.domain.plan.instalments import Debit
from chalicelib.domain.refunds.refund import Refund
from chalicelib.observability import logger


def note_commit(changes: Changes) -> None:
    """Log what a commit wrote: the audited act, kind and id of each row, and the state of a row of money."""
    act = {"act": changes.audit.act.value} if changes.audit else {}
    logger().info("committed", extra={**act, "written": list(changes.names)})
    for row in changes.rows:
        if isinstance(row, Attempt | Debit | Refund):
            told = {type(row).__name__.lower(): row.id, "outcome": row.state.value}
            logger().info("money moved", extra=told)
