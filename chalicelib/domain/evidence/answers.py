"""What the two sources answer: only what the rules compare and keep (evidence.md)."""

from dataclasses import dataclass
from datetime import date

from chalicelib.domain.evidence.identity import ToldIdentity


@dataclass(frozen=True)
class CvecAttestation:
    """An attestation of the CVEC; `state` is its code, for example 70, valid."""

    identity: ToldIdentity
    state: int
    ine: str = ""


@dataclass(frozen=True)
class CvecUnknown:
    """No attestation has this number for this name."""


@dataclass(frozen=True)
class GrantFound:
    """A grant of the CROUS, paid for `months` from `starts_on`.

    `level` is "0bis" or "1" to "7", "" if the token's scopes leave it out. `is_holder` is False where the
    answer says that the person holds none. A provisional grant awaits its final notification.
    """

    identity: ToldIdentity
    is_holder: bool
    level: str = ""
    is_provisional: bool = False
    starts_on: date | None = None
    months: int | None = None


@dataclass(frozen=True)
class GrantNotFound:
    """No grant holder has this INE: it proves nothing."""
