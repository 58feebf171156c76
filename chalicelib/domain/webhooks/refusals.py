"""The refusals of endpoints.

EndpointNotPossible
├── EndpointUrlNotValid
├── TooManyEndpoints
└── ReplayToCome
DecisionNotPossible
└── EndpointMoved
"""

from chalicelib.domain.errors import DecisionNotPossible
from chalicelib.domain.programs.refusals import ProgramNotPossible


class EndpointNotPossible(ProgramNotPossible):
    """An endpoint that is not saved, or a replay that is not begun."""

    code = "endpoint_not_possible"


class EndpointUrlNotValid(EndpointNotPossible):
    """Not the https address of a domain name."""

    cause = "url_not_valid"


class TooManyEndpoints(EndpointNotPossible):
    cause = "too_many"
    most: int


class ReplayToCome(EndpointNotPossible):
    """A replay from a moment that is still to come."""

    cause = "replay_to_come"


class EndpointMoved(DecisionNotPossible):
    """The endpoint was changed, switched or removed, or its secret rotated, since it was read."""

    code = "endpoint_moved"
