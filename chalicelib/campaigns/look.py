"""The block `look` of a campaign file: the school's colours, legible on every page, and its logo."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from chalicelib.campaigns.logo import png_logo, svg_logo
from chalicelib.domain.campaigns.look import (
    DARK_PAPER,
    DARK_SHEET,
    ON_BRAND,
    PAPER,
    SHEET,
    TINT,
    channels,
    mixed,
)

LEAST_CONTRAST = 4.5
"""WCAG 2.1, 1.4.3: text of ordinary size."""


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.1, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(each / 255) for each in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB


def _legible(colour: str, sheet: str, *grounds: str) -> str:
    least = min(contrast(colour, ground) for ground in (sheet, mixed(colour, sheet, TINT), *grounds))
    if least < LEAST_CONTRAST:
        raise ValueError(
            f"« {colour} » ne se lit pas : son contraste avec le fond des pages ou avec le texte des boutons "
            f"est de {int(least * 10) / 10:.1f}, il en faut 4.5 (WCAG 1.4.3)"
        )
    return colour


def _on_light(colour: str) -> str:
    return _legible(colour, SHEET, PAPER, ON_BRAND)


def _on_dark(colour: str) -> str:
    return _legible(colour, DARK_SHEET, DARK_PAPER)


def _colour(text: str) -> str:
    if len(text) != len("#rrggbb") or text[0] != "#" or set(text[1:].lower()) - set("0123456789abcdef"):
        raise ValueError(f'« {text} » n\'est pas une couleur : écrivez-la entre guillemets, comme "#12404d"')
    return text.lower()


class LookEntry(BaseModel):
    """The two colours come together: one alone would leave half of the readers with another school's."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    accent: Annotated[str, AfterValidator(_colour), AfterValidator(_on_light)] | None = None
    accent_dark: Annotated[str, AfterValidator(_colour), AfterValidator(_on_dark)] | None = None
    logo_svg: Annotated[str, AfterValidator(svg_logo)] | None = None
    logo_png: Annotated[str, AfterValidator(png_logo)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.accent is None) is not (self.accent_dark is None):
            raise ValueError("écrivez les deux couleurs : accent (écran clair) et accent_dark (écran sombre)")
        if self.logo_svg and self.logo_png:
            raise ValueError("écrivez un seul logo : logo_svg ou logo_png")
        return self
