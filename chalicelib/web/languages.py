"""The language a request asks for (RFC 9110, Accept-Language)."""

import re

from chalicelib.domain.languages import Language

_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")
_MOST_RANGES = 20
LANGUAGES = {language.value: language for language in Language}


def asked_language(header: str | None) -> Language | None:
    """Return the preferred language, the first of equals; None if none of ours is accepted."""
    if not header:
        return None
    wanted: dict[Language, float] = {}
    for part in header.split(",")[:_MOST_RANGES]:
        named = _RANGE.fullmatch(part)
        if named and (language := LANGUAGES.get(named[1].lower())):
            wanted[language] = max(float(named[2] or 1), wanted.get(language, 0))
    best = max(wanted, key=wanted.__getitem__, default=None)
    return best if best and wanted[best] else None
