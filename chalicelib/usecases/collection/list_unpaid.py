from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import Payment
from chalicelib.domain.registration import Registration
from chalicelib.usecases.collection.ports import CollectionPorts
from chalicelib.usecases.isolation import for_each


@dataclass(frozen=True)
class UnpaidPayment:
    """A payment that the bank took back, its registration, and what the account owes in all, in cents."""

    payment: Payment
    registration: Registration
    owed_cents: int


def list_unpaid(ports: CollectionPorts, after: str | None) -> tuple[Sequence[UnpaidPayment], str | None]:
    """Return one page of what the bank took back, open disputes first by their last day, and the cursor.

    One with an unreadable account is reported and skipped.
    """
    today, found = paris_day(ports.now()), list[UnpaidPayment]()

    def add(payment: Payment) -> None:
        account = ports.accounts.account(person_of(payment.id))
        owed = account.position(today).balance_cents
        found.append(UnpaidPayment(payment, account.registration(payment.registration_id), owed))

    payments, cursor = ports.unpaid.listed(after)
    for_each(ports, "unpaid payment not listed", payments, add)
    return found, cursor
