from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC

from chalicelib.domain.credits import Credit, to_give_back
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.registration import Registration, RegistrationStatus
from chalicelib.usecases.credits.ports import CreditPorts
from chalicelib.usecases.isolation import for_each
from chalicelib.usecases.registrations.show_account import open_file

PAGE = 50
_ENDED = (RegistrationStatus.REFUSED, RegistrationStatus.WITHDRAWN)


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
    """Return the credits to give back, oldest first: what the account holds beyond what is owed.

    One with an unreadable account is reported and skipped.
    """
    found: list[OwnedCredit] = []

    def own(registration_id: str) -> None:
        account = ports.accounts.account(person_of(registration_id))
        file = open_file(ports, account, registration_id)
        if credit := to_give_back(file):
            found.append(OwnedCredit(credit, file.registration))

    for_each(ports, "credit not listed", dict.fromkeys(candidates(ports)), own)
    every = sorted(found, key=_place)
    later = [each for each in every if not after or _place(each) > after]
    cursor = _place(later[PAGE - 1]) if len(later) > PAGE else None
    return CreditPage(later[:PAGE], cursor, sum(each.credit.amount_cents for each in every))


def candidates(ports: CreditPorts) -> Iterator[str]:
    """Yield the registrations with a payment not wholly allocated, and the ended ones with an order."""
    yield from (payment.registration_id for payment in ports.credits.waiting())
    for campaign in ports.campaigns.every():
        for status in _ENDED:
            yield from (
                each.id for each in ports.registrations.of_status(campaign.id, status) if each.has_order
            )


def _place(owned: OwnedCredit) -> str:
    """Return the position of a credit as text that sorts in the order of the list."""
    since = owned.credit.since.astimezone(UTC).isoformat(timespec="microseconds")
    return f"{since}#{owned.credit.parts[0].payment.id}"
