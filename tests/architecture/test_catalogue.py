"""Every code has its sentence in every language, every sentence its code; rules and use cases hold none."""

import ast
import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import chalicelib
from chalicelib.domain.errors import QuittanceError
from chalicelib.domain.languages import Language
from chalicelib.domain.menu import MenuReason, Why
from chalicelib.portal.sentences import CATALOGUES, PLACEHOLDER
from chalicelib.web.faults import UNAVAILABLE
from chalicelib.web.problems import FRAMEWORK, TITLED
from chalicelib.web.statuses import STATUS
from tests.architecture.field_mistakes import kinds

HOUSE = Path(__file__).parents[2] / "chalicelib"
OF_PROBLEMS = {*FRAMEWORK.values(), "validation_failed", "internal_error", UNAVAILABLE}
TITLES = {f"title.{status.value}" for status in TITLED} | {"title.other"}
FIELDS = {f"field.{kind}": told for kind, told in kinds().items()}
KEPT = {
    "audit_verification": "says to operators, in English, where the audit trail is broken",
    "batches.BatchText": "says to operators, in English, that a frozen file is broken",
    "changes.Changes": "a fault of the programmer's",
    "fees.CREDIT": "a line of the recap and of the attempt",
    "sharing.OTHERS": "a line of the attempt",
    "fees.REST": "a line of the order and the invoice, kept with them",
    "verification": "says to operators, in English, what is wrong in the journal",
    "layouts.NEUTRAL": "headings of the file that a campaign without a layout of its own makes",
    "journaling._told": "a fault of the programmer's",
    "plans.consent": "the mandate that the student agreed to, kept as evidence word for word",
}
"""Where the rules hold words, and why."""


@cache
def refusals() -> frozenset[type[QuittanceError]]:
    for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        importlib.import_module(module.name)
    return frozenset(kinds_of(QuittanceError))


def kinds_of(error: type[QuittanceError]) -> Iterator[type[QuittanceError]]:
    for kind in error.__subclasses__():
        if kind.__module__.startswith("chalicelib."):
            yield kind
            yield from kinds_of(kind)


@cache
def raised() -> frozenset[str]:
    """The names of all classes that are raised, or made to be shown."""
    nodes = [node for file in HOUSE.rglob("*.py") for node in ast.walk(parsed(file))]
    found = [node.exc for node in nodes if isinstance(node, ast.Raise)]
    found += [node.func for node in nodes if isinstance(node, ast.Call)]
    return frozenset(
        name for node in found if (name := getattr(node, "attr", None) or getattr(node, "id", None))
    )


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def said_by_class() -> dict[str, type]:
    """Return each message id that is needed, with the class whose fields it may use."""
    return {key_of(kind): kind for kind in refusals() if is_shown(kind) or kind.__name__ in raised()}


def is_shown(kind: type[QuittanceError]) -> bool:
    return not kind.__subclasses__()


def key_of(kind: type[QuittanceError]) -> str:
    return f"{kind.code}.{kind.cause}" if kind.cause else kind.code


def keys() -> set[str]:
    return set(said_by_class()) | {MenuReason(why).key for why in Why} | OF_PROBLEMS | TITLES | FIELDS.keys()


@cache
def catalogues(language: Language) -> tuple[Catalog, ...]:
    found = []
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as lines:
            found.append(read_po(lines, locale=language.value, abort_invalid=True))
    return tuple(found)


def messages(language: Language) -> dict[str, str]:
    return {
        str(each.id): str(each.string)
        for catalogue in catalogues(language)
        for each in catalogue
        if each.id and each.string and not each.fuzzy
    }


@pytest.mark.parametrize("language", Language)
def test_no_code_is_without_a_sentence_and_no_sentence_without_a_code(language: Language) -> None:
    said = set(messages(language))
    assert {"missing": sorted(keys() - said), "unused": sorted(said - keys())} == {
        "missing": [],
        "unused": [],
    }


def test_no_code_has_two_sentences() -> None:
    for language in Language:
        counted = Counter(each.id for catalogue in catalogues(language) for each in catalogue if each.id)
        assert [key for key, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("language", Language)
def test_sentence_tells_nothing_that_its_refusal_does_not_know(language: Language) -> None:
    known = said_by_class() | {MenuReason(why).key: MenuReason for why in Why}
    wrong = [
        f"{key}: {{{name}}}"
        for key, sentence in messages(language).items()
        for name in PLACEHOLDER.findall(sentence)
        if not (name in FIELDS[key] if key in FIELDS else key in known and knows(known[key], name))
    ]
    assert wrong == []


def knows(kind: type, name: str) -> bool:
    fields = getattr(kind, "field_names", ()) or getattr(kind, "__dataclass_fields__", ())
    return hasattr(kind, name) or name in fields


def test_languages_tell_the_same() -> None:
    french, english = messages(Language.FR), messages(Language.EN)
    told = {key: set(PLACEHOLDER.findall(sentence)) for key, sentence in french.items()}
    assert {key: set(PLACEHOLDER.findall(sentence)) for key, sentence in english.items()} == told


def test_two_refusals_never_share_a_sentence_by_mistake() -> None:
    counted = Counter(key_of(kind) for kind in refusals() if "code" in vars(kind) or "cause" in vars(kind))
    assert [key for key, times in counted.items() if times > 1] == []


def test_every_refusal_has_a_status() -> None:
    wrong = [kind.__name__ for kind in refusals() if is_shown(kind) and not set(kind.__mro__) & set(STATUS)]
    assert wrong == []


def ruled() -> list[Path]:
    """Where refusals are raised from, below the faces."""
    return [
        file for room in ("domain", "usecases", "gateway") for file in sorted((HOUSE / room).rglob("*.py"))
    ]


def test_rules_hold_no_sentence() -> None:
    found = {where: text for file in ruled() for where, text in sentences(file)}
    kept = {where for where in found if where in KEPT or where.partition(".")[0] in KEPT}
    assert {where: text for where, text in found.items() if where not in kept} == {}
    assert {where for where in KEPT if not any(each.startswith(where) for each in kept)} == set()


def sentences(file: Path) -> Iterator[tuple[str, str]]:
    """What reads like a sentence (a space, and an accent or a full stop), and the name it stands under."""
    for top in parsed(file).body:
        docstrings = {id(node.value) for node in ast.walk(top) if isinstance(node, ast.Expr)}
        for node in ast.walk(top):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                words = node.value.strip()
                if " " in words and (words.endswith(".") or re.search("[à-ÿÀ-Ý]", words)):
                    yield f"{file.stem}.{name_of(top)}", words


def name_of(top: ast.stmt) -> str:
    target = top.targets[0] if isinstance(top, ast.Assign) else top
    return str(getattr(target, "name", None) or getattr(target, "id", ""))
