"""The gateway against the books: what a movement that the gateway was asked about differs in."""

from collections.abc import Iterable, Iterator
from datetime import date

from chalicelib.domain.reconciliation.policies import Finding, FindingKind
from chalicelib.domain.treasury.remittances import CardMovement, GatewayWord


def movement_findings(movements: Iterable[CardMovement], day: date) -> Iterator[Finding]:
    """Yield what contradicts the books, of movements booked by the end of `day`."""
    for each in movements:
        if each.contradicts and each.day <= day:
            yield Finding(_kind(each), each.id, each.cents, each.registration_id)


def _kind(movement: CardMovement) -> FindingKind:
    if movement.cents < 0:
        return FindingKind.NOT_GIVEN_BACK
    if movement.word in {GatewayWord.GIVEN_BACK, GatewayWord.CANCELLED}:
        return FindingKind.GIVEN_BACK_THERE
    return FindingKind.NOT_AT_GATEWAY
