"""Sentences of the catalogue, by a code, its data and a language.

`catalogues/<language>/*.po` are gettext catalogues with our codes as message ids. A deployment ships them
compiled (`infra/cloud/package.py`): reading .po needs Babel's parser, which is ten times slower.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache, partial
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from chalicelib.domain import languages
from chalicelib.domain.languages import Language

CATALOGUES = Path(__file__).parent / "catalogues"
PLACEHOLDER = re.compile(r"{(\w+)}")
UNDATED = datetime(1980, 1, 1, tzinfo=UTC)


class Told(Protocol):
    """A refusal, or another object with a sentence: its `key`, and the sentence's data as attributes."""

    @property
    def key(self) -> str: ...


def sentence(told: Told | None, language: Language = Language.FR) -> str:
    """Return the sentence in a language; "" for None."""
    if told is None:
        return ""
    return _filled(text(told.key, language), partial(getattr, told), language)


def text(key: str, language: Language = Language.FR) -> str:
    """Return the catalogue's text for a key, the key itself if there is none."""
    return _catalogue(language).gettext(key)


def field_sentence(kind: str, told: Mapping[str, Any], language: Language) -> str:
    """Return what is wrong with one field of a request: a general sentence for a kind without its own."""
    key = f"field.{kind}"
    found = text(key, language)
    return _filled(found if found != key else text("field.other", language), told.__getitem__, language)


def _filled(template: str, value_of: Callable[[str], Any], language: Language) -> str:
    return PLACEHOLDER.sub(lambda found: written(found[1], value_of(found[1]), language), template)


def written(name: str, value: Any, language: Language) -> str:
    """Format data for a language: cents (known by the name's ending), days and moments."""
    if name.endswith("_cents"):
        return languages.amount(value, language)
    if isinstance(value, datetime):
        return languages.moment(value, language)
    if isinstance(value, date):
        return languages.day(value, language)
    if name == "expected":  # pydantic's, of which the last two are joined by an English word
        return str(value).replace("' or '", "', '")
    return ", ".join(value) if isinstance(value, tuple) else str(value)


@cache
def _catalogue(language: Language) -> GNUTranslations:
    return read_catalogues(CATALOGUES / language)


def read_catalogues(folder: Path) -> GNUTranslations:
    """Return the catalogues of a folder as one."""
    first, *others = (_read_catalogue(path) for path in sorted(folder.glob("*.po")))
    for other in others:
        first.add_fallback(other)
    return first


def _read_catalogue(path: Path) -> GNUTranslations:
    ready = path.with_suffix(".mo")
    return GNUTranslations(BytesIO(ready.read_bytes() if ready.exists() else compiled(path)))


def compiled(path: Path) -> bytes:
    """Return a .po file as .mo, the same at each time."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - where a .mo is there, it is enough
    from babel.messages.pofile import read_po  # noqa: PLC0415 - the same

    compiled_catalogue = BytesIO()
    with path.open("rb") as lines:
        catalogue = read_po(lines, abort_invalid=True)
    catalogue.creation_date = UNDATED  # babel's is the moment of reading
    write_mo(compiled_catalogue, catalogue)
    return compiled_catalogue.getvalue()
