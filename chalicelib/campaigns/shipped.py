from chalicelib.campaigns.reader import CampaignFileError, load_shipped, shipped_names
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.causes import CampaignUnknown


class ShippedCampaigns:
    """Campaigns by the name of their file; `current` is the one of which this deployment takes the fees."""

    def __init__(self, current: str) -> None:
        self._current = current

    def current(self) -> Campaign:
        return load_shipped(self._current)

    def get(self, campaign_id: str) -> Campaign:
        current = self.current()
        if campaign_id == current.id:
            return current
        try:
            return load_shipped(campaign_id)
        except CampaignFileError:
            raise CampaignUnknown(campaign_id) from None

    def every(self) -> tuple[Campaign, ...]:
        current = self.current()
        others = (load_shipped(name) for name in shipped_names() if name != self._current)
        return (current, *others)
