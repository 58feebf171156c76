"""A school may give its colours and its logo; what nobody could read, or what runs or fetches, is refused."""

from base64 import b64encode

import pytest

from chalicelib.campaigns.look import contrast
from chalicelib.campaigns.reader import read_campaign
from chalicelib.domain.campaigns.look import OWN_LOOK, Look
from tests.unit.campaigns.conftest import Refusals

AT = "exemption_mention:"
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x3c\0\0\0\x14" + bytes(30)


def drawing(inside: str) -> str:
    return f"<svg {NAMESPACE}>{inside}</svg>"


def block(**keys: str) -> str:
    """Return the block `look`."""
    lines = (f"  {key}: '{value.replace(chr(39), chr(39) * 2)}'\n" for key, value in keys.items())
    return "look:\n" + "".join(lines)


def look_of(text: str, **keys: str) -> Look:
    return read_campaign(text.replace(AT, block(**keys) + AT, 1), "ecole.yaml").look


def test_campaign_without_the_block_loads(imaginary_text: str) -> None:
    assert read_campaign(imaginary_text, "ecole.yaml").look == OWN_LOOK


def test_colours_and_drawing_are_the_schools(imaginary_text: str) -> None:
    svg = drawing('<defs><path id="a" fill="url(#b)"/></defs><use xlink:href="#a"/>')
    found = look_of(imaginary_text, accent="#1D6B3A", accent_dark="#8fd6a6", logo_svg=svg)
    assert found == Look("#1d6b3a", "#8fd6a6", svg)


def test_logo_alone_is_enough_and_a_png_stands_in_a_drawing(imaginary_text: str) -> None:
    found = look_of(imaginary_text, logo_png=b64encode(PNG).decode())
    assert found.accent == ""
    assert 'viewBox="0 0 60 20"' in found.logo
    assert f"data:image/png;base64,{b64encode(PNG).decode()}" in found.logo


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"accent": "#ff8800", "accent_dark": "#ffb066"}, "« #ff8800 » ne se lit pas : son contraste"),
        ({"accent": "#767676", "accent_dark": "#ffb066"}, "« #767676 » ne se lit pas"),
        ({"accent": "#1d6b3a", "accent_dark": "#1d6b3a"}, "« #1d6b3a » ne se lit pas"),
        ({"accent": "green", "accent_dark": "#8fd6a6"}, "« green » n'est pas une couleur"),
        ({"accent": "#12 45 ", "accent_dark": "#8fd6a6"}, "« #12 45  » n'est pas une couleur"),
        ({"accent": "#1d6b3a"}, "écrivez les deux couleurs"),
        ({"logo_svg": drawing(""), "logo_png": b64encode(PNG).decode()}, "écrivez un seul logo"),
        ({"logo_svg": drawing("<title>" + "a" * 20_000 + "</title>")}, "plus de 20 ko"),
        ({"logo_svg": "<svg"}, "n'est pas un dessin SVG lisible"),
        (
            {"logo_svg": f'<!DOCTYPE svg [<!ENTITY a "b">]>{drawing("&a;")}'},
            "n'est pas un dessin SVG lisible",
        ),
        ({"logo_svg": "<html/>"}, "n'est pas un dessin SVG : il commence"),
        ({"logo_svg": f'<?xml-stylesheet href="https://a.test"?>{drawing("")}'}, "une instruction"),
        ({"logo_svg": drawing("<script>alert(1)</script>")}, "contient « script »"),
        ({"logo_svg": drawing("<style>@import 'a'</style>")}, "contient « style »"),
        ({"logo_svg": drawing("<foreignObject/>")}, "contient « foreignObject »"),
        ({"logo_svg": drawing('<path onload="alert(1)"/>')}, "le script « onload »"),
        ({"logo_svg": drawing('<use href="https://a.test/b.svg#c"/>')}, "va chercher autre chose (« href »)"),
        ({"logo_svg": drawing('<use xlink:href="b.svg#c"/>')}, "va chercher autre chose (« href »)"),
        ({"logo_svg": drawing('<path fill="url( b.svg#c)"/>')}, "va chercher autre chose (« fill »)"),
        ({"logo_svg": drawing(r'<path style="fill:u\72l(b)"/>')}, "va chercher autre chose (« style »)"),
        ({"logo_png": "é"}, "n'est pas du base64"),
        ({"logo_png": b64encode(b"GIF89a").decode()}, "n'est pas une image PNG"),
        ({"logo_png": b64encode(PNG + bytes(20_000)).decode()}, "plus de 20 ko"),
    ],
)
def test_what_cannot_be_read_or_trusted_is_refused(
    refusals: Refusals, keys: dict[str, str], said: str
) -> None:
    (error,) = refusals((AT, block(**keys) + AT))
    assert said in error
