"""What is written over in typst's library: every font but one copy of the family that documents print."""

import io
from pathlib import Path

import pytest
import typst
from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # ships no types

from infra.cloud.library_fonts import KEPT, fonts, without_unused_fonts

FACES = {"Regular", "Bold", "Italic", "Bold Italic", "Semibold", "Semibold Italic"}


@pytest.fixture(scope="module")
def library() -> bytes:
    (path,) = Path(typst.__file__).parent.glob("*.so")
    return path.read_bytes()


def named(library: bytes) -> list[str]:
    found = (TTFont(io.BytesIO(library[span])) for span in fonts(library))
    return [str(each["name"].getDebugName(4)) for each in found]


def test_library_holds_seventeen_fonts_and_each_again(library: bytes) -> None:
    names = named(library)
    assert len(names) == 2 * len(set(names)) == 34


def test_one_copy_of_one_family_is_kept_and_nothing_else_is_changed(library: bytes) -> None:
    cut = without_unused_fonts(library)
    assert sorted(named(cut)) == sorted(f"{KEPT} {face}" for face in FACES)

    end = 0
    for span in fonts(library):
        assert cut[end : span.start] == library[end : span.start]
        end = span.stop
    assert (len(cut), cut[end:]) == (len(library), library[end:])


def test_family_is_the_one_that_documents_name_first(root: Path) -> None:
    paper = (root / "chalicelib" / "invoicing" / "paper.typ").read_text(encoding="utf-8")
    first = paper.partition("#let serif = (")[2].split('"')[1]
    assert first == KEPT


@pytest.mark.parametrize("library", [b"", b"OTTO\0\x09", b"OTTO\0\x09" + bytes(400)], indirect=False)
def test_what_is_no_font_is_left(library: bytes) -> None:
    assert without_unused_fonts(library) == library
