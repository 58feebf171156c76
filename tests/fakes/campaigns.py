"""The versions of campaigns in memory, and the rows that use a campaign."""

from collections.abc import Iterator

from chalicelib.domain.campaigns.versions import CampaignRegister, CampaignText, CampaignValues
from chalicelib.domain.errors import NotFound
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.registration import Registration
from tests.fakes.storage import Memory


class MemoryCampaignVersions:
    def __init__(self, memory: Memory) -> None:
        self._m = memory
        self.reads = 0

    def register(self) -> CampaignRegister:
        self.reads += 1
        return self._m.campaign_registers.get("register", CampaignRegister())

    def text(self, campaign_id: str, number: int) -> CampaignText:
        if (campaign_id, number) not in self._m.campaign_texts:
            raise NotFound
        return self._m.campaign_texts[campaign_id, number]

    def values(self, campaign_id: str, number: int, shape: int) -> CampaignValues | None:
        return self._m.campaign_values.get((campaign_id, number, shape))


class MemoryCampaignUse:
    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def registrations(self, campaign_id: str) -> Iterator[Registration]:
        rows = self._m.registrations_by_id.values()
        return (each for each in rows if each.campaign_id == campaign_id)

    def plan_requests(self, campaign_id: str) -> Iterator[PlanRequest]:
        return (each for each in self._m.plan_requests.values() if each.campaign_id == campaign_id)
