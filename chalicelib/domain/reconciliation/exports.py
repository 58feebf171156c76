"""Files of the gateway's back office: their lines, and what of them cannot be used, each named."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class ExportKind(StrEnum):
    TRANSACTIONS = "transactions"
    REMITTANCES = "remittances"


class Why(StrEnum):
    """Why a line is left out."""

    TOO_SHORT = "too_short"
    AMOUNT = "amount"
    DAY = "day"
    NUMBER = "number"
    DOUBLED = "doubled"
    OTHER_MONTH = "other_month"
    OTHER_RANK = "other_rank"


@dataclass(frozen=True)
class LeftLine:
    """A line that is left out: its number in the file, from 1 with the titles, and its first cell."""

    row: int
    why: Why
    told: str


@dataclass(frozen=True)
class TransactionLine:
    """One accepted payment, or refund with negative `cents`; `remittance` is "" before it."""

    row: int
    transaction: str
    call: str
    reference: str
    day: date
    cents: int
    remittance: str


@dataclass(frozen=True)
class RemittanceLine:
    """One remittance of our rank: `cents` are payments less refunds, `count` is of both."""

    row: int
    number: str
    contract: str
    day: date
    count: int
    cents: int


@dataclass(frozen=True)
class Export:
    """One file. `transactions` or `remittances` are its lines that can be used, `left` the others."""

    kind: ExportKind
    sha256: str
    transactions: tuple[TransactionLine, ...] = ()
    remittances: tuple[RemittanceLine, ...] = ()
    left: tuple[LeftLine, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        days = [each.day for each in self.transactions] + [each.day for each in self.remittances]
        return tuple(sorted(days))

    @property
    def unremitted(self) -> tuple[TransactionLine, ...]:
        """The accepted lines without a remittance."""
        return tuple(each for each in self.transactions if not each.remittance)


def chosen(export: Export, month: str) -> Export:
    """Return the file without doubled lines and those of other months than `month` (YYYY-MM, "" for any)."""
    left, seen = list(export.left), set[tuple[str, object]]()

    def is_used(line: TransactionLine | RemittanceLine, key: tuple[str, object]) -> bool:
        why = Why.DOUBLED if key in seen else None
        if month and f"{line.day:%Y-%m}" != month:
            why = Why.OTHER_MONTH
        seen.add(key)
        if why:
            left.append(LeftLine(line.row, why, key[0]))
        return why is None

    return replace(
        export,
        transactions=tuple(
            each for each in export.transactions if is_used(each, (each.transaction, each.cents))
        ),
        remittances=tuple(each for each in export.remittances if is_used(each, (each.number, each.contract))),
        left=tuple(sorted(left, key=lambda each: each.row)),
    )
