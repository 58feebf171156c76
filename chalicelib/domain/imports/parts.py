"""A large file cut into parts that are read alone: never are all its lines in memory as objects.

All lines of one student are in one part, which shows whether they contradict each other. What two students
share (an address, an INE, a CAS name) is found while the file is cut.
"""

import csv
import io
import json
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.domain.identities import as_read
from chalicelib.domain.imports.mistakes import (
    CasNameTwice,
    FileEmpty,
    ImportMistake,
    IneTwice,
    LineEmpty,
    LineError,
    MailTwice,
    QuotesBroken,
    SeparatorUnknown,
)
from chalicelib.domain.imports.sheet import Line, Sheet, encoding_of, headings_of, misshapen, separator_of
from chalicelib.domain.imports.students import REQUIRED, Reader

PART = 250
"""About the number of lines of a part: one is checked, or written, in some seconds."""
STUDENT = "numero_etudiant"
_SHARED: tuple[tuple[str, Callable[[int], ImportMistake]], ...] = (
    ("ine", IneTwice),
    ("email", MailTwice),
    ("identifiant_cas", CasNameTwice),
)
"""What two students of a file never share."""


@dataclass(frozen=True)
class CutFile:
    """A file in parts. `sheet` has its headings and the errors found while it was cut, but no lines."""

    sheet: Sheet = field(default_factory=Sheet)
    columns: tuple[str, ...] = ()
    parts: tuple[bytes, ...] = ()
    lines: int = 0
    students: int = 0


def cut(data: bytes, reader: Reader, part: int) -> CutFile:
    """Cut a file into parts of about `part` lines; one that has no lines has no parts, and one error."""
    encoding = encoding_of(data)
    if isinstance(encoding, LineError):
        return _refused(encoding)
    text = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    separator = separator_of(text.readline().rstrip("\r\n"))
    if not separator:
        return _refused(LineError(1, "", SeparatorUnknown()))
    text.seek(0)
    records = _records(text, separator)
    try:
        _, named = next(records)
        columns, sheet = headings_of(named, reader.columns, REQUIRED)
        if sheet.errors:
            return CutFile(sheet)
        cutting = _Cutting(sheet, columns, [bytearray() for _ in range(data.count(b"\n") // part + 1)])
        for number, cells in records:
            cutting.add(number, cells)
    except _Broken as broken:
        return _refused(LineError(broken.line, "", QuotesBroken()))
    return cutting.done()


def lines_of(cut_file: CutFile, part: bytes) -> Sheet:
    """Return the lines of a part as a sheet."""
    records = (json.loads(line) for line in part.splitlines())
    return replace(
        cut_file.sheet,
        lines=tuple(_line(number, cells, cut_file.columns) for number, cells in records),
        errors=(),
    )


def students_in(part: Sheet) -> frozenset[str]:
    """Return what tells the students of a part apart."""
    return frozenset(_key(line.cells[STUDENT]) for line in part.lines)


def _line(number: int, cells: Sequence[str], columns: Sequence[str]) -> Line:
    return Line(number, {column: cell for column, cell in zip(columns, cells, strict=True) if column})


class _Broken(Exception):
    """Quotes that do not end; `line` is that of the record."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _records(text: io.TextIOWrapper, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records, each with the number of its first line."""
    reader = csv.reader(text, delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        raise _Broken(begins) from None


def _refused(error: LineError) -> CutFile:
    return CutFile(Sheet(errors=(error,)))


@dataclass
class _Cutting:
    """What is known while lines are added: where each student, address, INE and CAS name came first."""

    sheet: Sheet
    columns: Sequence[str]
    parts: list[bytearray]
    errors: list[LineError] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    lines: int = 0
    students: dict[str, int] = field(default_factory=dict)
    first: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def add(self, number: int, cells: Sequence[str]) -> None:
        mistake = misshapen(cells, self.columns)
        if isinstance(mistake, LineEmpty):  # an error if a line follows
            self.empty.append(number)
            return
        self.errors += [LineError(each, "", LineEmpty()) for each in self.empty]
        self.empty = []
        self.lines += 1
        if mistake:
            self.errors.append(LineError(number, "", mistake))
        else:
            self._keep(number, cells)

    def _keep(self, number: int, cells: Sequence[str]) -> None:
        named = dict(zip(self.columns, cells, strict=True))
        student = _key(named[STUDENT])
        known = self.students.setdefault(student, len(self.students))
        for column, mistake in _SHARED:
            if value := _key(named.get(column, "")):
                owner, line = self.first.setdefault((column, value), (known, number))
                if owner != known:
                    self.errors.append(LineError(number, self.sheet.heading(column), mistake(line)))
        part = self.parts[zlib.crc32(student.encode()) % len(self.parts)]
        part += json.dumps([number, cells]).encode() + b"\n"

    def done(self) -> CutFile:
        if not self.lines:
            self.errors.append(LineError(2, "", FileEmpty()))
        parts = tuple(bytes(each) for each in self.parts if each)
        sheet = replace(self.sheet, errors=tuple(self.errors))
        return CutFile(sheet, tuple(self.columns), parts, self.lines, len(self.students))


def _key(cell: str) -> str:
    return as_read(unicodedata.normalize("NFC", cell).strip())
