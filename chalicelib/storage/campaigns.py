from collections.abc import Iterator, Mapping

from chalicelib.domain.campaigns.versions import CampaignRegister, CampaignText, CampaignValues
from chalicelib.domain.errors import NotFound
from chalicelib.domain.plan.plan_requests import PlanRequest, PlanRequestState
from chalicelib.domain.registration import Registration
from chalicelib.storage.keys import (
    CAMPAIGN_REGISTER,
    campaign_text_place,
    campaign_values_place,
    plan_requests_queue,
)
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.registrations import DynamoRegistrations
from chalicelib.storage.table import Table, load

CAMPAIGN_KINDS: Mapping[type, Kind] = {
    CampaignRegister: Kind(lambda _: (Place(*CAMPAIGN_REGISTER),), version=counted),
    CampaignText: Kind(lambda each: (campaign_text_place(each.campaign_id, each.number),)),
    CampaignValues: Kind(lambda each: (campaign_values_place(each.campaign_id, each.number, each.shape),)),
}


class DynamoCampaignVersions:
    """The register of all versions is one row; the text of each version is another, which never changes."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def register(self) -> CampaignRegister:
        row = self._table.get(*CAMPAIGN_REGISTER)
        return load(CampaignRegister, row) if row else CampaignRegister()

    def text(self, campaign_id: str, number: int) -> CampaignText:
        row = self._table.get(*campaign_text_place(campaign_id, number))
        if row is None:
            raise NotFound
        return load(CampaignText, row)

    def values(self, campaign_id: str, number: int, shape: int) -> CampaignValues | None:
        row = self._table.get(*campaign_values_place(campaign_id, number, shape))
        return next(self._table.readable(CampaignValues, [row] if row else []), None)


class DynamoCampaignUse:
    """Everybody of one campaign, read from the queues of the registrar and of accounting."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def registrations(self, campaign_id: str) -> Iterator[Registration]:
        return DynamoRegistrations(self._table).of_campaign(campaign_id)

    def plan_requests(self, campaign_id: str) -> Iterator[PlanRequest]:
        for state in PlanRequestState:
            rows = self._table.queue(plan_requests_queue(campaign_id, state))
            yield from self._table.readable(PlanRequest, rows)
