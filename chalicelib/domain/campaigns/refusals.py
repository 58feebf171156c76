"""Refusals of a campaign file, and of a decision on it.

QuittanceError
└── CampaignNotPossible
    ├── CampaignFileRefused
    ├── CampaignNotText
    ├── CampaignTooLong
    ├── CampaignNotNamed
    ├── CampaignSeriesChanged
    ├── CampaignPartInUse
    ├── CampaignBackdated
    └── CampaignUnchanged
AlreadyDecided
└── VersionDecided
"""

from datetime import date

from chalicelib.domain.decisions import AlreadyDecided
from chalicelib.domain.errors import QuittanceError


class CampaignNotPossible(QuittanceError):
    """The file cannot become a version of this campaign."""

    code = "campaign_not_possible"


class CampaignFileRefused(CampaignNotPossible):
    """The file breaks rules; `errors` has the place (file, line, path) and the sentence of each."""

    code = "campaign_file_refused"
    errors: tuple[tuple[str, str], ...]

    @property
    def count(self) -> int:
        return len(self.errors)


class CampaignNotText(CampaignNotPossible):
    """The file is not UTF-8."""

    code = "campaign_not_text"


class CampaignTooLong(CampaignNotPossible):
    code = "campaign_too_long"
    most_kib: int


class CampaignNotNamed(CampaignNotPossible):
    """The file names another campaign than the address."""

    code = "campaign_not_named"
    named: str
    asked: str


class CampaignSeriesChanged(CampaignNotPossible):
    """Document numbers would begin again in another series."""

    code = "campaign_series_changed"
    before: str
    after: str


class CampaignPartInUse(CampaignNotPossible):
    """`parts` are programmes, situations and plans in use that the file no longer has."""

    code = "campaign_part_in_use"
    parts: tuple[str, ...]

    @property
    def named(self) -> str:
        return ", ".join(self.parts)


class CampaignBackdated(CampaignNotPossible):
    """The version would hold from a past day and price again what is invoiced."""

    code = "campaign_backdated"
    holds_on: date


class CampaignUnchanged(CampaignNotPossible):
    code = "campaign_unchanged"


class VersionDecided(AlreadyDecided):
    cause = "campaign_version"
