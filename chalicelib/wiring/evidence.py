"""The sources of evidence, None where the school has not configured them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.domain.evidence.sources import SourceRefused
from chalicelib.settings import StartRefused

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.evidence.guard import Guard
    from chalicelib.settings import Settings
    from chalicelib.usecases.evidence.ports import CvecSource, GrantSource
    from chalicelib.usecases.storage_ports import Limits

CVEC_A_DAY, GRANTS_A_DAY = 3000, 1000
"""The most questions of a day."""


class Sources:
    """The clients of the CVEC service and of API Particulier."""

    if TYPE_CHECKING:
        _settings: Settings
        now: Callable[[], datetime]

        @property
        def limits(self) -> Limits: ...

        def _secret(self, parameter: str, fault_of: Callable[[str], str]) -> str: ...

    @cached_property
    def cvec_source(self) -> CvecSource | None:
        from chalicelib.evidence.cvec import CvecService

        url = self._settings.cvec_url
        return CvecService(url, self._guard("cvec", CVEC_A_DAY)) if url else None

    @cached_property
    def grant_source(self) -> GrantSource | None:
        from chalicelib.evidence.api_particulier import ApiParticulier

        url, siret = self._settings.api_particulier_url, self._settings.school_siret
        if not url:
            return None
        guard = self._guard("grant", GRANTS_A_DAY)
        return ApiParticulier(url, lambda: self._grant_token, siret, guard, self._moment_of_asking)

    def _guard(self, name: str, most_a_day: int) -> Guard:
        from chalicelib.evidence.guard import Guard

        return Guard(name, most_a_day, self.limits, self._moment_of_asking)

    def _moment_of_asking(self) -> datetime:
        """Return the time of the clock as it is now: the local stack replaces the clock."""
        return self.now()

    @cached_property
    def _grant_token(self) -> str:
        try:
            return self._secret(self._settings.api_particulier_token_parameter, lambda _: "")
        except StartRefused as missing:
            raise SourceRefused from missing
