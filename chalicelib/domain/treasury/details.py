"""What a student needs to pay by transfer: the school's account, the reference for life and the amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.account import Account
from chalicelib.domain.campaign import BankAccount
from chalicelib.domain.collection.positions import asked_by_transfer_cents
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.treasury.references import reference_of


@dataclass(frozen=True)
class TransferDetails:
    """The details of one account of the school; `cents` are to pay today by transfer, 0 for nothing."""

    account: BankAccount
    reference: str
    cents: int


def transfer_details(
    account: Account, files: Sequence[RegistrationFile], today: date
) -> TransferDetails | None:
    """Return the details of the latest file's school; None if no campaign of the files names an account."""
    named = (file.campaign.bank_account for file in reversed(files))
    school = next((each for each in named if each), None)
    if school is None:
        return None
    return TransferDetails(
        school, reference_of(account.person.id), asked_by_transfer_cents(account, files, today)
    )
