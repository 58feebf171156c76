"""Requests and responses of decisions on many files, and of the counters of a desk."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.lists.counters import Counting
from chalicelib.domain.plan.plan_requests import PlanDecision
from chalicelib.domain.registration import Decision
from chalicelib.usecases.lists.decide_many import MOST
from chalicelib.web.schemas.models import Body, View
from chalicelib.web.schemas.texts import Reason, Short

Id = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=MOST)]


class ManyDecisions(Body):
    """One decision on many registrations, at most 100 of them.

    `seen_hashes` may give the `seen_hash` of a file by its id: it is refused if another decision
    stands, another situation is declared, or another amount owed or received, now, and no other with it;
    more received prevents no validation.
    """

    ids: Ids
    decision: Decision
    reason: Reason = ""
    seen_hashes: Annotated[dict[Id, Short], Field(default_factory=dict, max_length=MOST)]


class ManyPlanDecisions(Body):
    """One decision on the requests of many registrations, at most 100 of them.

    `checks_hashes` may give the `checks_hash` of a request by its registration's id: it is refused if another
    plan is asked for now, or a check has another result, and no other with it; one that is fulfilled since
    prevents no approval. `schedule_hashes`, in their place, tell the plan and none of the checks.
    """

    ids: Ids
    decision: PlanDecision
    reason: Reason = ""
    checks_hashes: Annotated[dict[Id, Short], Field(default_factory=dict, max_length=MOST)]
    schedule_hashes: Annotated[dict[Id, Short], Field(default_factory=dict, max_length=MOST)]


class DecisionResult(View):
    """The result for one file: `code` and `detail` are those of its refusal, null if it is done."""

    id: str
    done: bool
    code: str | None
    detail: str | None


class DecisionResults(View):
    items: Sequence[DecisionResult]
    done: int
    refused: int
    next: None = None


class CounterView(View):
    """A counter: `href` is its list, `how` the way it is computed."""

    key: Counting
    label: str
    count: int
    amount_cents: int | None
    day: date | None
    href: str
    how: str


class Desk(View):
    items: Sequence[CounterView]
    next: None = None
