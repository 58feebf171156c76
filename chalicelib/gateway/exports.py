"""The two files that the back office gives: Export_transactions and Export_remises.

ISO-8859-1, `;`, one line of titles; columns are found by title, whatever their order. Amounts have an
apostrophe between thousands, and a point or a comma. A line that cannot be read is named and left out.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime

from chalicelib.domain.reconciliation.exports import (
    Export,
    ExportKind,
    LeftLine,
    RemittanceLine,
    TransactionLine,
    Why,
)
from chalicelib.domain.reconciliation.refusals import ExportNotReadable

_REFERENCE, _STATUS, _TYPE, _CALL = "REFERENCE COMMANDE", "STATUT", "TYPE DE TRANSACTION", "NUM. APPEL"
_TRANSACTION, _REMITTANCE, _MOMENT = "NUM. TRANSACTION", "NUMERO REMISE BANQUE", "DATE & HEURE"
_AMOUNT, _TOTAL, _COUNT, _RANK = "MONTANT", "MONTANT TOTAL", "NB TRANSACTIONS", "RANG"
_CONTRACT, _CURRENCY = "NUM. CONTRAT", "DEVISE"
_TRANSACTIONS = {_TRANSACTION, _REMITTANCE, _MOMENT, _REFERENCE, _AMOUNT, _TYPE, _STATUS, _CALL, _RANK}
_REMITTANCES = {_REMITTANCE, _MOMENT, _CONTRACT, _RANK, _COUNT, _TOTAL}
_OTHER_TITLES = {"STATUT DE LA TRANSACTION": _STATUS}
_SIGNS = {"DEBIT": 1, "REMBOURSEMENT": -1, "CREDIT": -1}
"""By type; an `Annulation` moves no money."""
_EUROS = {"EUR", "EURO", "978", ""}
_NOT_TAKEN = ("REFUSE", "ANNULE")
_CENTS = re.compile(r"(-?)([0-9]{1,3}(?:'[0-9]{3})+|[0-9]{1,9})(?:[.,]([0-9]{1,2}))?")
_DIGITS = re.compile(r"[0-9]{1,20}")
LONGEST_TOLD = 40

Cells = Mapping[str, str]


class _LineWrong(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def read_export(raw: bytes, rang: str) -> Export:
    """Return the lines of a file that are of our rank; raise `ExportNotReadable` for any other file."""
    rows = [line.split(";") for line in raw.decode("iso-8859-1").splitlines() if line.strip()]
    titles = [_title(cell) for cell in rows[0]] if rows else []
    kind = _kind(titles)
    read: Callable[[int, Cells], TransactionLine | RemittanceLine | None] = (
        _transaction if kind is ExportKind.TRANSACTIONS else _remittance
    )
    found, left = [], []
    for number, cells in enumerate(rows[1:], 2):
        try:
            told = _cells(titles, cells, rang)
            found.append(read(number, told))
            _require_euros(told)
        except _LineWrong as wrong:
            left.append(LeftLine(number, wrong.why, cells[0].strip()[:LONGEST_TOLD]))
    transactions = [each for each in found if isinstance(each, TransactionLine)]
    remittances = [each for each in found if isinstance(each, RemittanceLine)]
    return Export(
        kind,
        hashlib.sha256(raw).hexdigest(),
        tuple(each for each in transactions if each.is_taken),
        tuple(each for each in remittances if each.is_taken),
        tuple(left),
        tuple(each for each in transactions if not each.is_taken),
        tuple(each for each in remittances if not each.is_taken),
    )


def _kind(titles: list[str]) -> ExportKind:
    if set(titles) >= _TRANSACTIONS:
        return ExportKind.TRANSACTIONS
    if set(titles) >= _REMITTANCES:
        return ExportKind.REMITTANCES
    raise ExportNotReadable


def _title(cell: str) -> str:
    decomposed = unicodedata.normalize("NFKD", cell.strip().strip('"').upper())
    plain = "".join(letter for letter in decomposed if letter.isascii())
    return _OTHER_TITLES.get(plain, plain)


def _cells(titles: list[str], cells: list[str], rang: str) -> Cells:
    """Return the cells by title, the first of two alike; the rank is written with two digits or three."""
    if len(cells) < len(titles):
        raise _LineWrong(Why.TOO_SHORT)
    told: dict[str, str] = {}
    for title, cell in zip(titles, cells, strict=False):
        told.setdefault(title, cell.strip().strip('"'))
    if told[_RANK].lstrip("0") != rang.lstrip("0"):
        raise _LineWrong(Why.OTHER_RANK)
    return told


def _is_in_euros(cells: Cells) -> bool:
    """Return True if the line is in euros; a file without the column tells nothing else."""
    return _title(cells.get(_CURRENCY, "")) in _EUROS


def _require_euros(cells: Cells) -> None:
    if not _is_in_euros(cells):
        raise _LineWrong(Why.OTHER_CURRENCY)


def _transaction(row: int, cells: Cells) -> TransactionLine | None:
    sign, status = _SIGNS.get(_title(cells[_TYPE]), 0), _title(cells[_STATUS])
    if sign and status.startswith("ACCEPTE"):
        return _line(row, cells, sign, is_taken=_is_in_euros(cells))
    if sign and status.startswith(_NOT_TAKEN):
        with suppress(_LineWrong):  # a refused line may have no numbers, and tells nothing then
            return _line(row, cells, sign, is_taken=False)
    return None


def _line(row: int, cells: Cells, sign: int, *, is_taken: bool) -> TransactionLine:
    return TransactionLine(
        row,
        _number(cells[_TRANSACTION]),
        _number(cells[_CALL]),
        cells[_REFERENCE],
        _day(cells[_MOMENT]),
        sign * _cents(cells[_AMOUNT]),
        cells[_REMITTANCE],
        is_taken,
    )


def _remittance(row: int, cells: Cells) -> RemittanceLine:
    number = cells[_REMITTANCE]
    if not number:
        raise _LineWrong(Why.NUMBER)
    count, cents = int(_number(cells[_COUNT])), _cents(cells[_TOTAL])
    day, is_taken = _day(cells[_MOMENT]), _is_in_euros(cells)
    return RemittanceLine(row, number, cells[_CONTRACT], day, count, cents, is_taken)


def _number(text: str) -> str:
    if not _DIGITS.fullmatch(text):
        raise _LineWrong(Why.NUMBER)
    return text.lstrip("0") or "0"


def _cents(text: str) -> int:
    found = _CENTS.fullmatch(text)
    if not found:
        raise _LineWrong(Why.AMOUNT)
    minus, whole, part = found.groups()
    cents = int(whole.replace("'", "")) * 100 + int((part or "0").ljust(2, "0"))
    return -cents if minus else cents


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").date()  # noqa: DTZ007 - a Paris time without offset
    except ValueError:
        raise _LineWrong(Why.DAY) from None
