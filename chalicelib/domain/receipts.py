"""The receipt shown to a student for a payment."""

from dataclasses import dataclass
from datetime import date

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.credits import credit_cents
from chalicelib.domain.payments import Attempt
from chalicelib.domain.plan.instalments import Instalment
from chalicelib.domain.plan.plan_cards import CardLack, can_be_debited, plan_lack


@dataclass(frozen=True)
class Receipt:
    """One payment: the Paris day, the gateway's transaction number, the card's last digits ("" if unknown).

    `paid_on` is the day of our booking, `banked_on` the bank's own, None if the gateway did not tell it.
    `next_debits` are the instalments that will be debited automatically; `card_lack` is why others cannot.
    `credit_cents` is the part of it that pays nothing: more was received than was owed.
    """

    paid_on: date
    reference: str
    amount_cents: int
    card: str
    invoice_number: int | None
    credit_cents: int
    next_debits: tuple[Instalment, ...]
    card_lack: CardLack | None = None
    banked_on: date | None = None

    @property
    def is_credit(self) -> bool:
        return self.credit_cents > 0


def receipt(account: Account, attempt: Attempt) -> Receipt | None:
    """Return the receipt of a paid attempt, None for any other and for money that was given back."""
    payments = (each for each in account.payments if each.transaction == attempt.transaction)
    payment = next(payments, None) if attempt.transaction else None
    if payment is None or not payment.kept_cents:
        return None
    instalments = account.instalments_of(attempt.registration_id)
    mandate = account.mandate(attempt.registration_id)
    return Receipt(
        paid_on=paris_day(payment.received_at),
        reference=payment.transaction,
        amount_cents=payment.amount_cents,
        card=attempt.evidence.card_last_digits,
        invoice_number=payment.invoice_number,
        credit_cents=credit_cents(payment),
        next_debits=tuple(
            each for each in instalments if not each.open_pages and can_be_debited(each, mandate)
        ),
        card_lack=plan_lack(mandate, instalments),
        banked_on=payment.banked_on,
    )
