"""The books that entries are written to, and the day on which an entry is dated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.books.chart import DEFAULT_CHART, Book
from chalicelib.domain.books.period_refusals import PeriodClosed
from chalicelib.domain.calendar import PARIS
from chalicelib.domain.campaign import Campaign


@dataclass(frozen=True)
class Ledger:
    """The school's series and chart, the moment of writing, and the first day that takes entries.

    `open_from` is None while no month was ever closed. `payer_id` names the third-party payer whose entries
    they are, "" for the student's own.
    """

    series: str
    chart: Mapping[Book, str]
    now: datetime
    open_from: date | None = None
    payer_id: str = ""

    def day(self, wanted: date) -> date:
        """Return the accounting date of what happened on a day: the first open day if its month is closed."""
        return max(wanted, self.open_from) if self.open_from else wanted


def require_open(ledger: Ledger, day: date) -> None:
    """Raise `PeriodClosed` for a day that a person gave in a closed month."""
    if ledger.open_from and day < ledger.open_from:
        raise PeriodClosed(ledger.open_from)


DRAFT = Ledger("", DEFAULT_CHART, datetime(1970, 1, 1, tzinfo=PARIS))
"""The ledger of entries that are only added up."""


def ledger_of(campaign: Campaign, now: datetime) -> Ledger:
    """Return the ledger of a campaign's school as it is now."""
    return Ledger(campaign.numbering.series, campaign.chart, now, campaign.books_open_from)
