"""Files of credit transfers: approved refunds that go to the bank together, numbered, frozen and hashed.

A refund is in one file at most: the commit that freezes the file is the one that marks its refunds as sent.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.calendar import PARIS, paris_day
from chalicelib.domain.campaign import BankAccount
from chalicelib.domain.refunds.ibans import is_reached
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.trail.audit import canonical_digest

MOST_TRANSFERS = 30
"""Refunds of one file: each takes three of the 100 actions that its transaction may have."""
MOST_FILES = 10
"""Files of one act: it reads each refund's account and answers within a request's time."""


class LeftOut(StrEnum):
    """Why an approved transfer is not in the next file."""

    NO_IBAN = "no_iban"
    OUTSIDE_SEPA = "outside_sepa"
    NO_ACCOUNT = "no_account"  # the campaign names no bank account of the school
    OWN_FILE = "own_file"  # of the person who would make the file
    MOVED = "moved"  # the money of the registration does not cover it any more
    NEXT_FILE = "next_file"  # of another account of the school, or too many for one act


@dataclass(frozen=True)
class TransferSequence:
    """The last number of a seller's files; `version` counts the draws, 0 before the first."""

    series: str
    last_number: int = 0
    version: int = 0

    def drawn(self) -> "TransferSequence":
        return replace(self, last_number=self.last_number + 1, version=self.version + 1)


@dataclass(frozen=True)
class TransferFile:
    """One file, without names and accounts of students; `sha256` is the digest of its bytes in hex.

    `iban` is the school's account that is debited, `total_cents` the sum of the transfers.
    """

    series: str
    number: int
    refunds: tuple[str, ...]
    total_cents: int
    iban: str
    made_by: str
    made_at: datetime
    sha256: str

    @property
    def id(self) -> str:
        return f"{self.series}-{self.number:06}"


@dataclass(frozen=True)
class TransferFileText:
    """The frozen text of a file, with names and IBANs: an accounting record, kept until `kept_until`."""

    series: str
    number: int
    text: str = field(repr=False)
    kept_until: datetime


@dataclass(frozen=True)
class Transfer:
    """One line of a file. `reference` is its end-to-end reference, which the bank's statement shows."""

    reference: str
    name: str
    iban: str = field(repr=False)
    amount_cents: int
    words: str


@dataclass(frozen=True)
class TransferOrder:
    """What a file says: the account of the school, the day, the transfers. Its text follows from it alone."""

    id: str
    account: BankAccount
    made_at: datetime
    transfers: tuple[Transfer, ...]

    @property
    def executed_on(self) -> date:
        return paris_day(self.made_at)

    @property
    def total_cents(self) -> int:
        return sum(each.amount_cents for each in self.transfers)


def lacks(refund: Refund) -> LeftOut | None:
    """Return what keeps a refund out of every file as it is, None if nothing does."""
    if not refund.iban:
        return LeftOut.NO_IBAN
    return None if is_reached(refund.iban) else LeftOut.OUTSIDE_SEPA


def digest_of(refunds: Sequence[Refund]) -> str:
    """Return the SHA-256, in hex, of what a file of these refunds would say."""
    return canonical_digest([[each.id, each.version, each.iban, each.amount_cents] for each in refunds])


def order_of(
    sequence: TransferSequence, account: BankAccount, refunds: Sequence[Refund], now: datetime
) -> TransferOrder:
    """Return the order of the file whose number was just drawn."""
    file_id = f"{sequence.series}-{sequence.last_number:06}"
    transfers = tuple(
        Transfer(
            reference=f"{file_id}-{rank:03}",
            name=each.sheet.holder,
            iban=each.iban,
            amount_cents=each.amount_cents,
            words=f"REMBOURSEMENT {each.registration_id}",
        )
        for rank, each in enumerate(refunds, start=1)
    )
    return TransferOrder(file_id, account, now, transfers)


def frozen(
    sequence: TransferSequence, order: TransferOrder, refunds: Sequence[Refund], text: str, by: str
) -> TransferFile:
    return TransferFile(
        series=sequence.series,
        number=sequence.last_number,
        refunds=tuple(each.id for each in refunds),
        total_cents=order.total_cents,
        iban=order.account.iban,
        made_by=by,
        made_at=order.made_at,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def kept(file: TransferFile, text: str, years: int) -> TransferFileText:
    """Return the text, to be kept for the years of accounting records from the end of its own year."""
    until = datetime(paris_day(file.made_at).year + years + 1, 1, 1, tzinfo=PARIS)
    return TransferFileText(file.series, file.number, text, until)


def handed_over(refund: Refund, reference: str, now: datetime) -> Refund:
    """Return the refund as sent, under its reference in the file."""
    return replace(
        refund, state=RefundState.SENT, reference=reference, sent_at=now, version=refund.version + 1
    )
