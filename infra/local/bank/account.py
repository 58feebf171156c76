"""The account: movements that were ordered, and the remittances of the gateway, each less a commission.

Decided here: a remittance is credited on the next working day, Monday to Friday, less three per thousand; one
that gives back more than it takes is debited whole.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

OPENING_CENTS = 1_000_000
"""The balance before the first movement."""
FEE_PER_MILLE = 3
SATURDAY = 5


@dataclass(frozen=True)
class Account:
    bank: str
    branch: str
    number: str
    key: str
    iban: str


ACCOUNT = Account("30001", "00794", "12345678901", "85", "FR7630001007941234567890185")
"""The account that the demo campaign names."""


@dataclass(frozen=True)
class Movement:
    """One movement: signed cents, positive for money received; `code` is the interbank code of CFONB."""

    booked_on: date
    cents: int
    label: str
    counterparty: str = ""
    reference: str = ""
    code: str = "05"


@dataclass(frozen=True)
class Statement:
    """The movements from `first` to `last`, both included, and the balances around them."""

    account: Account
    first: date
    last: date
    opening_cents: int
    movements: tuple[Movement, ...]

    @property
    def closing_cents(self) -> int:
        return self.opening_cents + sum(each.cents for each in self.movements)


class Bank:
    """`told` answers the remittances as the simulator lists them; what is ordered is kept in `file`."""

    def __init__(self, file: Path, told: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
        self._file = file
        self._told = told

    def order(self, movements: Iterable[Movement]) -> None:
        """Add movements: transfers received, cheques of a slip, what comes back unpaid, fees."""
        kept = [*self._ordered(), *movements]
        rows = [{**asdict(each), "booked_on": each.booked_on.isoformat()} for each in kept]
        self._file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")

    def reset(self) -> None:
        self._file.unlink(missing_ok=True)

    def statement(self, first: date, last: date) -> Statement:
        every = sorted((*self._ordered(), *self._credited()), key=lambda each: each.booked_on)
        before = sum(each.cents for each in every if each.booked_on < first)
        within = tuple(each for each in every if first <= each.booked_on <= last)
        return Statement(ACCOUNT, first, last, OPENING_CENTS + before, within)

    def _ordered(self) -> list[Movement]:
        if not self._file.exists():
            return []
        rows = json.loads(self._file.read_text(encoding="utf-8"))
        return [Movement(**{**row, "booked_on": date.fromisoformat(row["booked_on"])}) for row in rows]

    def _credited(self) -> Iterable[Movement]:
        for each in self._told():
            total = int(each["total_cents"])
            fee = max(total, 0) * FEE_PER_MILLE // 1000
            day = working_day(datetime.fromisoformat(each["made_at"]).date())
            label = f"REMISE CB {each['number']} CONTRAT {each['contract']}"
            yield Movement(day, total - fee, label, reference=each["number"], code="57")


def working_day(day: date) -> date:
    """Return the day, or the Monday after a weekend."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day
