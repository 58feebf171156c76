"""The school's look as files of its own: a style sheet after the portal's, and the logo."""

import hashlib

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.campaigns.look import Look

SHEET_NAME, LOGO_NAME = "look.css", "logo.svg"
COLOURS = """:root {{ --brand: {accent}; --brand-hover: {shade}; --school: {accent}; --school-soft: {tint}; }}
@media (prefers-color-scheme: dark) {{ :root {{ --school: {accent_dark}; --school-soft: {tint_dark}; }} }}
.school small {{ color: inherit; }}
"""
LOGO = """.logo {
  display: block; width: auto; height: 3rem; margin: 0 0 .25rem; max-width: 12rem; padding: .25rem;
  border-radius: 4px; background: #fff; object-fit: contain;
}
"""


def look_file(look: Look, name: str) -> str:
    """Return the text of a file, "" if the school has none of that name."""
    return {SHEET_NAME: _style_sheet(look), LOGO_NAME: look.logo}.get(name, "")


def look_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def look_address(campaign: Campaign, name: str) -> str:
    """Return the path of a file with its digest, "" without that file."""
    text = look_file(campaign.look, name)
    return f"/look/{campaign.id}/{name}?v={look_digest(text)}" if text else ""


def _style_sheet(look: Look) -> str:
    colours = ""
    if look.accent:
        colours = COLOURS.format(
            accent=look.accent,
            accent_dark=look.accent_dark,
            shade=look.shade,
            tint=look.tint,
            tint_dark=look.tint_dark,
        )
    return colours + (LOGO if look.logo else "")
