"""A file of statements in whichever format it is."""

from chalicelib.banking.camt import read_camt
from chalicelib.banking.cfonb import is_cfonb, read_cfonb
from chalicelib.banking.csv_file import read_csv
from chalicelib.domain.imports.mistakes import FileEmpty, FileZipped, LineError
from chalicelib.domain.imports.sheet import encoding_of
from chalicelib.domain.treasury.csv_mapping import CsvFrame
from chalicelib.domain.treasury.reading import ReadStatement
from chalicelib.domain.treasury.refusals import (
    StatementArchived,
    StatementEmpty,
    StatementNotRecognised,
    StatementNotText,
    StatementTooLarge,
)

LARGEST_BYTES = 2 * 1024**2
_XML_BEGINS = (b"<", b"\xff\xfe<\0", b"\xfe\xff\0<")
"""XML in UTF-8, and in UTF-16 with its mark, which every reader of XML takes (XML 1.0, 4.3.3)."""
_UNREADABLE = {FileEmpty: StatementEmpty, FileZipped: StatementArchived}


def read_statements(data: bytes, frame: CsvFrame | None = None) -> tuple[ReadStatement, ...]:
    """Return the statements of a file, in its order; `frame` is what a CSV file does not say itself.

    Raise a `StatementUnreadable` that says where, or `StatementTooLarge`.
    """
    if len(data) > LARGEST_BYTES:
        raise StatementTooLarge(LARGEST_BYTES // 1024**2)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_XML_BEGINS):
        return read_camt(data)
    text = _text(data)
    if is_cfonb(text):
        return read_cfonb(text)
    if frame is None:
        raise StatementNotRecognised
    return (read_csv(text, frame),)


def _text(data: bytes) -> str:
    encoding = encoding_of(data)
    if isinstance(encoding, LineError):
        raise _UNREADABLE.get(type(encoding.mistake), StatementNotText)
    return data.decode(encoding)
