"""Cards that the gateway stores for a plan, and the moment one is no longer needed.

Each paid page of an instalment stored one, under a subscriber's name of its own. A plan debits only the card
of its mandate; after the last instalment it needs none.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.payments import PlanTerms
from chalicelib.domain.plan.instalments import Instalment, InstalmentState, Mandate

OVER = frozenset({InstalmentState.PAID, InstalmentState.CANCELLED})


def is_plan_over(instalments: Iterable[Instalment]) -> bool:
    """Return True if a plan was started and no instalment can be debited or paid any more."""
    states = {each.state for each in instalments}
    return bool(states) and states <= OVER


def without_token(mandate: Mandate) -> Mandate:
    """Return the mandate without its token: it can no longer be debited; the evidence stays."""
    return replace(mandate, token="", version=mandate.version + 1)


def cards_to_forget(
    account: Account,
    registration_id: str,
    changed: Iterable[Instalment] = (),
    kept: Mandate | None = None,
    page: PlanTerms | None = None,
) -> tuple[str, ...]:
    """Return the subscribers no longer needed once `changed` and the mandate `kept` are written.

    `page` is the one that has just been paid. While a mandate has no token, the message that brings one may
    still come, from either page: both are kept until the plan is over. So is the card of a page that paid an
    instalment and left the earlier card in `kept`: its token may still come.
    """
    before = account.mandate(registration_id)
    current = kept or before
    known = {each.subscriber for each in (before, current, page) if each}
    if is_plan_over(_after(account, registration_id, changed)):
        return tuple(sorted(known | _left_by_pages(account, registration_id)))
    if current is None:
        return tuple(known)
    awaited = {page.subscriber} if page and kept else set()
    return tuple(sorted(known - {current.subscriber} - awaited)) if current.token else ()


def card_removals(
    account: Account, registration_id: str, subscribers: Iterable[str], transaction: str, now: datetime
) -> tuple[OutboxEntry, ...]:
    """Return one entry a card; its id names the payment that made the card useless, which is booked once."""
    return tuple(
        OutboxEntry(
            id=f"{Topic.FORGET_CARD}-{subscriber}-{transaction}",
            topic=Topic.FORGET_CARD,
            person_id=account.person.id,
            registration_id=registration_id,
            created_at=now,
            subscriber=subscriber,
        )
        for subscriber in subscribers
    )


def cards_replaced(
    account: Account, mandate: Mandate, transaction: str, now: datetime
) -> tuple[OutboxEntry, ...]:
    """Return the entries that remove the card before `mandate`, whose token came late."""
    cards = cards_to_forget(account, mandate.registration_id, kept=mandate)
    return card_removals(account, mandate.registration_id, cards, transaction, now)


def _after(account: Account, registration_id: str, changed: Iterable[Instalment]) -> Iterable[Instalment]:
    instalments = {each.id: each for each in account.instalments_of(registration_id)}
    return (instalments | {each.id: each for each in changed}).values()


def _left_by_pages(account: Account, registration_id: str) -> set[str]:
    return {
        each.terms.subscriber
        for each in account.attempts
        if each.registration_id == registration_id and each.terms and each.transaction
    }
