"""Cells of files of the books: text of one line, amounts, days, and characters that the charset has."""

import csv
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from io import StringIO

from chalicelib.domain.calendar import PARIS
from chalicelib.invoicing.legible import in_latin_letters, legible

FORMULA = ("=", "+", "-", "@")
DAY = (("AAAA", "%Y"), ("AA", "%y"), ("MM", "%m"), ("JJ", "%d"))


def plain(text: str) -> str:
    """Return text on one line without control characters, with plain spaces."""
    return " ".join(str(legible(text)).split())


def inert(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    line = plain(text)
    return f"'{line}" if line.startswith(FORMULA) else line


def amount(cents: int, decimal: str = ",") -> str:
    """Return an amount with two decimals, or in cents if there is no decimal separator."""
    sign, rest = "-" if cents < 0 else "", abs(cents)
    return f"{sign}{rest // 100}{decimal}{rest % 100:02}" if decimal else f"{cents}"


def day(when: date, pattern: str) -> str:
    for name, code in DAY:
        pattern = pattern.replace(name, code)
    return when.strftime(pattern)


def paris(moment: datetime) -> str:
    """Return a moment in Paris time with its offset."""
    return moment.astimezone(PARIS).isoformat(timespec="seconds")


def encoded(text: str, charset: str) -> bytes:
    """Return the bytes; a letter that the charset lacks loses its accents, or is transliterated."""
    return "".join(_within(letter, charset) for letter in text).encode(charset, "replace")


def _within(letter: str, charset: str) -> str:
    if _has(charset, letter):
        return letter
    bare = "".join(each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each))
    return bare if bare and _has(charset, bare) else str(in_latin_letters(letter))


def _has(charset: str, text: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def separated(rows: Iterable[Iterable[str]], separator: str = ";", line_end: str = "\r\n") -> str:
    text = StringIO()
    csv.writer(text, delimiter=separator, lineterminator=line_end).writerows(rows)
    return text.getvalue()
