"""The figures of money. Amounts are integer cents."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from chalicelib.web.schemas.models import Query, View
from chalicelib.web.schemas.texts import FIRST_DAY, LAST_DAY, Day


class FiguresQuery(Query):
    """The Paris day at the end of which the journal is read, today by default."""

    as_of: Annotated[Day, Field(ge=FIRST_DAY, le=LAST_DAY)] | None = None


class FigureView(View):
    """A figure: `href` is its list, `how` the way it is computed."""

    key: str
    label: str
    amount_cents: int
    href: str
    how: str


class DayView(View):
    """One day: `received` by the book in which the money arrived, in cents."""

    day: date
    received: Mapping[str, int]
    given_back_cents: int
    taken_back_cents: int


class FiguresView(View):
    as_of: date
    items: Sequence[FigureView]
    days: Sequence[DayView]
