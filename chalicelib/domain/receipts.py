"""The receipt shown to a student for a payment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.credits import credit_cents
from chalicelib.domain.owed import owed_cents, withheld_by_decision
from chalicelib.domain.payments import Attempt
from chalicelib.domain.plan.plan_cards import CardLack, can_be_debited, file_lack
from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS
from chalicelib.domain.registration_file import RegistrationFile


@dataclass(frozen=True)
class NextDebit:
    due_on: date
    amount_cents: int


@dataclass(frozen=True)
class Receipt:
    """One payment: the Paris day, the gateway's transaction number, the card's last digits ("" if unknown).

    `paid_on` is the day of our booking, `banked_on` the bank's own, None if the gateway did not tell it.
    `next_debits` are those that will be made automatically; `card_lack` is why others cannot.
    `credit_cents` is the part of it that pays nothing: more was received than was owed.
    """

    paid_on: date
    reference: str
    amount_cents: int
    card: str
    invoice_number: int | None
    credit_cents: int
    next_debits: tuple[NextDebit, ...]
    card_lack: CardLack | None = None
    banked_on: date | None = None

    @property
    def is_credit(self) -> bool:
        return self.credit_cents > 0


def receipt(file: RegistrationFile, attempt: Attempt) -> Receipt | None:
    """Return the receipt of a paid attempt, None for any other and for money that was given back."""
    payments = (each for each in file.payments if each.transaction == attempt.transaction)
    payment = next(payments, None) if attempt.transaction else None
    if payment is None or not payment.kept_cents:
        return None
    return Receipt(
        paid_on=paris_day(payment.received_at),
        reference=payment.transaction,
        amount_cents=payment.amount_cents,
        card=attempt.evidence.card_last_digits,
        invoice_number=payment.invoice_number,
        credit_cents=credit_cents(payment),
        next_debits=tuple(_next_debits(file)),
        card_lack=file_lack(file),
        banked_on=payment.banked_on,
    )


def _next_debits(file: RegistrationFile) -> Iterator[NextDebit]:
    """Yield what is left of each instalment that will be debited, in all no more than is owed."""
    left = 0 if withheld_by_decision(file) else owed_cents(file)
    for each in file.instalments:
        if each.is_debitable and can_be_debited(each, file.mandate):
            cents = min(each.remaining_cents, left)
            left -= cents
            if cents >= SMALLEST_PART_CENTS:
                yield NextDebit(each.due_on, cents)
