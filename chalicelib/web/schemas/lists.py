"""Requests and responses of the staff's lists of registrations. Amounts are integer cents."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.lists.filters import Anomaly, Filter, Paid, Sort
from chalicelib.domain.lists.search import Why
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.web.schemas.models import ListQuery, Query, View
from chalicelib.web.schemas.registrations import CodeLabel

Code = Annotated[str, StringConstraints(min_length=1, max_length=100)]
LAST_PAGE = 100_000


class RegistrationsQuery(Query):
    """Filters, search and order; those that are missing let everything pass.

    `campaign` is a campaign id; the current campaign by default.
    """

    campaign: Code | None = None
    status: RegistrationStatus | None = None
    programme: Annotated[str, StringConstraints(max_length=100)] | None = None
    situation: Code | None = None
    paid: Paid | None = None
    anomaly: Anomaly | None = None
    q: Annotated[str, StringConstraints(max_length=100)] | None = None
    sort: Sort = Sort.NAME

    @property
    def wanted(self) -> Filter:
        return Filter(self.status, self.programme or None, self.situation, self.paid, self.anomaly, self.sort)


class RegistrationPageQuery(RegistrationsQuery, ListQuery):
    """A page by its number, or `after` the cursor of the page before."""

    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] = 1


class Match(View):
    """What of the file was found: its kind, and the number, mail or amount in cents; "" for a name."""

    why: Why
    value: str


class NearMissView(View):
    word: str
    files: int


class QueueEntry(View):
    """One registration in a list. `partial` ones are not read whole yet: their amounts are unknown.

    A decision that sends `seen_hash` is refused once status, reason, situation, or the amount owed or
    received is another (more received prevents no validation); a block set or lifted with `block_hash`,
    once another stands.
    """

    id: str
    holder: str
    programme: CodeLabel
    status: RegistrationStatus
    status_label: str
    reason: str
    fee_situation: CodeLabel | None
    seen_steps: Sequence[str]
    paid: bool
    blocked: bool
    block_reason: str
    email: str
    birth_on: date | None
    owed_cents: int | None
    paid_cents: int
    rest_cents: int
    credit_cents: int
    paid_state: Paid
    anomalies: Sequence[Anomaly]
    match: Match | None
    partial: bool
    seen_hash: str
    block_hash: str


class QueuePage(View):
    """One page. `first` is the number of its first entry, `near` are words close to what found nothing.

    `waiting` accounts have just changed: their entries show what was before.
    """

    items: Sequence[QueueEntry]
    first: int
    total: int
    near: Sequence[NearMissView]
    waiting: int
    next: str | None
