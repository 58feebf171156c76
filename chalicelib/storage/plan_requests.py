from collections.abc import Sequence

from chalicelib.domain.plan.plan_requests import PlanRequest, PlanRequestState
from chalicelib.storage.keys import plan_requests_queue
from chalicelib.storage.table import Table


class DynamoPlanRequests:
    """Requests are in their student's partition and in the accountant's queue, by state and age."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def queue(
        self, campaign_id: str, state: PlanRequestState, after: str | None
    ) -> tuple[Sequence[PlanRequest], str | None]:
        page, cursor = self._table.page(plan_requests_queue(campaign_id, state), after)
        return tuple(self._table.readable(PlanRequest, page)), cursor
