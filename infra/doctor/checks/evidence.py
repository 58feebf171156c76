"""The State's services that evidence is checked at: each is asked about nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from infra.doctor.lines import Line, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from chalicelib.domain.limits import Limit
    from chalicelib.evidence.api_particulier import ApiParticulier
    from chalicelib.evidence.cvec import CvecService
    from chalicelib.evidence.guard import Guard
    from infra.doctor.deployed import Deployed

NOBODY_CVEC, NOBODY_INE, NOBODY = "000000000000", "0000000000A", "DOCTOR"


class _Uncounted:
    """Counters that count nothing: no row is written, and an open circuit does not stop the question."""

    def take(self, _limit: Limit, _key: str, _now: datetime) -> int:
        return 0

    def remember(self, _account: str, _place: str, _until: datetime) -> None:
        """Keep nothing."""

    def known(self, _account: str, _places: Sequence[str], _now: datetime) -> Mapping[str, datetime]:
        return {}


def check(deployed: Deployed) -> Iterator[Line]:
    if not deployed.settings.cvec_url and not deployed.settings.api_particulier_url:
        yield ok("off: the registrar looks at every document")
        return
    if deployed.settings.cvec_url:
        yield _cvec(deployed)
    if deployed.settings.api_particulier_url:
        yield _grants(deployed)


def _guard(deployed: Deployed) -> Guard:
    from chalicelib.evidence.guard import Guard  # noqa: PLC0415 - only where a service is on

    return Guard("doctor", 1, _Uncounted(), deployed.now)


def _cvec(deployed: Deployed) -> Line:
    from chalicelib.domain.evidence.sources import SourceUnavailable  # noqa: PLC0415 - the same

    url, source = deployed.settings.cvec_url, cast("CvecService", deployed.services.cvec_source)
    asking = replace(source, guard=_guard(deployed))
    try:
        asking.attestation(NOBODY_CVEC, NOBODY, deployed.now().year)
    except SourceUnavailable:
        return wrong(f"the CVEC service at {url} gave no clear answer.", "Look at CvecUrl; then try later.")
    return ok(f"the CVEC service answers at {url}")


def _grants(deployed: Deployed) -> Line:
    from chalicelib.domain.evidence.sources import SourceRefused, SourceUnavailable  # noqa: PLC0415 - the same

    url, source = (
        deployed.settings.api_particulier_url,
        cast("ApiParticulier", deployed.services.grant_source),
    )
    if not deployed.settings.school_siret:
        return wrong("API Particulier needs to know who asks.", "Give the school's SIRET as SchoolSiret.")
    asking = replace(source, guard=_guard(deployed))
    try:
        asking.grant(NOBODY_INE)
    except SourceRefused:
        return wrong(
            f"API Particulier at {url} refuses the school.",
            "Its token is wrong, over, or without the right to grants; or SchoolSiret is not the school's.",
        )
    except SourceUnavailable:
        return wrong(
            f"API Particulier at {url} gave no clear answer.", "Look at ApiParticulierUrl; then try later."
        )
    return ok(f"API Particulier at {url} takes the school's token")
