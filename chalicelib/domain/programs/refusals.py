"""The refusals of service keys.

InvalidCredentials
└── KeyNotValid
Forbidden
├── KeyElsewhere
└── KeyBeyondScope
TooManyAttempts
└── KeyTooFast
ProgramNotPossible
├── KeyNotPossible
│   ├── KeyLivesTooLong
│   ├── KeyNetworkNotValid
│   ├── KeysTooMany
│   └── KeyBeyondOwner
└── EndpointNotPossible    (its kinds are in webhooks/refusals.py)
DecisionNotPossible
└── KeyMoved
"""

from chalicelib.domain.errors import (
    DecisionNotPossible,
    Forbidden,
    InvalidCredentials,
    QuittanceError,
    TooManyAttempts,
)


class KeyNotValid(InvalidCredentials):
    """Unknown, expired, revoked, or of an owner who left: the caller is not told which."""

    code = "key_not_valid"


class KeyElsewhere(Forbidden):
    """Used from another network than those it is for."""

    code = "key_elsewhere"


class KeyBeyondScope(Forbidden):
    """Another action than those of its scopes, or an act: a key only reads."""

    code = "key_beyond_scope"


class KeyTooFast(TooManyAttempts):
    code = "key_too_fast"


class ProgramNotPossible(QuittanceError):
    """Something for a program that is not made."""


class KeyNotPossible(ProgramNotPossible):
    """A key that is not made."""

    code = "key_not_possible"


class KeyLivesTooLong(KeyNotPossible):
    cause = "lives_too_long"
    days: int


class KeyNetworkNotValid(KeyNotPossible):
    cause = "network_not_valid"
    network: str


class KeysTooMany(KeyNotPossible):
    cause = "many"
    most: int


class KeyBeyondOwner(KeyNotPossible):
    cause = "beyond_owner"
    scope: str


class KeyMoved(DecisionNotPossible):
    """The key was rolled or revoked since it was read, or since its form made it."""

    code = "key_moved"
