from typing import Protocol

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.rehearsal import rehearsed


class Read(Protocol):
    def current(self) -> Campaign: ...

    def get(self, campaign_id: str) -> Campaign: ...

    def every(self) -> tuple[Campaign, ...]: ...

    def refresh(self) -> None: ...


class RehearsedCampaigns:
    """The campaigns of `read`, each marked as a rehearsal."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def current(self) -> Campaign:
        return rehearsed(self._read.current())

    def get(self, campaign_id: str) -> Campaign:
        return rehearsed(self._read.get(campaign_id))

    def every(self) -> tuple[Campaign, ...]:
        return tuple(rehearsed(each) for each in self._read.every())

    def refresh(self) -> None:
        self._read.refresh()
