"""The sources of evidence, None where the school has not configured them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.usecases.evidence.ports import CvecSource, GrantSource


class Sources:
    """The clients of the CVEC service and of API Particulier."""

    @cached_property
    def cvec_source(self) -> CvecSource | None:
        return None

    @cached_property
    def grant_source(self) -> GrantSource | None:
        return None
