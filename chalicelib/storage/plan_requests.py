from collections.abc import Sequence

from pynamodb.transactions import TransactWrite

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.plan_requests import PlanRequest, PlanRequestState
from chalicelib.domain.registration import Registration
from chalicelib.storage.audit import entry_row
from chalicelib.storage.outbox import outbox_row
from chalicelib.storage.people import person_key
from chalicelib.storage.registrations import require_unchanged
from chalicelib.storage.table import Table, instant


def write_plan_request(table: Table, write: TransactWrite, request: PlanRequest) -> None:
    row = table.new(
        person_key(request.person_id),
        f"PLAN_REQUEST#{request.registration_id}",
        request,
        version=request.version,
        queue_pk=_queue(request.campaign_id, request.state),
        queue_sk=f"{instant(request.requested_at)}#{request.registration_id}",
    )
    write.save(row, condition=table.follows(request.version))


def _queue(campaign_id: str, state: PlanRequestState) -> str:
    return f"PLAN_REQUESTS#{campaign_id}#{state}"


class DynamoPlanRequests:
    """Requests live in their student's partition and stand in the accountant's queue by state, by age."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def save(
        self,
        request: PlanRequest,
        registration: Registration,
        audit: AuditEntry,
        outbox: OutboxEntry | None = None,
    ) -> None:
        with self._table.transaction() as write:
            write_plan_request(self._table, write, request)
            require_unchanged(self._table, write, registration)
            write.save(entry_row(self._table, audit), condition=self._table.absent)
            if outbox:
                write.save(outbox_row(self._table, outbox), condition=self._table.absent)

    def queue(
        self, campaign_id: str, state: PlanRequestState, after: str | None
    ) -> tuple[Sequence[PlanRequest], str | None]:
        page, cursor = self._table.page(_queue(campaign_id, state), after)
        return tuple(self._table.readable(PlanRequest, page)), cursor
