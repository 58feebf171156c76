"""A statement that a bank offers as CSV, by the headings of a mapping, or by those that banks use."""

import re
from dataclasses import replace
from datetime import date

from chalicelib.domain.imports.mistakes import HeadingMissing, HeadingTwice
from chalicelib.domain.imports.sheet import Aliases, Line, Sheet, folded, read_sheet, separator_of
from chalicelib.domain.treasury.csv_mapping import GUESSED, CsvFrame
from chalicelib.domain.treasury.reading import ReadLine, ReadStatement
from chalicelib.domain.treasury.refusals import (
    StatementColumnMissing,
    StatementNotRecognised,
    StatementRowWrong,
)
from chalicelib.domain.treasury.statements import StatementFormat

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_AMOUNT = re.compile(r"([+-]?)(\d{1,9})(?:[.,](\d{1,2}))?", re.ASCII)
_NO_MATTER = re.compile(r"[\s'’€]|EUR")
_CENTURY = 100


def read_csv(text: str, frame: CsvFrame) -> ReadStatement:
    """Return the statement of a file; raise a `StatementUnreadable` that names row and column."""
    named = {column: (heading,) for column, heading in frame.mapping.columns.items() if heading}
    columns = {**named, **{column: known for column, known in GUESSED.items() if column not in named}}
    above, table = _below(text, columns)
    sheet = _sheet(table, above, frame, columns)
    lines = tuple(_movement(sheet, line) for line in sheet.lines)
    if lines[0].booked_on > lines[-1].booked_on:  # the newest first
        lines = lines[::-1]
    days = [line.booked_on for line in lines]
    return ReadStatement(
        account=frame.mapping.iban,
        format=StatementFormat.CSV,
        opening_on=min(days),
        opening_cents=frame.opening_cents,
        closing_on=frame.closing_on or max(days),
        closing_cents=frame.closing_cents,
        lines=lines,
    )


def _below(text: str, columns: Aliases) -> tuple[int, str]:
    """Return the table, and how many rows stand above it: banks write account and balance there."""
    known = {each for name in ("booked_on", "label") for each in (name, *map(folded, columns[name]))}
    rows = text.split("\n")
    for above, row in enumerate(rows):
        headings = {folded(each.strip('" \r')) for each in row.split(separator_of(row) or None)}
        if len(headings & known) > 1:
            return above, "\n".join(rows[above:])
    return 0, text


def _sheet(table: str, above: int, frame: CsvFrame, columns: Aliases) -> Sheet:
    sheet = read_sheet(table.encode(), columns, ("booked_on", "label"))
    for error in sheet.errors:
        if isinstance(error.mistake, HeadingMissing):
            raise StatementColumnMissing(_named(frame, error.column), _headings(sheet))
        if isinstance(error.mistake, HeadingTwice) or error.line > 1:
            raise StatementRowWrong(above + error.line, error.column, "")
        raise StatementNotRecognised
    found = set(sheet.headings or {})
    if "amount" not in found and not {"debit", "credit"} <= found:
        raise StatementColumnMissing(_named(frame, "amount"), _headings(sheet))
    return replace(sheet, lines=tuple(replace(line, number=above + line.number) for line in sheet.lines))


def _named(frame: CsvFrame, column: str) -> str:
    return frame.mapping.columns.get(column) or GUESSED[column][0]


def _headings(sheet: Sheet) -> str:
    return ", ".join((*(sheet.headings or {}).values(), *sheet.ignored))


def _movement(sheet: Sheet, line: Line) -> ReadLine:
    booked_on = _day(sheet, line, "booked_on")
    return ReadLine(
        booked_on=booked_on,
        value_on=_day(sheet, line, "value_on") if line.cells.get("value_on", "").strip() else booked_on,
        cents=_cents(sheet, line),
        label=" ".join(line.cells["label"].split()),
        counterparty=" ".join(line.cells.get("counterparty", "").split()),
        reference=line.cells.get("reference", "").strip(),
    )


def _day(sheet: Sheet, line: Line, column: str) -> date:
    text = line.cells[column].strip()
    french, iso = _DAY.fullmatch(text), _ISO_DAY.fullmatch(text)
    parts = french.groups()[::-1] if french else iso.groups() if iso else ()
    try:
        year, month, day = (int(part) for part in parts)
        return date(year + 2000 if year < _CENTURY else year, month, day)
    except ValueError:
        raise StatementRowWrong(line.number, sheet.heading(column), text) from None


def _cents(sheet: Sheet, line: Line) -> int:
    """Return the amount, or credit less debit; debits are written with and without their sign."""
    if "amount" in line.cells:
        return _amount(sheet, line, "amount")
    credit, debit = (_amount(sheet, line, column, or_none=True) for column in ("credit", "debit"))
    if bool(credit) == bool(debit):
        raise StatementRowWrong(line.number, sheet.heading("credit"), line.cells["credit"].strip())
    return abs(credit) - abs(debit)


def _amount(sheet: Sheet, line: Line, column: str, *, or_none: bool = False) -> int:
    text = line.cells[column].strip()
    if or_none and not text:
        return 0
    found = _AMOUNT.fullmatch(_NO_MATTER.sub("", text).replace("−", "-"))
    if not found:
        raise StatementRowWrong(line.number, sheet.heading(column), text)
    cents = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
    return -cents if found[1] == "-" else cents
