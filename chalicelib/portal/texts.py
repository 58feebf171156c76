"""Texts of pages by their French form, in a reader's language, and typeset.

The French text is the message id: templates stay readable, and `catalogues/pages/en` holds the rest.
"""

import re
from functools import cache
from gettext import NullTranslations
from typing import TYPE_CHECKING, Any

from chalicelib.domain.languages import Language
from chalicelib.portal.sentences import CATALOGUES, read_catalogues

if TYPE_CHECKING:
    from markupsafe import Markup

_APOSTROPHE = re.compile(r"(?<=\w)'(?=[\w«“])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SPACE = re.compile(r" (?:(?=[:;?!»€])|(?<=« ))")


def marked(words: str) -> str:
    """Return a text unchanged: it is collected for translation here, and translated where it is shown."""
    return words


def said(words: str, language: Language, **data: Any) -> str:
    """Return a text in a language, with its data in the place of `%(name)s`."""
    told = typeset(translated(words, language))
    return told % data if data else told


def translated(words: str, language: Language) -> str:
    return _translations(language).gettext(words) if words else ""


def typeset(words: str) -> str:
    """Use typographic apostrophes, and non-breaking spaces that keep a mark on the line of its word."""
    if "'" in words:
        words = _APOSTROPHE.sub("\N{RIGHT SINGLE QUOTATION MARK}", words)
    return _SPACE.sub("\N{NO-BREAK SPACE}", words)


def mail_links(words: str) -> "Markup":
    """Escape a text, and make a link of each mail address in it."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - pages alone need it

    told = _MAIL.sub(r'<a href="mailto:\g<0>">\g<0></a>', str(escape(words)))
    return Markup(told)  # noqa: S704 - escaped above  # nosec B704


@cache
def _translations(language: Language) -> NullTranslations:
    """Return the catalogue of a language; French, the language of the ids, needs none."""
    if language is Language.FR:
        return NullTranslations()
    return read_catalogues(CATALOGUES / "pages" / language)
