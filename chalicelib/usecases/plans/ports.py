"""Interfaces that plan requests need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.audit.ports import ActPorts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.plan.plan_requests import PlanRequest, PlanRequestState
    from chalicelib.usecases.ports import Campaigns
    from chalicelib.usecases.storage_ports import Accounts


class PlanRequests(Protocol):
    def queue(
        self, campaign_id: str, state: PlanRequestState, after: str | None
    ) -> tuple[Sequence[PlanRequest], str | None]:
        """Return one page of the accountant's queue, oldest request first, and the next page's cursor."""


class PlanPorts(ActPorts, Protocol):
    """The ports of plan requests."""

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def plan_requests(self) -> PlanRequests: ...
