"""A CSV file as its lines: encoding, separator, headings. No cell is interpreted here."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.imports.mistakes import (
    EncodingMixed,
    EncodingUnknown,
    FileEmpty,
    FileZipped,
    HeadingMissing,
    HeadingTwice,
    ImportMistake,
    LineEmpty,
    LineError,
    LineMisshapen,
    QuotesBroken,
    SeparatorUnknown,
)

SEPARATORS = ";,\t"
BOM = b"\xef\xbb\xbf"
_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""The beginnings of ZIP and XLSX, and of the older XLS."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

Aliases = Mapping[str, Sequence[str]]
"""The columns by our names, each with the headings that name it beside its own."""


@dataclass(frozen=True)
class Line:
    """One record: the number of its first line, and its cells by our column names."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """A file's lines. `headings` are the columns as the file calls them; `ignored` those of no use."""

    lines: tuple[Line, ...] = ()
    errors: tuple[LineError, ...] = ()
    headings: Mapping[str, str] | None = None
    ignored: tuple[str, ...] = ()

    def heading(self, column: str) -> str:
        return (self.headings or {}).get(column, column)


def read_sheet(data: bytes, aliases: Aliases, required: Sequence[str]) -> Sheet:
    """Read a file whole; a file that cannot be cut into lines has one error, the first."""
    text = _text(data)
    if isinstance(text, LineError):
        return Sheet(errors=(text,))
    separator = separator_of(next(iter(text.splitlines()), ""))
    if not separator:
        return Sheet(errors=(LineError(1, "", SeparatorUnknown()),))
    records, broken = _records(text, separator)
    if broken:
        return Sheet(errors=(broken,))
    return _with_headings(records, aliases, required)


def separator_of(first_line: str) -> str:
    """Return what separates the headings, "" if nothing does."""
    separator = max(SEPARATORS, key=first_line.count)
    return separator if separator in first_line else ""


def folded(heading: str) -> str:
    """Return a heading as it is compared: "N° Étudiant " is "n_etudiant"."""
    ascii_only = unicodedata.normalize("NFKD", heading.replace("°", " ")).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "_", ascii_only.casefold()).strip("_")


def _text(data: bytes) -> str | LineError:
    encoding = encoding_of(data)
    return encoding if isinstance(encoding, LineError) else data.decode(encoding)


def encoding_of(data: bytes) -> str | LineError:
    """Return the encoding that the whole file can be decoded by."""
    if not data.strip():
        return LineError(1, "", FileEmpty())
    if data.startswith(_OFFICE):
        return LineError(1, "", FileZipped())
    if data.startswith(_UTF_16) or b"\0" in data:
        return LineError(1, "", EncodingUnknown())
    return "utf-8-sig" if _is_utf_8(data) else _windows(data)


def _windows(data: bytes) -> str | LineError:
    """Return Windows-1252, unless some other line or the mark at the beginning says UTF-8."""
    lines = data.split(b"\n")
    foreign = [number for number, line in enumerate(lines, 1) if not _is_utf_8(line)]
    if data.startswith(BOM) or any(_is_utf_8(line) and not line.isascii() for line in lines):
        return LineError(foreign[0], "", EncodingMixed())
    try:
        data.decode("cp1252")
    except UnicodeDecodeError as error:
        return LineError(data.count(b"\n", 0, error.start) + 1, "", EncodingUnknown())
    return "cp1252"


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


Record = tuple[int, list[str]]


def _records(text: str, separator: str) -> tuple[list[Record], LineError | None]:
    """Return the records, each with the number of its first line, and what ended the reading early."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[Record] = []
    begins = 1
    try:
        for cells in reader:
            records.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error:
        return [], LineError(begins, "", QuotesBroken())
    return records, None


def _with_headings(records: list[Record], aliases: Aliases, required: Sequence[str]) -> Sheet:
    (_, named), *others = records
    columns, sheet = headings_of(named, aliases, required)
    if sheet.errors:
        return sheet
    lines, errors = _lines(others, columns)
    return replace(sheet, lines=lines, errors=errors)


def headings_of(
    named: Sequence[str], aliases: Aliases, required: Sequence[str]
) -> tuple[tuple[str, ...], Sheet]:
    """Return our name of each column, "" for one of no use, and a sheet without lines."""
    columns = tuple(_column(heading, aliases) for heading in named)
    headings = {column: name for column, name in zip(columns, named, strict=True) if column}
    errors = tuple(_heading_errors(columns, named, required))
    ignored = tuple(name for column, name in zip(columns, named, strict=True) if not column and name.strip())
    return columns, Sheet((), errors, headings, ignored)


def _column(heading: str, aliases: Aliases) -> str:
    wanted = folded(heading)
    return next(
        (name for name, others in aliases.items() if wanted in {name, *(folded(each) for each in others)}), ""
    )


def _heading_errors(
    columns: Sequence[str], named: Sequence[str], required: Sequence[str]
) -> Iterator[LineError]:
    for place, column in enumerate(columns):
        if column and column in columns[:place]:
            yield LineError(1, named[place], HeadingTwice())
    yield from (LineError(1, column, HeadingMissing()) for column in required if column not in columns)


def _lines(records: list[Record], columns: Sequence[str]) -> tuple[tuple[Line, ...], tuple[LineError, ...]]:
    """Return the lines and what is wrong with their form; empty lines at the end are nothing."""
    filled = [number for number, cells in records if any(cell.strip() for cell in cells)]
    last = filled[-1] if filled else 0
    lines, errors = [], []
    for number, cells in records:
        if mistake := misshapen(cells, columns):
            errors += [LineError(number, "", mistake)] if number <= last else []
        else:
            named = zip(columns, cells, strict=True)
            lines.append(Line(number, {column: cell for column, cell in named if column}))
    if not filled:
        errors.append(LineError(2, "", FileEmpty()))
    return tuple(lines), tuple(errors)


def misshapen(cells: Sequence[str], columns: Sequence[str]) -> ImportMistake | None:
    if not any(cell.strip() for cell in cells):
        return LineEmpty()
    return None if len(cells) == len(columns) else LineMisshapen(len(cells), len(columns))
