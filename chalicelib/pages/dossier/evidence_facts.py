"""What menu 1 shows of the evidence that is checked at its sources."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.evidence.checks import Source
from chalicelib.domain.evidence.standing import (
    check_of,
    grant_situations,
    is_final,
    is_grant_shown,
    verdicts_of,
)
from chalicelib.domain.registration import RegistrationStatus
from chalicelib.pages.page_request import PageRequest
from chalicelib.portal.evidence import words

FIELDS = ("number", "birth_name", "ine")


def evidence_facts(page_request: PageRequest, mistakes: Mapping[str, str]) -> dict[str, Any]:
    """Return the checks, and which forms are shown: of a source that is on, until its answer is for good."""
    registration, ports = page_request.registration, page_request.ports
    is_open = registration.status is RegistrationStatus.PRE_REGISTERED
    is_declared = registration.fee_situation_code in grant_situations(page_request.file.campaign)
    cvec = is_open and ports.cvec_source is not None
    is_asked = is_declared and not is_grant_shown(verdicts_of(registration))
    grant = is_open and is_asked and ports.grant_source is not None
    asks_cvec = cvec and not is_final(check_of(registration, Source.CVEC))
    asks_grant = grant and not is_final(check_of(registration, Source.GRANT))
    return {
        "shown": bool(registration.evidence or asks_cvec or asks_grant),
        "checks": registration.evidence,
        "asks_cvec": asks_cvec,
        "asks_grant": asks_grant,
        "words": words,
        "typed": {name: page_request.field(name) if mistakes else "" for name in FIELDS},
        "mistakes": mistakes,
    }
