"""A check written on its registration."""

from dataclasses import replace

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.evidence.checks import EvidenceCheck, Source
from chalicelib.domain.evidence.standing import CVEC_STEP
from chalicelib.domain.registration import Registration


def with_check(registration: Registration, check: EvidenceCheck, campaign: Campaign) -> Registration:
    """Return the next version with a check in place of the one before; a valid attestation ticks its step.

    A step that was ticked stays so: the registrar alone takes a tick back.
    """
    others = tuple(each for each in registration.evidence if each.source is not check.source)
    is_shown = check.source is Source.CVEC and check.is_verified
    known = {step.key for step in campaign.previous_steps}
    ticked = {CVEC_STEP} & known if is_shown else set()
    return replace(
        registration,
        evidence=(*others, check),
        seen_steps=registration.seen_steps | ticked,
        version=registration.version + 1,
    )
