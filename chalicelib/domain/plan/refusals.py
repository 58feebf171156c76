"""Reasons that prevent an act on a plan, a request or a debit: mostly, it is not the one that was read.

DecisionNotPossible
├── AlreadyDecided
│   └── PlanOfEnded
└── PlanActMoved
PlanNotApproved
└── RequestOutdated
PlanLocked
└── RequestMoved
    └── RequestApproved
ReleaseNotPossible
├── NothingToRelease
├── GatewayUnclear
└── ReleaseMoved
"""

from chalicelib.domain.decisions import AlreadyDecided
from chalicelib.domain.errors import DecisionNotPossible, PlanLocked, PlanNotApproved, ReleaseNotPossible


class PlanActMoved(DecisionNotPossible):
    """The plan was stopped, resumed or changed since it was read."""

    code = "plan_act_moved"


class PlanOfEnded(AlreadyDecided):
    """The registrar refused the file, or it was given up: its plan is not approved."""

    cause = "plan_ended"


class RequestOutdated(PlanNotApproved):
    """Price, parts or money received are others since the request: accounting does not approve it."""

    cause = "outdated"


class RequestMoved(PlanLocked):
    """The student asked for another plan since, or accounting decided."""

    cause = "moved"


class RequestApproved(RequestMoved):
    cause = "approved"


class NothingToRelease(ReleaseNotPossible):
    cause = "state"


class GatewayUnclear(ReleaseNotPossible):
    cause = "gateway"


class ReleaseMoved(ReleaseNotPossible):
    """The instalment waits for a decision on another debit than the one that was read."""

    cause = "moved"
