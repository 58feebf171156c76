"""Refunds of payments made by a payment link."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.domain.identifiers import person_of
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payment_links.link_use import CardPayer
from chalicelib.domain.payments import Attempt, Payment


def card_payer_of(attempts: Iterable[Attempt], payment: Payment) -> CardPayer | None:
    """Return who made the payment by a link, None for other payments and once the payer is erased."""
    attempt = next((each for each in attempts if each.id == payment.attempt_id), None)
    return attempt.link.card_payer if attempt and attempt.link else None


def payer_refunded(
    attempts: Iterable[Attempt], payment: Payment, cents: int, now: datetime, refund_id: str = ""
) -> tuple[OutboxEntry, ...]:
    """Return the mail that tells the payer of a link what goes back to their card, none for other payments.

    `refund_id` tells apart the refunds of one payment; "" if the bank gave back the whole of it.
    """
    if card_payer_of(attempts, payment) is None:
        return ()
    entry = OutboxEntry(
        id="-".join(filter(None, (Topic.LINK_REFUNDED, payment.transaction, refund_id))),
        topic=Topic.LINK_REFUNDED,
        person_id=person_of(payment.registration_id),
        registration_id=payment.registration_id,
        created_at=now,
        amount_cents=cents,
    )
    return (entry,)
