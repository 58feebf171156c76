"""Files of the gateway's back office: their lines, and what of them cannot be used, each named."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
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
    OTHER_CURRENCY = "other_currency"


@dataclass(frozen=True)
class LeftLine:
    """A line that is left out: its number in the file, from 1 with the titles, and its first cell."""

    row: int
    why: Why
    told: str


@dataclass(frozen=True)
class TransactionLine:
    """One payment, or refund with negative `cents`; `remittance` is "" before it.

    `is_taken` is False if no euro moved: it was refused, cancelled, or is in another currency.
    """

    row: int
    transaction: str
    call: str
    reference: str
    day: date
    cents: int
    remittance: str
    is_taken: bool = True


@dataclass(frozen=True)
class RemittanceLine:
    """One remittance of our rank: `cents` are payments less refunds, `count` is of both.

    `is_taken` is False if it is in another currency.
    """

    row: int
    number: str
    contract: str
    day: date
    count: int
    cents: int
    is_taken: bool = True


@dataclass(frozen=True)
class Export:
    """One file. `transactions` or `remittances` are its lines that can be used, `left` the others.

    `denied` and `denied_remittances` are those that say that no euro of it moved.
    """

    kind: ExportKind
    sha256: str
    transactions: tuple[TransactionLine, ...] = ()
    remittances: tuple[RemittanceLine, ...] = ()
    left: tuple[LeftLine, ...] = ()
    denied: tuple[TransactionLine, ...] = ()
    denied_remittances: tuple[RemittanceLine, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        days = [each.day for each in self.transactions] + [each.day for each in self.remittances]
        return tuple(sorted(days))

    @property
    def whole_days(self) -> tuple[date, date] | None:
        """The first and the last day of which the file has all transactions, None for a file without any.

        A last day without a remitted line was not over when the file was made: the gateway remits in the
        night after.
        """
        if not self.transactions:
            return None
        first, last = self.days[0], self.days[-1]
        is_over = any(each.remittance for each in self.transactions if each.day == last)
        return first, last - timedelta(days=0 if is_over else 1)

    @property
    def unremitted(self) -> tuple[TransactionLine, ...]:
        """The accepted lines without a remittance."""
        return tuple(each for each in self.transactions if not each.remittance)


def chosen(export: Export, month: str) -> Export:
    """Return the file without doubled lines and those of other months than `month` (YYYY-MM, "" for any)."""
    left, seen = list(export.left), set[tuple[str, object]]()

    def is_asked_for(line: TransactionLine | RemittanceLine) -> bool:
        return not month or f"{line.day:%Y-%m}" == month

    def is_used(line: TransactionLine | RemittanceLine, key: tuple[str, object]) -> bool:
        why = Why.DOUBLED if key in seen else None
        if not is_asked_for(line):
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
        denied=tuple(each for each in export.denied if is_asked_for(each)),
        denied_remittances=tuple(each for each in export.denied_remittances if is_asked_for(each)),
    )
