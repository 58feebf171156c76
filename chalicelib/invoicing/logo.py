"""The school's logo as a PNG picture, for mails: their readers show no SVG."""

from functools import cache

from chalicelib.invoicing.render import FONTS, TEMPLATES

POINTS_PER_INCH = 144
"""Twice the 48 points that a mail shows it at, for screens of many pixels."""


@cache
def render_logo(svg: str) -> bytes:
    """Return the picture, of 96 pixels in height; nothing for a drawing that cannot be rendered."""
    from typst import Compiler, TypstError  # noqa: PLC0415 - 80 MB that only a drawing needs

    try:
        compiler = Compiler(
            TEMPLATES / "logo.typ", root=TEMPLATES, ignore_system_fonts=True, font_paths=[FONTS]
        )
        picture = compiler.compile(format="png", ppi=float(POINTS_PER_INCH), sys_inputs={"svg": svg})
    except TypstError:
        return b""
    return picture if isinstance(picture, bytes) else b""
