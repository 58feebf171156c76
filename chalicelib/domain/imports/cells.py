"""One cell of an imported file as a value, or the mistake in it."""

import re
import unicodedata
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from chalicelib.domain.evidence.numbers import cvec_number
from chalicelib.domain.evidence.refusals import CvecNumberWrong
from chalicelib.domain.imports.mistakes import (
    CellFormula,
    CellMissing,
    CellTooLong,
    CellUnreadable,
    CountryNotValid,
    CvecNotValid,
    DateNotValid,
    ImportMistake,
    IneNotValid,
    LanguageNotValid,
    LineError,
    MailNotValid,
    NumberNotValid,
    PhoneNotValid,
)
from chalicelib.domain.imports.sheet import Line, Sheet
from chalicelib.domain.languages import Language
from chalicelib.domain.printable import unprintable, without_unseen

Value = TypeVar("Value")
Telephones = Callable[[str, str], tuple[str, str] | None]
"""Read a telephone, typed after the code of a country: its code and national digits, None for none."""

LONGEST = 100
LONGEST_MAIL = 254
EARLIEST_YEAR = 1900
FRANCE = "FR"
_FORMULA = tuple("=+-@")
_DIRECTIONS = frozenset(chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_FRENCH_DATE = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_MAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}"
)
_NUMBER = re.compile("[A-Za-z0-9]{1,20}")
_INE = re.compile("[A-Za-z0-9]{10,11}")
_LANGUAGES = {
    "fr": Language.FR,
    "francais": Language.FR,
    "french": Language.FR,
    "en": Language.EN,
    "anglais": Language.EN,
    "english": Language.EN,
}


@dataclass
class Cells:
    """The cells of one line, with the errors found while they are read."""

    sheet: Sheet
    line: Line
    errors: list[LineError] = field(default_factory=list)

    def refuse(self, column: str, mistake: ImportMistake) -> None:
        self.errors.append(LineError(self.line.number, self.sheet.heading(column), mistake))

    def text(self, column: str, longest: int = LONGEST) -> str:
        """Return the text of a cell, composed, trimmed and as it is seen; "" for none and for a mistake."""
        given = unicodedata.normalize("NFC", self.line.cells.get(column, ""))
        text = without_unseen(given).strip()
        if mistake := CellUnreadable() if _turns(given) else _mistake_in(text, longest):
            self.refuse(column, mistake)
            return ""
        return text

    def needed(self, column: str, longest: int = LONGEST) -> str:
        known = len(self.errors)
        text = self.text(column, longest)
        if not text and len(self.errors) == known:
            self.refuse(column, CellMissing())
        return text

    def parsed(
        self, column: str, text: str, parse: Callable[[str], Value | None], mistake: ImportMistake
    ) -> Value | None:
        """Return what `parse` makes of a text, None for an empty one; refuse the cell if it makes nothing."""
        if not text:
            return None
        value = parse(text)
        if value is None:
            self.refuse(column, mistake)
        return value

    def mail(self, column: str) -> str:
        text = self.needed(column, LONGEST_MAIL)
        return self.parsed(column, text, mail, MailNotValid()) or ""

    def birthday(self, column: str, today: date) -> date | None:
        return self.parsed(column, self.needed(column), lambda text: birthday(text, today), DateNotValid())

    def number(self, column: str) -> str:
        return self.parsed(column, self.needed(column), _like(_NUMBER), NumberNotValid()) or ""

    def ine(self, column: str) -> str:
        return self.parsed(column, self.text(column), _like(_INE), IneNotValid()) or ""

    def cvec(self, column: str) -> str:
        return self.parsed(column, self.text(column), _cvec, CvecNotValid()) or ""

    def country(self, column: str, known: Container[str]) -> str:
        """Return the two letters of a country; France where the cell is empty."""
        text = self.text(column)
        return self.parsed(column, text, lambda typed: country(typed, known), CountryNotValid()) or FRANCE

    def language(self, column: str) -> Language | None:
        return self.parsed(
            column, self.text(column), lambda text: _LANGUAGES.get(_plain(text)), LanguageNotValid()
        )

    def phone(self, column: str, own_code: str, telephone: Telephones) -> tuple[str, str]:
        """Return country code and national digits; a cell may begin with + here."""
        text = unicodedata.normalize("NFC", self.line.cells.get(column, "")).strip()
        return self.parsed(column, text, lambda typed: telephone(own_code, typed), PhoneNotValid()) or (
            "",
            "",
        )


def _mistake_in(text: str, longest: int) -> ImportMistake | None:
    if len(text) > longest:
        return CellTooLong(longest)
    if unprintable(text):
        return CellUnreadable()
    return CellFormula() if text.startswith(_FORMULA) else None


def _turns(text: str) -> bool:
    """Return True if the text holds what turns the direction of what follows."""
    return any(each in _DIRECTIONS for each in text)


def _like(form: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text if form.fullmatch(text) else None


def _cvec(text: str) -> str | None:
    try:
        return cvec_number(text)
    except CvecNumberWrong:
        return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()


def mail(text: str) -> str | None:
    """Return an address as log-ins compare it, None if it is none."""
    lowered = text.lower()
    return lowered if _MAIL.fullmatch(lowered) else None


def birthday(text: str, today: date) -> date | None:
    """Read 24/06/2001 or 2001-06-24; None for a day that does not exist or that is not past."""
    form = _FRENCH_DATE.fullmatch(text) or _ISO_DATE.fullmatch(text)
    if form is None:
        return None
    parts: Mapping[str, str] = form.groupdict()
    try:
        day = date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except ValueError:
        return None
    return day if day.year >= EARLIEST_YEAR and day < today else None


def country(text: str, known: Container[str]) -> str | None:
    """Return a country's letters (ISO 3166-1 alpha-2) if it is `known`, or France by its name."""
    letters = FRANCE if _plain(text) == "france" else text.upper()
    return letters if letters in known else None
