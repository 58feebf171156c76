"""What must follow a committed change: written with it, delivered later, at least once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Topic(StrEnum):
    PAYMENT_BOOKED = "payment_booked"
    OVERPAYMENT_KEPT = "overpayment_kept"
    REGISTRATION_VALIDATED = "registration_validated"
    REGISTRATION_REFUSED = "registration_refused"
    PLAN_APPROVED = "plan_approved"
    PLAN_REFUSED = "plan_refused"
    DEBIT_NOTICE = "debit_notice"
    DEBIT_TAKEN = "debit_taken"
    DEBIT_RETRIED = "debit_retried"
    PAYER_NEEDED = "payer_needed"
    IN_ARREARS = "in_arrears"
    CARD_ENDS_EARLY = "card_ends_early"
    FIRST_CONNECTION = "first_connection"
    PASSWORD_RESET = "password_reset"
    PASSWORD_SET = "password_set"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    IDENTITY_LINKED = "identity_linked"
    FORGET_CARD = "forget_card"


LINKS = frozenset({Topic.FIRST_CONNECTION, Topic.PASSWORD_RESET})
"""Mails with a link: asked for by a mail address, whether anybody has it or not."""
NOTICES = frozenset(
    {Topic.PASSWORD_SET, Topic.SECOND_FACTOR_SET, Topic.SECOND_FACTOR_REMOVED, Topic.IDENTITY_LINKED}
)
"""Mails that tell a person how their account is entered from now on."""


@dataclass(frozen=True)
class OutboxEntry:
    """`id` is made of what it is about, so the same event is never written twice.

    One with `not_before` waits until then: the notice of a debit is written when the debit is planned.
    One that asks for a link names an `email` and nobody: only who delivers it looks whose that is. One that
    asks to forget a card names the `subscriber` under which the gateway keeps it.
    """

    id: str
    topic: Topic
    person_id: str
    registration_id: str
    created_at: datetime
    invoice_number: int | None = None
    amount_cents: int = 0
    rank: int = 0
    reason: str = ""
    not_before: datetime | None = None
    email: str = ""
    subscriber: str = ""
