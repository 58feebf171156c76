"""The fonts in typst's library: seventeen, and each of them twice. Documents print one family of them.

The others become zeros, which take no place in a zip. typst passes over what is no font, and reads the first
copy.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARY = "typst/_typst.abi3.so"
KEPT = "Libertinus Serif"
"""The family that chalicelib/invoicing/paper.typ names first; the fonts of other families are files."""
_BEGINS = re.compile(rb"(?:OTTO|\x00\x01\x00\x00)\x00[\x05-\x28]")
"""The version of an OpenType font, and the number of its tables: 5 to 40."""
_NEEDED = {b"cmap", b"head", b"name"}
_LARGEST = 8_000_000
_HEADER, _ENTRY = 12, 16


def without_unused_fonts(library: bytes) -> bytes:
    """Write zeros over each font that is of another family than KEPT, or that was there before."""
    family, cut = KEPT.encode("utf-16-be"), bytearray(library)
    seen: set[bytes] = set()
    for span in fonts(library):
        font = library[span]
        if family not in font or font in seen:
            cut[span] = bytes(len(font))
        seen.add(font)
    return bytes(cut)


def fonts(library: bytes) -> Iterator[slice]:
    """Yield where each OpenType font is, by its table directory: offset and length of each table."""
    end = 0
    for found in _BEGINS.finditer(library):
        start = found.start()
        tables = _tables(library, start)
        if start >= end and tables.keys() >= _NEEDED and max(tables.values()) <= _LARGEST:
            end = start + max(tables.values())
            yield slice(start, end)


def _tables(library: bytes, start: int) -> dict[bytes, int]:
    """Return the end of each table, from the start of its font on; none for what is no directory."""
    (number,) = struct.unpack_from(">H", library, start + 4)
    first = start + _HEADER
    if first + number * _ENTRY > len(library):
        return {}
    entries = [struct.unpack_from(">4s4xII", library, first + rank * _ENTRY) for rank in range(number)]
    return {tag: offset + length for tag, offset, length in entries}
