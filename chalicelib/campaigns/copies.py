"""The values stored beside a text, so that a process makes the campaign without YAML and schema.

The text alone is the truth: values that are missing, of another shape or text, or damaged are not used.
"""

import hashlib
import json

from chalicelib.campaigns.building import campaign_of, with_today_texts
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.campaigns.versions import CampaignValues, CampaignVersion

SHAPE = 1
"""Raised by whoever changes what the reader makes of a text: earlier values are then read no more."""

MOST_BYTES = 300 * 1024
"""Of the values as a row holds them, which takes 400 KB in all."""


def copy_of(values: str, version: CampaignVersion) -> CampaignValues | None:
    """Return the row of the values of a version; None if they are too long for one."""
    if len(json.dumps(values, ensure_ascii=False).encode()) > MOST_BYTES:
        return None
    seal = _seal(SHAPE, version.digest, values)
    return CampaignValues(version.campaign_id, version.number, SHAPE, version.digest, values, seal)


def campaign_of_copy(copy: CampaignValues, version: CampaignVersion) -> Campaign | None:
    """Return the campaign of stored values; None if they are not those of the version's text."""
    if copy.seal != _seal(SHAPE, version.digest, copy.values):
        return None
    try:
        return campaign_of(with_today_texts(json.loads(copy.values)))
    except (KeyError, TypeError, ValueError):
        return None


def _seal(shape: int, digest: str, values: str) -> str:
    return hashlib.sha256(f"{shape} {digest} {values}".encode()).hexdigest()
