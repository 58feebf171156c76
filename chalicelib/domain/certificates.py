"""The certificate of what has been paid so far, made anew each time from the account of that day."""

from datetime import date

from chalicelib.domain.account import Account
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.invoices import Certificate, CertifiedPayment
from chalicelib.domain.parties import client_of, seller_of, session_of
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.registration import Registration

LABELS = {
    PaymentMethod.CARD: "Carte bancaire",
    PaymentMethod.CHEQUE: "Chèque",
    PaymentMethod.TRANSFER: "Virement",
}


def certify(account: Account, registration: Registration, campaign: Campaign, today: date) -> Certificate:
    """List the money kept for one registration, overpayments included, against what is owed for it."""
    received = (each for each in account.payments if each.registration_id == registration.id)
    payments = tuple(each for each in received if each.kept_cents)
    orders = (each for each in account.orders if each.registration_id == registration.id)
    notes = (each for each in account.credit_notes if each.registration_id == registration.id)
    credited = sum(note.totals.total_cents for note in notes)
    return Certificate(
        seller=seller_of(campaign),
        client=client_of(account.person),
        session=session_of(registration, campaign),
        payments=tuple(_certified(payment) for payment in payments),
        total_paid_cents=sum(payment.kept_cents for payment in payments),
        total_due_cents=sum(order.totals.total_cents for order in orders) - credited,
        issued_on=today,
    )


def _certified(payment: Payment) -> CertifiedPayment:
    """Return the payment with the bank's day, or ours if the gateway did not tell it."""
    paid_on = payment.banked_on or paris_day(payment.received_at)
    return CertifiedPayment(paid_on, LABELS[payment.method], payment.kept_cents)
