"""Interfaces of the sources of evidence: the CVEC service and API Particulier (evidence.md)."""

from typing import Protocol

from chalicelib.domain.evidence.answers import CvecAttestation, CvecUnknown, GrantFound, GrantNotFound


class SourceUnavailable(Exception):
    """No clear answer: down, slow, limited, or not as promised. `retry_in` is in seconds if it was told."""

    def __init__(self, retry_in: int | None = None) -> None:
        super().__init__(retry_in)
        self.retry_in = retry_in


class SourceRefused(Exception):
    """The source refuses the school itself: its token, its rights or the request. An operator must act."""


class CvecSource(Protocol):
    def attestation(self, code: str, birth_name: str, campaign_year: int) -> CvecAttestation | CvecUnknown:
        """Ask for an attestation by its number; raise `SourceUnavailable` or `SourceRefused`."""


class GrantSource(Protocol):
    def grant(self, ine: str) -> GrantFound | GrantNotFound:
        """Ask for the grant of an INE; raise `SourceUnavailable` or `SourceRefused`."""
