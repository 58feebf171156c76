"""What the fake gateway says of a card movement, by its own books: remitted in the night after its day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.treasury.remittances import CardMovement, GatewayWord, Told

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fakes.gateway import FakeGateway


@dataclass
class Remitting:
    """`says` replaces what the books tell of a transaction; `held_back` is in no remittance yet."""

    says: dict[str, GatewayWord] = field(default_factory=dict)
    held_back: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def tell(self, gateway: FakeGateway, movement: CardMovement, now: datetime) -> Told:
        self.asked.append(movement.id)
        if not gateway.is_clear:
            return Told(GatewayWord.NO_ANSWER)
        word = self.says.get(movement.transaction) or _word(gateway, movement)
        is_in = word in {GatewayWord.TAKEN, GatewayWord.GIVEN_BACK} and movement.day < paris_day(now)
        is_in = is_in and movement.transaction not in self.held_back
        return Told(word, f"{movement.day:%y%m%d}001" if is_in else "")


def _word(gateway: FakeGateway, movement: CardMovement) -> GatewayWord:
    books = gateway.vault.books
    for each in books:
        if movement.transaction == each.transaction:
            return GatewayWord.CANCELLED if each.operation == "void" else GatewayWord.GIVEN_BACK
    known = gateway.held | {each.transaction for each in gateway.captures}
    if movement.transaction not in known | {each.transaction for each in gateway.answers.values()}:
        return GatewayWord.NOT_FOUND
    ours = [each for each in books if each.payment == movement.transaction]
    if any(each.operation == "void" for each in ours):
        return GatewayWord.CANCELLED
    is_back = sum(each.amount_cents for each in ours) >= abs(movement.cents)
    return GatewayWord.GIVEN_BACK if is_back or _given_back_there(gateway, movement) else GatewayWord.TAKEN


def _given_back_there(gateway: FakeGateway, movement: CardMovement) -> bool:
    answer = gateway.answers.get(movement.reference)
    return movement.reference in gateway.given_back or bool(answer and answer.refunded_cents)
