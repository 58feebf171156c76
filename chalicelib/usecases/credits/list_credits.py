from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from chalicelib.domain.credits import Credit, credits_of
from chalicelib.domain.registration import Registration
from chalicelib.usecases.credits.ports import CreditPorts
from chalicelib.usecases.isolation import for_each

PAGE = 50


@dataclass(frozen=True)
class OwnedCredit:
    """A credit with its registration."""

    credit: Credit
    registration: Registration


@dataclass(frozen=True)
class CreditPage:
    """One page of credits, the cursor of the next page, and the sum of all pages in cents."""

    found: Sequence[OwnedCredit]
    next: str | None
    total_cents: int


def list_credits(ports: CreditPorts, after: str | None) -> CreditPage:
    """Return the credits to give back, oldest first.

    One with an unreadable registration is reported and skipped.
    """
    every = credits_of(ports.credits.waiting())
    later = [each for each in every if not after or _place(each) > after]
    found: list[OwnedCredit] = []

    def own(credit: Credit) -> None:
        found.append(OwnedCredit(credit, ports.registrations.get(credit.registration_id)))

    for_each(ports, "credit not listed", later[:PAGE], own)
    cursor = _place(later[PAGE - 1]) if len(later) > PAGE else None
    return CreditPage(found, cursor, sum(each.amount_cents for each in every))


def _place(credit: Credit) -> str:
    """Return the position of a credit as text that sorts in the order of the list."""
    return f"{credit.since.astimezone(UTC).isoformat(timespec='microseconds')}#{credit.payments[0].id}"
