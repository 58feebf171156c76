"""Remittances against 5115: what is on its way for too long, and what is not what it should be."""

from collections.abc import Iterable, Iterator
from datetime import date

from chalicelib.domain.reconciliation.policies import Finding, FindingKind
from chalicelib.domain.treasury.remittances import (
    CREDITED_WITHIN,
    REMITTED_WITHIN,
    CardMovement,
    Remittance,
)


def remittance_findings(
    movements: Iterable[CardMovement], remittances: Iterable[Remittance], day: date
) -> Iterator[Finding]:
    """Yield the differences at the end of `day`; `movements` are those that are not settled."""
    for movement in movements:
        if movement.is_in_transit and movement.day + REMITTED_WITHIN <= day:
            kind = FindingKind.NOT_REMITTED
            yield Finding(kind, movement.id, movement.cents, movement.registration_id)
    for remittance in remittances:
        yield from file_findings((remittance,))
        if not remittance.is_credited and remittance.day + CREDITED_WITHIN <= day:
            yield Finding(FindingKind.NOT_CREDITED, remittance.number, remittance.cents)


def file_findings(remittances: Iterable[Remittance]) -> Iterator[Finding]:
    """Compare amount and count of our movements with those that the back office told, if it did."""
    for remittance in remittances:
        if remittance.told_cents is None:
            continue
        if cents := remittance.cents - remittance.told_cents:
            yield Finding(FindingKind.REMITTANCE_AMOUNT, remittance.number, cents)
        elif remittance.count != remittance.told_count:
            yield Finding(FindingKind.REMITTANCE_COUNT, remittance.number, 0)


def balance_findings(
    cards_cents: int, movements: Iterable[CardMovement], remittances: Iterable[Remittance], series: str
) -> Iterator[Finding]:
    """Yield the difference between 5115 and what is on its way: movements and remittances not credited."""
    on_the_way = sum(each.cents for each in movements if each.is_in_transit)
    on_the_way += sum(each.cents for each in remittances if not each.is_credited)
    if cards_cents != on_the_way:
        yield Finding(FindingKind.CARDS_BALANCE, series, cards_cents - on_the_way)
