"""The school's own look: an accent colour for light screens, one for dark screens, and a logo."""

from dataclasses import dataclass

PAPER, SHEET, ON_BRAND = "#f5f4ef", "#ffffff", "#ffffff"
DARK_PAPER, DARK_SHEET = "#12191c", "#1b2529"
"""The colours of the style sheet that an accent meets."""
TINT = 10
"""The percentage of an accent in the tint behind the heads of tables and the desks."""
SHADE = 75
"""The percentage of an accent in its shade under the pointer; the rest is black."""


@dataclass(frozen=True)
class Look:
    """Without a block each is "", and the portal keeps its own colours. `logo` is an SVG image."""

    accent: str = ""
    accent_dark: str = ""
    logo: str = ""

    @property
    def tint(self) -> str:
        return mixed(self.accent, SHEET, TINT)

    @property
    def tint_dark(self) -> str:
        return mixed(self.accent_dark, DARK_SHEET, TINT)

    @property
    def shade(self) -> str:
        return mixed(self.accent, "#000000", SHADE)


def channels(colour: str) -> tuple[int, ...]:
    """Return red, green and blue of "#rrggbb"."""
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def mixed(colour: str, other: str, percent: int) -> str:
    """Return a colour of which `percent` is the first."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + bytes((one * percent + two * (100 - percent)) // 100 for one, two in pairs).hex()


OWN_LOOK = Look()
