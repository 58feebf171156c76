import re
from xml.etree.ElementTree import Element  # only its type: what parses is defused

import pytest
import segno
from defusedxml.ElementTree import fromstring

from chalicelib.portal.qr import LABEL, QUIET_ZONE, qr_svg

ADDRESS = (
    "otpauth://totp/Quittance:accountant%40demo.test?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Quittance"
)


@pytest.fixture
def picture() -> Element:
    parsed: Element = fromstring(qr_svg(ADDRESS))
    return parsed


def drawn(picture: Element) -> list[list[bool]]:
    """Return the dark modules, from the strokes that the picture is made of."""
    side = int(picture.attrib["viewBox"].split()[2])
    dark = [[False] * side for _ in range(side)]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", picture[-1].attrib["d"]):
        parts = [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?", numbers)]
        if command == "h":
            for column in range(int(x), int(x + parts[0])):
                dark[int(y)][column] = True
            x += parts[0]
        else:
            x, y = (parts[0], parts[1]) if command == "M" else (x + parts[0], y + parts[1])
    return dark


def test_picture_draws_the_code_of_the_text(picture: Element) -> None:
    code = segno.make(ADDRESS, error="m", micro=False)

    assert drawn(picture) == [[bool(each) for each in row] for row in code.matrix_iter(border=QUIET_ZONE)]


def test_page_that_forbids_styles_and_scripts_shows_it(picture: Element) -> None:
    for element in picture.iter():
        assert element.tag in {"svg", "title", "path"}
        assert not [
            name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name
        ]
    assert picture[1].attrib["fill"] == "#fff"
    assert picture[2].attrib["stroke"] == "#000"


def test_picture_says_what_it_is_and_not_what_it_holds(picture: Element) -> None:
    assert picture.attrib["role"] == "img"
    assert picture.attrib["aria-label"] == picture[0].text == LABEL
    assert "JBSWY3DP" not in qr_svg(ADDRESS)


def test_text_cannot_leave_the_picture() -> None:
    assert [each.tag for each in fromstring(qr_svg("</svg><script>alert(1)</script>"))] == [
        "title",
        "path",
        "path",
    ]
