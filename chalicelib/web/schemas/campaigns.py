"""Requests and responses of the API about campaigns. Amounts are integer cents."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from chalicelib.domain.campaigns.versions import VersionState
from chalicelib.web.schemas.models import Body, Query, View
from chalicelib.web.schemas.texts import FIRST_DAY, LAST_DAY, Day, Short


class LoadQuery(Query):
    """`holds_on` is the Paris day from which the version shall hold; without one, from its application."""

    dry_run: bool = False
    holds_on: Annotated[Day, Field(ge=FIRST_DAY, le=LAST_DAY)] | None = None


class TariffChangeView(View):
    """A changed price; null where there was or will be none. Invoiced files stay as they are.

    `asked` counts the declared files with a plan that has not begun: they must ask for it again.
    """

    programme: str
    fee_situation: str
    before_cents: int | None
    after_cents: int | None
    declared: int
    invoiced: int
    asked: int


class CampaignChanges(View):
    """What a version changes against the one that holds: codes of plans and programmes, other keys."""

    is_new: bool
    tariffs: Sequence[TariffChangeView]
    plans: Sequence[str]
    programmes: Sequence[str]
    windows: bool
    others: Sequence[str]
    declared: int
    invoiced: int
    asked: int


class CampaignVersionView(View):
    campaign: str
    number: int
    label: str
    digest: str
    begins_at: datetime
    holds_from: datetime
    loaded_by: str
    loaded_at: datetime
    state: VersionState
    decided_by: str
    decided_at: datetime | None


class LoadReport(View):
    """`version` is null after a dry run, which stores nothing."""

    campaign: str
    number: int
    changes: CampaignChanges
    version: CampaignVersionView | None


class CampaignView(View):
    """One campaign with its versions, latest first; `holds` is the number of the one that holds."""

    id: str
    label: str
    is_current: bool
    holds: int | None
    versions: Sequence[CampaignVersionView]


class CampaignList(View):
    items: Sequence[CampaignView]
    next: None = None


class VersionDetail(View):
    """A version with its file; `changes` is null once it is decided."""

    version: CampaignVersionView
    changes: CampaignChanges | None
    text: str


class VersionDecision(StrEnum):
    APPLY = "apply"
    REFUSE = "refuse"


class VersionDecisionRequest(Body):
    decision: VersionDecision


class ExemptionsQuery(Query):
    campaign: Short | None = None


class ExemptionsView(View):
    """`base` is `registered` less `by_right`; `most` is the cap of exemptions by decision."""

    campaign: str
    registered: int
    by_right: int
    by_decision: int
    base: int
    most: int
    percent: Decimal
    is_over: bool
