"""QR codes."""

import io

from chalicelib.portal.texts import marked

LABEL = marked("Code QR à lire avec votre application d'authentification")
QUIET_ZONE = 4  # modules of white around, ISO/IEC 18004
DARK, LIGHT = "#000", "#fff"


def qr_svg(text: str, label: str = LABEL) -> str:
    """Return an `<svg>` to embed in a page, without style and script, which the page's policy forbids.

    `label` says that it is a QR code, never its content; for users who cannot see it, the page shows the
    secret as text.
    """
    import segno  # noqa: PLC0415 - one page needs it: cold start

    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture,
        kind="svg",
        border=QUIET_ZONE,
        dark=DARK,
        light=LIGHT,
        title=label,
        svgclass="qr",
        lineclass="",
        omitsize=True,
        xmldecl=False,
        svgns=False,
        nl=False,
    )
    return picture.getvalue().decode().replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
