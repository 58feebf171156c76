"""The counters of a desk."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Counting(StrEnum):
    """What a desk counts."""

    TO_DECIDE = "registrations_to_decide"
    EVIDENCE_VERIFIED = "evidence_verified"
    GRANTS_APPEARED = "grants_appeared"
    PAID_NOT_VALIDATED = "paid_not_validated"
    VALIDATED_UNPAID = "validated_unpaid"
    PLANS_TO_DECIDE = "plan_requests_to_decide"
    REFUSED_DEBITS = "refused_debits"
    ARREARS = "arrears"
    IN_QUESTION = "in_question"
    CONFLICTS = "conflicts"
    PROVISIONAL_OVERDUE = "provisional_overdue"
    FOLLOW_UPS = "follow_ups_due"
    EXEMPTIONS = "exemptions_by_decision"
    CREDITS = "credits_to_give_back"
    SECOND_PERSON = "waiting_for_a_second_person"
    GIVEN_UP = "deliveries_given_up"
    LAST_RUN = "last_debit_run"
    UNEXPLAINED = "unexplained_differences"


@dataclass(frozen=True)
class Counter:
    """One counter: how many, and their sum in cents where it has one.

    `day` is that of the last run, or of the oldest of what is counted. `signed_cents` are the sums of each
    sign where the sum may be of both.
    """

    of: Counting
    count: int
    amount_cents: int | None = None
    day: date | None = None
    signed_cents: tuple[int, ...] = ()
