"""What the checks of a registration amount to, for the registrar's lists and the student's page."""

from collections.abc import Mapping
from enum import StrEnum

from chalicelib.domain.campaign import Campaign, Exemption
from chalicelib.domain.evidence.checks import FINAL, VERIFIED, EvidenceCheck, Source, Verdict
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


def grant_situations(campaign: Campaign) -> frozenset[str]:
    """Return the situations that the law exempts: those of grant holders (R.719-49)."""
    return frozenset(
        code for code in campaign.fee_situations if campaign.exemption(code) is Exemption.BY_RIGHT
    )


def verdicts_of(registration: Registration) -> dict[Source, Verdict]:
    return {each.source: each.verdict for each in registration.evidence}


def is_grant_shown(verdicts: Mapping[Source, Verdict]) -> bool:
    return Verdict.GRANT_HOLDER in verdicts.values()


def standing(registration: Registration, campaign: Campaign) -> Standing:
    declared = registration.fee_situation_code in grant_situations(campaign)
    return standing_of(verdicts_of(registration), is_grant_declared=declared)


def standing_of(verdicts: Mapping[Source, Verdict], *, is_grant_declared: bool) -> Standing:
    """Return what the answers amount to.

    Verified: the attestation is valid, and a declared grant is shown by either source. Held: an answer
    contradicts the file, or shows no grant where one is declared.
    """
    if not verdicts:
        return Standing.NONE
    if Verdict.OTHER_PERSON in verdicts.values():
        return Standing.HELD
    is_covered = not is_grant_declared or is_grant_shown(verdicts)
    if verdicts.get(Source.CVEC) in VERIFIED and is_covered:
        return Standing.VERIFIED
    if Verdict.WAITING in verdicts.values():
        return Standing.WAITING
    return Standing.NONE if Source.CVEC not in verdicts and is_covered else Standing.HELD
