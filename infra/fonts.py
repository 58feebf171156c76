"""Make the fonts of the documents, and the table of the characters that they print.

    python -m infra.fonts FOLDER

FOLDER holds Debian's packages fonts-noto-core and fonts-noto-cjk, unpacked. Each script that people write
today has one font, without hints and without what another font of the list has already.
"""

import io
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from unicodedata import category

import typst
from fontTools import subset  # type: ignore[import-untyped] # ships no types
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped] # as above
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable  # type: ignore[import-untyped] # as above

FONTS = Path("chalicelib/invoicing/fonts")
TABLE = Path("chalicelib/domain/printable.py")
LATIN = "NotoSerif"
"""First: Latin, Greek and Cyrillic letters that typst's own Libertinus lacks."""
SCRIPTS = (
    "NotoSerifArmenian",
    "NotoSerifBengali",
    "NotoSerifDevanagari",
    "NotoSerifEthiopic",
    "NotoSerifGeorgian",
    "NotoSerifGujarati",
    "NotoSerifGurmukhi",
    "NotoSerifHebrew",
    "NotoSerifKannada",
    "NotoSerifKhmer",
    "NotoSerifLao",
    "NotoSerifMalayalam",
    "NotoSerifMyanmar",
    "NotoSerifSinhala",
    "NotoSerifTamil",
    "NotoSerifTelugu",
    "NotoSerifThai",
    "NotoSerifTibetan",
    "NotoNaskhArabic",
    "NotoSansAdlam",
    "NotoSansCanadianAboriginal",
    "NotoSansCherokee",
    "NotoSansJavanese",
    "NotoSansMongolian",
    "NotoSansNKo",
    "NotoSansOlChiki",
    "NotoSansOriya",
    "NotoSansSyriac",
    "NotoSansThaana",
    "NotoSansTifinagh",
    "NotoSansVai",
    "NotoSansYi",
)
HAN = "NotoSansCJK"
HAN_BLOCKS = ((0x3000, 0x3200), (0x3400, 0xA000), (0xAC00, 0xD7A4), (0xF900, 0xFB00), (0xFF00, 0xFFF0))
"""Kana, Bopomofo, the ideographs of the basic plane (27 500), Hangul, compatibility and wide forms."""
SHARED = {0x20, 0xA0, 0x200C, 0x200D, 0x25CC}
"""What a font needs beside its letters: spaces, joiners, and the circle that carries a lone mark."""
FIRST_PRINTED = 0x20
LONG_MAP = 12
"""The format of a font's map from 32-bit characters to glyphs."""
UNPRINTED = {0x7F, *range(0x80, 0xA0), 0xAD, 0xFEFF, 0xFFFC, 0xFFFD}


def main(folder: Path) -> None:
    FONTS.mkdir(exist_ok=True)
    known = _characters(_one(folder, f"{LATIN}-Regular.ttf"))
    _make(TTFont(_one(folder, f"{LATIN}-Regular.ttf")), known, FONTS / f"{LATIN}.ttf")
    for script in SCRIPTS:
        source = _one(folder, f"{script}-Regular.ttf")
        own = _characters(source) - known
        _make(TTFont(source), own | SHARED, FONTS / f"{script}.ttf")
        known |= own
    own = {code for first, end in HAN_BLOCKS for code in range(first, end)} - known
    han = next(
        each for each in TTCollection(_one(folder, f"{HAN}-Regular.ttc")).fonts if _is_simplified(each)
    )
    own &= set(han.getBestCmap())
    _make(han, own | SHARED, FONTS / f"{HAN}.otf")
    write_table()


def printed() -> set[int]:
    """Return the characters of typst's own serif and of each font in FONTS, but for private ones."""
    shipped = (_characters(path) for path in FONTS.glob("*.[ot]tf"))
    held = set(_typst_serif().getBestCmap()).union(*shipped) - UNPRINTED
    return {code for code in held if code >= FIRST_PRINTED and category(chr(code)) != "Co"}


def write_table() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    start, end = lines.index('RANGES = """'), lines.index('"""', lines.index('RANGES = """'))
    table = _wrapped(ranges(printed()))
    TABLE.write_text("\n".join([*lines[: start + 1], *table, *lines[end:], ""]), encoding="utf-8")


def ranges(characters: set[int]) -> list[str]:
    """Write code points as `20-7e`, in hexadecimal and in order."""
    codes = sorted(characters)
    gaps = (rank for rank, (one, two) in enumerate(pairwise(codes)) if two != one + 1)
    spans = [(codes[one + 1], codes[two]) for one, two in pairwise([-1, *gaps, len(codes) - 1])]
    return [f"{first:x}-{last:x}" if first != last else f"{first:x}" for first, last in spans]


def _wrapped(words: list[str], width: int = 108) -> list[str]:
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _one(folder: Path, name: str) -> Path:
    return next(folder.rglob(name))


def _characters(path: Path) -> set[int]:
    return set(TTFont(path).getBestCmap())


def _typst_serif() -> TTFont:
    """Return Libertinus Serif, which typst's library holds as it is."""
    (library,) = Path(typst.__file__).parent.glob("*.so")
    return next(
        each for each in _fonts_in(library.read_bytes()) if _full_name(each) == "Libertinus Serif Regular"
    )


def _fonts_in(library: bytes) -> Iterator[TTFont]:
    start = library.find(b"OTTO\0")
    while start >= 0:
        yield TTFont(io.BytesIO(library[start:]))
        start = library.find(b"OTTO\0", start + 1)


def _full_name(font: TTFont) -> str:
    return str(font["name"].getDebugName(4))


def _is_simplified(font: TTFont) -> bool:
    return str(font["name"].getBestFamilyName()) == "Noto Sans CJK SC"


def _make(font: TTFont, characters: set[int], path: Path) -> None:
    options = subset.Options(
        hinting=False, glyph_names=False, notdef_outline=True, name_IDs=["*"], layout_features=["*"]
    )
    options.drop_tables += ["VORG", "vhea", "vmtx"]
    if path.suffix == ".otf":
        options.layout_features = [
            "ccmp",
            "mark",
            "mkmk",
            "kern",
        ]  # others are for vertical lines and variants
    maker = subset.Subsetter(options)
    maker.populate(unicodes=characters)
    maker.subset(font)
    _map_by_long_numbers(font)
    subset.save_font(font, path, options)


def _map_by_long_numbers(font: TTFont) -> None:
    """Add the 32-bit map: typst misreads the 16-bit one for glyphs after the 32 767th."""
    long = CmapSubtable.newSubtable(LONG_MAP)
    long.platformID, long.platEncID, long.language = 3, 10, 0
    long.cmap = dict(font.getBestCmap())
    font["cmap"].tables = [*(table for table in font["cmap"].tables if table.format != LONG_MAP), long]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
