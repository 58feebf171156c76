"""Interfaces of the sources of evidence: the CVEC service and API Particulier (evidence.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.usecases.limits.ports import LimitPorts
from chalicelib.usecases.registrations.ports import RegistrationPorts

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.evidence.answers import CvecAttestation, CvecUnknown, GrantFound, GrantNotFound
    from chalicelib.usecases.identities.ports import Identities
    from chalicelib.usecases.isolation import FailureAlarm


class CvecSource(Protocol):
    def attestation(self, code: str, birth_name: str, campaign_year: int) -> CvecAttestation | CvecUnknown:
        """Ask for an attestation by its number; raise `SourceUnavailable` or `SourceRefused`."""


class GrantSource(Protocol):
    def grant(self, ine: str) -> GrantFound | GrantNotFound:
        """Ask for the grant of an INE; raise `SourceUnavailable` or `SourceRefused`."""


class EvidencePorts(LimitPorts, RegistrationPorts, Protocol):
    """The ports of checking evidence; a source is None where the school has not configured it."""

    @property
    def cvec_source(self) -> CvecSource | None: ...

    @property
    def grant_source(self) -> GrantSource | None: ...

    @property
    def identities(self) -> Identities: ...

    @property
    def alarms(self) -> FailureAlarm: ...

    @property
    def pause(self) -> Callable[[int], None]: ...
