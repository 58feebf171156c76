"""The data of the mails to who paid by a link: initials and school of the student, never the file."""

from typing import Any

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.languages import amount, day
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.payment_links.link_use import CardPayer
from chalicelib.domain.payments import Payment
from chalicelib.domain.people import Person, initials_of


def receipt_facts(
    to: CardPayer, entry: OutboxEntry, payment: Payment, student: Person, campaign: Campaign
) -> dict[str, Any]:
    """Return the data; `is_credit` if a part of the payment pays nothing and is to be given back."""
    return {
        "school": campaign.school.name,
        "look": campaign.look,
        "contact": campaign.school.contact_email,
        "first_name": to.first_name,
        "initials": initials_of(student),
        "amount": amount(payment.amount_cents, to.language),
        "given_back": amount(entry.amount_cents, to.language),
        "paid_on": day(paris_day(payment.received_at), to.language),
        "reference": payment.transaction,
        "is_credit": payment.is_overpayment,
    }
