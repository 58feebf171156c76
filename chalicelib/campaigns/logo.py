"""The school's logo as an SVG image that runs nothing and fetches nothing."""

import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element  # nosec B405

LARGEST_BYTES = 20_000
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = frozenset(
    {"svg", "g", "defs", "symbol", "use", "title", "desc", "text", "tspan"}
    | {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
    | {"linearGradient", "radialGradient", "stop", "clipPath", "mask"}
)
"""The elements that draw; none of them runs, animates or embeds anything."""
ELSEWHERE = re.compile(r"url\((?!\s*['\"]?#)|[\\<]|//|\bdata:|javascript:|@import|image-set", re.IGNORECASE)
PNG_HEAD = re.compile(rb"\x89PNG\r\n\x1a\n....IHDR(....)(....)", re.DOTALL)


def svg_logo(text: str) -> str:
    """Return the drawing, or raise ValueError with a sentence."""
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - only where a file is read
    from defusedxml.ElementTree import ParseError, fromstring  # noqa: PLC0415 - the same

    _light(len(text.encode()))
    try:
        drawing = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise ValueError("le logo n'est pas un dessin SVG lisible") from None
    if drawing.tag != f"{SVG}svg":
        raise ValueError(
            'le logo n\'est pas un dessin SVG : il commence par <svg xmlns="http://www.w3.org/2000/svg">'
        )
    if "<?" in text.replace("<?xml ", "", 1):
        raise ValueError("le logo contient une instruction <?…> : retirez-la")
    for each in drawing.iter():
        _check(each)
    return text


def png_logo(text: str) -> str:
    """Return the picture in an SVG image: API Gateway hands bytes out as base64 to a browser's <img>."""
    try:
        data = b64decode("".join(text.split()), validate=True)
    except ValueError:  # what is not ASCII, too
        raise ValueError("le logo n'est pas du base64") from None
    _light(len(data))
    head = PNG_HEAD.match(data)
    if head is None:
        raise ValueError("le logo n'est pas une image PNG")
    width, height = (int.from_bytes(each) for each in head.groups())
    whole = f"data:image/png;base64,{b64encode(data).decode()}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="{whole}"/></svg>'
    )


def _light(size: int) -> None:
    if size > LARGEST_BYTES:
        raise ValueError("le logo pèse plus de 20 ko : allégez-le")


def _check(element: "Element") -> None:
    name = str(element.tag).removeprefix(SVG)
    if name not in DRAWN:
        raise ValueError(f"le logo contient « {name} » : un logo ne contient que des formes et du texte")
    for key, value in element.items():
        short = key.rpartition("}")[2].lower()
        if short.startswith("on"):
            raise ValueError(f"le logo contient le script « {short} » : retirez-le")
        is_outside = short in {"href", "src", "base"} and not value.startswith("#")
        if is_outside or ELSEWHERE.search(value):
            raise ValueError(f"le logo va chercher autre chose (« {short} ») : il doit se suffire")
