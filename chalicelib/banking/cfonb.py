"""CFONB 120, "relevé de compte": records of 120 characters (layout of July 2004, its 05 of August 2007).

01 old balance, 04 movement, 05 what is said beside it, 07 new balance; a file holds any number of statements.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from chalicelib.domain.treasury.lines import REVERSED
from chalicelib.domain.treasury.reading import ReadLine, ReadStatement
from chalicelib.domain.treasury.refusals import (
    StatementCut,
    StatementOtherCurrency,
    StatementRowWrong,
)
from chalicelib.domain.treasury.statements import StatementFormat

WIDTH = 120
_SIGNED = {digit: (str(place), 1) for place, digit in enumerate("{ABCDEFGHI")} | {
    digit: (str(place), -1) for place, digit in enumerate("}JKLMNOPQR")
}
"""The last character of an amount is its last digit and its sign: overpunched, as on cards."""
_BEGINS = re.compile(r"01\d{5}.{4}\d{5}")
_CENTS = 2
_LABELS = frozenset({"LIB", "LCC", "LC2", "LCS"})
_PAYERS = {1: ("NPY", "NPO"), -1: ("NBE", "NBU")}
"""The qualifiers with the other party's name: of money that came in the debtor's, else the creditor's."""
_CLIENT_REFERENCE = 35


@dataclass(frozen=True)
class Record:
    """One record; positions are those of the standard, counted from 1, both ends included."""

    row: int
    text: str

    @property
    def kind(self) -> str:
        return self.text[:2]

    def at(self, first: int, last: int) -> str:
        return self.text[first - 1 : last].strip()

    @property
    def account(self) -> str:
        return self.at(3, 7) + self.at(12, 16) + self.at(22, 32)

    def day(self, first: int, last: int, part: str) -> date:
        """Return a day written DDMMYY: of this century."""
        try:
            return datetime.strptime(self.at(first, last), "%d%m%y").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            raise StatementRowWrong(self.row, part, self.at(first, last)) from None

    @property
    def cents(self) -> int:
        written = self.at(91, 104)
        digits, sign = _SIGNED.get(written[-1:], ("", 0))
        if not sign or not re.fullmatch("[0-9]*", written[:-1]):
            raise StatementRowWrong(self.row, "montant", written)
        if self.at(17, 19) not in {"", "EUR"}:
            raise StatementOtherCurrency(self.at(17, 19))
        if self.at(20, 20) not in {"", str(_CENTS)}:
            raise StatementRowWrong(self.row, "décimales", self.at(20, 20))
        return sign * int(f"{written[:-1]}{digits}")


def is_cfonb(text: str) -> bool:
    return _BEGINS.match(text) is not None


def read_cfonb(text: str) -> tuple[ReadStatement, ...]:
    """Return the statements of a file; raise a `StatementUnreadable` for what is not as the standard says."""
    found: list[ReadStatement] = []
    opened: _Opened | None = None
    for record in _records(text):
        if record.kind == "01" and opened is None:
            opened = _Opened(record)
        elif opened is None or record.kind == "01" or record.account != opened.first.account:
            raise StatementCut(record.row)
        elif record.kind == "07":
            found.append(opened.closed(record))
            opened = None
        else:
            opened.add(record)
    if opened is not None:
        raise StatementCut(opened.last)
    return tuple(found)


@dataclass
class _Opened:
    """A statement being read: its closing balance record was not reached yet."""

    first: Record
    lines: list[ReadLine] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    last: int = 0

    def __post_init__(self) -> None:
        self.last = self.first.row

    def add(self, record: Record) -> None:
        self.last = record.row
        if record.kind == "04":
            self._tell()
            self.lines.append(_movement(record))
        elif record.kind == "05" and self.lines:
            self.told.append((record.at(46, 48), record.at(49, 118)))
        else:
            raise StatementRowWrong(record.row, "code", record.kind)

    def _tell(self) -> None:
        """Give the last movement what was said beside it."""
        if self.told:
            self.lines[-1] = _told(self.lines[-1], self.told)
            self.told = []

    def closed(self, record: Record) -> ReadStatement:
        self._tell()
        return ReadStatement(
            account=record.account,
            format=StatementFormat.CFONB_120,
            opening_on=self.first.day(35, 40, "date"),
            opening_cents=self.first.cents,
            closing_on=record.day(35, 40, "date"),
            closing_cents=record.cents,
            lines=tuple(self.lines),
        )


def _records(text: str) -> Iterator[Record]:
    rows = re.split("\r\n|\n|\r", text)
    if len(text) > WIDTH and "\n" not in text and "\r" not in text:  # as on tapes
        rows = [text[first : first + WIDTH] for first in range(0, len(text.rstrip()), WIDTH)]
    for number, row in enumerate(rows, 1):
        if len(row.rstrip()) > WIDTH:
            raise StatementRowWrong(number, "longueur", str(len(row)))
        if row.strip("\x1a \t"):
            yield Record(number, row.ljust(WIDTH))


def _movement(record: Record) -> ReadLine:
    """Return a movement; one with a reason of rejection is money that comes back."""
    return ReadLine(
        booked_on=record.day(35, 40, "date"),
        value_on=record.day(43, 48, "date de valeur"),
        cents=record.cents,
        label=" ".join(record.at(49, 79).split()),
        reference=record.at(105, 120),
        code=f"{record.at(33, 34)}-{REVERSED}" if record.at(41, 42) else record.at(33, 34),
    )


def _told(line: ReadLine, told: list[tuple[str, str]]) -> ReadLine:
    """Return the movement with its further labels, the other party and the client's reference."""
    labels = [" ".join(text.split()) for kind, text in told if kind in _LABELS]
    names = [
        text for wanted in _PAYERS[1 if line.cents >= 0 else -1] for kind, text in told if kind == wanted
    ]
    references = [text[:_CLIENT_REFERENCE].strip() for kind, text in told if kind == "RCN"]
    return replace(
        line,
        label=" ".join(dict.fromkeys(each for each in (line.label, *labels) if each)),
        counterparty=" / ".join(dict.fromkeys(" ".join(name.split()) for name in names)),
        reference=next((each for each in references if each), line.reference),
    )
