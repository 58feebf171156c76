"""The counter of exemptions: 10 % of those registered at most, without those exempt by right (R.719-50)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from chalicelib.domain.campaign import Campaign, Exemption

CAP_PERCENT = 10


@dataclass(frozen=True)
class ExemptionCount:
    """People with a declared situation, refused and withdrawn files left out; each counts once."""

    registered: int
    by_right: int
    by_decision: int

    @property
    def base(self) -> int:
        """Those registered without those exempt by right."""
        return self.registered - self.by_right

    @property
    def most(self) -> int:
        return self.base * CAP_PERCENT // 100

    @property
    def percent(self) -> Decimal:
        if not self.base:
            return Decimal(0)
        share = Decimal(self.by_decision * 100) / self.base
        return share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)

    @property
    def is_over(self) -> bool:
        return self.by_decision > self.most


class Counted(Protocol):
    """What is counted of a registration, or of its line in the lists."""

    @property
    def person_id(self) -> str: ...

    @property
    def fee_situation_code(self) -> str | None: ...

    @property
    def is_accepted(self) -> bool: ...


def count_of(campaign: Campaign, registrations: Iterable[Counted]) -> ExemptionCount:
    """Count the people of one campaign; one exempt by right in any file counts as such."""
    by_kind: dict[Exemption | None, set[str]] = {kind: set() for kind in (None, *Exemption)}
    for registration in registrations:
        if registration.is_accepted and registration.fee_situation_code:
            kind = campaign.exemption(registration.fee_situation_code)
            by_kind[kind].add(registration.person_id)
    by_right = by_kind[Exemption.BY_RIGHT]
    by_decision = by_kind[Exemption.BY_DECISION] - by_right
    registered = len(set().union(*by_kind.values()))
    return ExemptionCount(registered, len(by_right), len(by_decision))
