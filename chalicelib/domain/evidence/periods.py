"""The year of a campaign, and the grants that are of it."""

from datetime import date

from chalicelib.domain.calendar import months_after, paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.evidence.answers import GrantFound

_EARLY_MONTHS = 2
"""How long before the year a grant may begin: one of the year before begins a whole year earlier."""
_YEAR_MONTHS = 12
_LONGEST_MONTHS = 24
_SEPTEMBER = 9


def year_start(campaign: Campaign) -> date:
    """Return the first day of the campaign's year: its own, else 1 September of the year it opens."""
    return campaign.year_starts_on or date(paris_day(campaign.begins_at).year, _SEPTEMBER, 1)


def covers(grant: GrantFound, begins_on: date) -> tuple[date, date] | None:
    """Return first day and end of a grant that is of the year beginning on `begins_on`, else None.

    A grant of an earlier year answers too; one without a period proves no year.
    """
    months = grant.months or 0
    if grant.starts_on is None or not 0 < months <= _LONGEST_MONTHS:
        return None
    earliest = months_after(begins_on, -_EARLY_MONTHS)
    if not earliest <= grant.starts_on < months_after(begins_on, _YEAR_MONTHS):
        return None
    return grant.starts_on, months_after(grant.starts_on, months)
