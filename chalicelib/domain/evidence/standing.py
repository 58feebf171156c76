"""What the checks of a registration amount to, for the registrar's lists and the student's page."""

from collections.abc import Iterable
from enum import StrEnum

from chalicelib.domain.campaign import Campaign, Exemption
from chalicelib.domain.evidence.checks import FINAL, EvidenceCheck, Source, Verdict
from chalicelib.domain.registration import Registration

CVEC_STEP = "cvec"
"""The previous step, in the campaign file, that an attestation of the CVEC ticks."""


class Standing(StrEnum):
    """`HELD` needs the eye of the registrar; `NONE` where nothing was asked."""

    NONE = "none"
    WAITING = "waiting"
    HELD = "held"
    VERIFIED = "verified"


def check_of(registration: Registration, source: Source) -> EvidenceCheck | None:
    return next((each for each in registration.evidence if each.source is source), None)


def is_final(check: EvidenceCheck | None) -> bool:
    return check is not None and check.verdict in FINAL


def declares_grant(registration: Registration, campaign: Campaign) -> bool:
    """Return True for a situation that the law exempts: a grant holder's (R.719-49)."""
    code = registration.fee_situation_code
    return code is not None and campaign.exemption(code) is Exemption.BY_RIGHT


def is_grant_shown(checks: Iterable[EvidenceCheck]) -> bool:
    return any(each.verdict is Verdict.GRANT_HOLDER for each in checks)


def standing(registration: Registration, campaign: Campaign) -> Standing:
    """Return what was asked of the sources amounts to.

    Verified: the attestation is valid, and a declared grant is shown by either source. Held: an answer
    contradicts the file, or shows no grant where one is declared.
    """
    checks = registration.evidence
    if not checks:
        return Standing.NONE
    if any(each.verdict is Verdict.OTHER_PERSON for each in checks):
        return Standing.HELD
    cvec = check_of(registration, Source.CVEC)
    is_valid = cvec is not None and cvec.is_verified
    is_covered = not declares_grant(registration, campaign) or is_grant_shown(checks)
    if is_valid and is_covered:
        return Standing.VERIFIED
    if any(each.verdict is Verdict.WAITING for each in checks):
        return Standing.WAITING
    return Standing.NONE if cvec is None and is_covered else Standing.HELD
