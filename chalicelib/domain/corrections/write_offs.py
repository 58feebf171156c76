"""The write-off of a rest too small to be debited: accounting gives it up, with a reason, in the journal."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.books.ordered_credits import Ordered, order_on_credit
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.corrections.issuing import require_no_debit
from chalicelib.domain.corrections.refusals import (
    NothingToWriteOff,
    RestAboveWriteOff,
    RestChanged,
    WriteOffUnreasoned,
)
from chalicelib.domain.corrections.relief import relieve
from chalicelib.domain.invoices import Sequence
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS
from chalicelib.domain.refunds.coverage import going_cents
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.stored_cards import card_removals, cards_to_forget

LIMIT_CENTS = SMALLEST_PART_CENTS
"""A rest of this much can be debited, or remitted by the books' own act: it is not written off."""


def rest_to_write_off(file: RegistrationFile) -> int:
    """Return what is owed once all that is on its way back has left, in cents."""
    return owed_cents(file) + going_cents(file)


def may_be_written_off(file: RegistrationFile) -> bool:
    return 0 < rest_to_write_off(file) < LIMIT_CENTS


def write_off(
    account: Account, file: RegistrationFile, seen_cents: int, reason: str, sequence: Sequence, now: datetime
) -> Changes:
    """Return the file without its rest: nothing is owed, and no instalment stands for it any more.

    What is not ordered yet is ordered first: money that came before leaves a rest that no page can ask for.
    `seen_cents` is the rest that the person saw. Raise the refusal that prevents it.
    """
    if not reason.strip():
        raise WriteOffUnreasoned
    rest = rest_to_write_off(file)
    if rest <= 0:
        raise NothingToWriteOff
    if rest >= LIMIT_CENTS:
        raise RestAboveWriteOff(rest, LIMIT_CENTS)
    if rest != seen_cents:
        raise RestChanged(rest)
    require_no_debit(file)
    ordered = Ordered(file) if file.registration.has_order else order_on_credit(account, file, sequence, now)
    registration = counted(ordered.file.registration)
    registration = replace(registration, written_off_cents=registration.written_off_cents + rest)
    relief = relieve(replace(ordered.file, registration=registration), now)
    registration = replace(registration, part_paid=registration.part_paid and relief.owed_cents > 0)
    cards = cards_to_forget(account, registration.id, relief.instalments)
    about = f"write-off-{registration.version}"
    relieved = (*relief.payments, *relief.instalments, *existing(relief.plan_request, relief.mandate))
    return Changes(
        (registration, *ordered.rows, *relieved),
        outbox=tuple(card_removals(account, registration.id, cards, about, now)),
    )
