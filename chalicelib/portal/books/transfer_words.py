"""The details of a transfer as people type them, and as a picture for a bank's application."""

from dataclasses import dataclass

from chalicelib.domain.refunds.ibans import grouped
from chalicelib.domain.treasury.details import TransferDetails
from chalicelib.portal.qr import transfer_qr_svg


@dataclass(frozen=True)
class TransferWords:
    """Account and reference in groups of four; `qr` is "" if nothing is to pay."""

    holder: str
    iban: str
    bic: str
    reference: str
    cents: int
    qr: str


def transfer_words(details: TransferDetails | None, label: str) -> TransferWords | None:
    """Return the words of the details; `label` is that of the picture."""
    if details is None:
        return None
    school = details.account
    qr = transfer_qr_svg(school, details.cents, details.reference, label) if details.cents else ""
    return TransferWords(
        school.holder, grouped(school.iban), school.bic, grouped(details.reference), details.cents, qr
    )
