"""Requests and responses of the API about who held which role on a day."""

from collections.abc import Sequence
from datetime import date, datetime

from chalicelib.web.schemas.models import Query, View
from chalicelib.web.schemas.texts import Day


class RightsQuery(Query):
    day: Day | None = None


class RightView(View):
    """`is_told`: the audit trail tells of it; else it is older than the trail, as it is today."""

    person: str
    name: str
    roles: Sequence[str]
    is_active: bool
    since: datetime | None
    by: str
    is_told: bool


class RightList(View):
    day: date
    items: Sequence[RightView]
