"""Requests and responses of the API about reconciliations.

Amounts are signed cents, of the books less the other party.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.reconciliation.exports import Why
from chalicelib.domain.reconciliation.policies import DifferenceState, FindingKind, Policy
from chalicelib.web.schemas.models import Body, ListQuery, Query, View
from chalicelib.web.schemas.texts import FIRST_DAY, LAST_DAY, Day, Reason

RemittanceNumber = Annotated[str, StringConstraints(min_length=1, max_length=32)]


class RunsQuery(ListQuery):
    policy: Policy


class RunOrder(Body):
    """A day that is over: YYYY-MM-DD."""

    policy: Annotated[Policy, Field(strict=False)]
    day: Annotated[Day, Field(ge=FIRST_DAY, le=LAST_DAY)]


class FindingView(View):
    kind: FindingKind
    subject: str
    cents: int
    registration: str


class RunView(View):
    """One run, never changed: `closes` says that all was compared and each difference has its explanation."""

    id: str
    policy: Policy
    day: date
    at: datetime
    by: str
    checked: int
    left: int
    found: int
    found_cents: int
    unexplained: int
    unexplained_cents: int
    closes: bool
    source: str
    findings: Sequence[FindingView]


class RunList(View):
    items: Sequence[RunView]
    next: str | None


class DifferencesQuery(ListQuery):
    state: DifferenceState = DifferenceState.UNEXPLAINED


class DifferenceView(View):
    """`age_days` counts from the day on which a run first found it."""

    id: str
    policy: Policy
    kind: FindingKind
    subject: str
    cents: int
    registration: str
    state: DifferenceState
    found_on: date
    age_days: int
    owner: str
    explanation: str
    explained_by: str
    explained_at: datetime | None
    settled_on: date | None


class DifferenceList(View):
    """The differences in a state, and the count, sum and oldest day of the unexplained ones."""

    items: Sequence[DifferenceView]
    next: str | None
    unexplained: int
    unexplained_cents: int
    oldest_on: date | None


class ExplanationOrder(Body):
    """`seen_cents` is the amount that was seen: another one is not explained."""

    text: Reason
    seen_cents: Annotated[int, Field(ge=-(10**12), le=10**12)]


class ExportQuery(Query):
    month: Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")] | None = None


class LeftLineView(View):
    row: int
    why: Why
    told: str


class ComparedExportView(View):
    """The run of a file, its lines that were left out, and its accepted lines without a remittance."""

    run: RunView
    left: Sequence[LeftLineView]
    without_remittance: int
    without_remittance_cents: int


class RemittanceView(View):
    number: str
    contract: str
    day: date
    count: int
    cents: int
    told_count: int | None
    told_cents: int | None
    credited_on: date | None
    credited_cents: int
    fee_cents: int
    statement_line: str


class RemittanceList(View):
    """All that the bank has not credited, and a page of those it has, newest first."""

    open: Sequence[RemittanceView]
    items: Sequence[RemittanceView]
    next: str | None


class CreditOrder(Body):
    """The remittances that a statement line is; what it lacks of their sum is the bank's fee."""

    numbers: Annotated[list[RemittanceNumber], Field(min_length=1, max_length=20)]
