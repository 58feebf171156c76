"""A rehearsal: the same campaign and the same acts, with test money and documents that are none."""

from dataclasses import replace

from chalicelib.domain.campaign import Campaign, Numbering

MARK = "TEST"
NO_SIREN = "000000000"


def rehearsed(campaign: Campaign) -> Campaign:
    """Return the campaign with the seller marked, no SIREN, and document sequences of its own from 1.

    The seller's name stands on every page, in every mail and in the facts of every document, so all of them
    bear the mark.
    """
    school = replace(campaign.school, name=f"{MARK} – {campaign.school.name}", siren=NO_SIREN)
    return replace(campaign, school=school, numbering=Numbering(f"{MARK}-{campaign.numbering.series}", 1, 1))


def is_rehearsed(school_name: str) -> bool:
    """Return True for the name of a seller that a rehearsal marked."""
    return school_name.startswith(f"{MARK} – ")
