"""Every text of a page stands in each language: none missing, unused or left out."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from chalicelib.domain.languages import Language
from chalicelib.portal.render import HERE
from chalicelib.portal.sentences import CATALOGUES

TEMPLATES = HERE / "templates"
WORDS = (HERE, HERE.parent / "pages")
KEYWORDS = {"_": None, "gettext": None, "marked": None, "said": None, "ngettext": (1, 2)}
LEFT = re.compile(r"[^\W\d_]{2}")
NAMES = {"PAYBOX"}
HEARD = re.compile(r'\b(?:aria-label|data-label|title|placeholder|alt)="([^"]*)"')


@cache
def used() -> frozenset[str]:
    """Return every text that the templates show, or that a module marks to be shown."""
    found: set[str] = set()
    for template in TEMPLATES.rglob("*.html"):
        with template.open("rb") as lines:
            options = {"trimmed": "true", "silent": "false"}
            for each in extract("jinja2.ext:babel_extract", lines, KEYWORDS, (), options):
                found |= {each[1]} if isinstance(each[1], str) else set(each[1])
    for module in (path for room in WORDS for path in room.rglob("*.py")):
        with module.open("rb") as lines:
            found |= {str(each[1]) for each in extract("python", lines, KEYWORDS)}
    return frozenset(found)


def messages(language: Language) -> dict[str, str]:
    return {
        str(each.id): str(each.string)
        for each in every_message(language)
        if each.id and each.string and not each.fuzzy
    }


def every_message(language: Language) -> Iterator[Message]:
    for path in sorted((CATALOGUES / "pages" / language).glob("*.po")):
        with path.open("rb") as lines:
            yield from read_po(lines, locale=language.value, abort_invalid=True)


OTHERS = [language for language in Language if language is not Language.FR]


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_missing_and_none_unused(language: Language) -> None:
    said = set(messages(language))
    assert {"missing": sorted(used() - said), "unused": sorted(said - used())} == {
        "missing": [],
        "unused": [],
    }


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_translated_twice(language: Language) -> None:
    counted = Counter(each.id for each in every_message(language) if each.id)
    assert [text for text, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("language", OTHERS)
def test_text_is_filled_with_the_same_data_and_marked_up_alike(language: Language) -> None:
    parts = re.compile(r"%\(\w+\)s|</?\w+>")
    wrong = {
        french: told
        for french, told in messages(language).items()
        if sorted(parts.findall(french)) != sorted(parts.findall(told)) or re.search(r"%(?!\(\w+\)s)", told)
    }
    assert wrong == {}


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def named(template: Path) -> str:
    """Return the name by which a view shows a template."""
    return template.relative_to(TEMPLATES).with_suffix("").as_posix()


@pytest.mark.parametrize("template", templates(), ids=named)
def test_template_holds_no_text_of_one_language(template: Path) -> None:
    assert list(left_in(template.read_text(encoding="utf-8"))) == []


def left_in(source: str) -> Iterator[str]:
    """Yield what a template shows whatever the language: its own letters, and strings outside of `_()`."""
    environment = Environment(extensions=["jinja2.ext.i18n"])  # noqa: S701 - parsed, never rendered
    parsed = environment.parse(source)
    translated = {id(word) for call in parsed.find_all(nodes.Call) for word in call.find_all(nodes.Const)}
    data = "\0".join(part.data for part in parsed.find_all(nodes.TemplateData))
    for shown in (*HEARD.findall(data), *re.sub(r"<[^>]*>|&amp;\w+=", "\0", data).split("\0")):
        if LEFT.search(shown) and not set(LEFT_WORDS.findall(shown)) <= NAMES and "<" not in shown:
            yield shown.strip()
    for word in parsed.find_all(nodes.Const):
        if isinstance(word.value, str) and id(word) not in translated and SENTENCE.search(word.value):
            yield word.value


LEFT_WORDS = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"[À-ÿ]|[a-z] [a-z]")


@pytest.mark.parametrize(
    "source",
    [
        "<p>Bonjour</p>",
        '<p>{{ "Déjà payé" if paid else "" }}</p>',
        '<nav aria-label="Bureaux"></nav>',
        "<p>{{ day }} au plus tard</p>",
    ],
)
def test_reader_finds_a_text_that_was_left(source: str) -> None:
    assert list(left_in(source))
