"""A statement as CFONB 120: records of 120 characters, the last digit of an amount has its sign."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from infra.local.bank.account import Account, Movement, Statement

POSITIVE, NEGATIVE = "{ABCDEFGHI", "}JKLMNOPQR"


def cfonb_120(statement: Statement) -> bytes:
    """Return the file, in ASCII, one record a line."""
    return ("\r\n".join(_records(statement)) + "\r\n").encode("ascii")


def _records(statement: Statement) -> Iterator[str]:
    account = statement.account
    yield _balance("01", account, statement.first, statement.opening_cents)
    for number, movement in enumerate(statement.movements, 1):
        yield from _movement(account, movement, number)
    yield _balance("07", account, statement.last, statement.closing_cents)


def _balance(kind: str, account: Account, day: date, cents: int) -> str:
    return f"{_head(kind, account)}  {day:%d%m%y}{'':50}{_amount(cents)}{'':16}"


def _head(kind: str, account: Account, operation: str = "    ") -> str:
    return f"{kind}{account.bank}{operation}{account.branch}EUR2 {account.number}"


def _movement(account: Account, movement: Movement, number: int) -> Iterator[str]:
    head, day = _head("04", account, "B000"), f"{movement.booked_on:%d%m%y}"
    label, reference = _ascii(movement.label), _ascii(movement.reference)
    yield (
        f"{head}{movement.code}{day}  {day}{label[:31]:31}  {number % 10_000_000:07d}  "
        f"{_amount(movement.cents)}{reference[:16]:16}"
    )
    told = {
        "LIB": label[31:],
        "NPY" if movement.cents >= 0 else "NBE": _ascii(movement.counterparty),
        "RCN": reference,
    }
    for qualifier, text in told.items():
        if text:
            head = _head("05", account, "B000")
            yield f"{head}{movement.code}{day}     {qualifier}{text[:70]:70}  "


def _amount(cents: int) -> str:
    digits = f"{abs(cents):014d}"
    return digits[:-1] + (POSITIVE if cents >= 0 else NEGATIVE)[int(digits[-1])]


def _ascii(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.upper())
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isprintable())
