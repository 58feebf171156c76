"""QR codes."""

import io
from decimal import Decimal
from typing import TYPE_CHECKING

from chalicelib.domain.campaign import BankAccount
from chalicelib.portal.texts import marked

if TYPE_CHECKING:
    from segno import QRCode

LABEL = marked("Code QR à lire avec votre application d'authentification")
TRANSFER_LABEL = marked("Code QR à lire avec l'application de votre banque : virement prérempli")
LONGEST_NAME = 70  # EPC069-12
QUIET_ZONE = 4  # modules of white around, ISO/IEC 18004
DARK, LIGHT = "#000", "#fff"


def qr_svg(text: str, label: str = LABEL) -> str:
    """Return an `<svg>` to embed in a page, without style and script, which the page's policy forbids.

    `label` says that it is a QR code, never its content; for users who cannot see it, the page shows the
    secret as text.
    """
    import segno  # noqa: PLC0415 - two pages need it: cold start

    return _svg(segno.make(text, error="m", micro=False), label)


def transfer_qr_svg(account: BankAccount, cents: int, reference: str, label: str = TRANSFER_LABEL) -> str:
    """Return the QR code by which a bank's application fills in a transfer: EPC069-12, version 2.

    It is of the same form as `qr_svg`; the page shows all of it as text too.
    """
    from segno.helpers import make_epc_qr  # noqa: PLC0415 - one page needs it: cold start

    amount = Decimal(cents) / 100
    holder = account.holder[:LONGEST_NAME]
    code = make_epc_qr(holder, account.iban, amount, reference=reference, bic=account.bic or None)
    return _svg(code, label)


def _svg(code: "QRCode", label: str) -> str:
    picture = io.BytesIO()
    code.save(
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
