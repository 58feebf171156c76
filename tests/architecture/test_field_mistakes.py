"""Each mistake of a field has its sentence in each language: no request is answered in two of them."""

import ast
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from chalicelib.domain.languages import Language
from chalicelib.portal.sentences import field_sentence
from chalicelib.web.problems import invalid
from chalicelib.web.schemas.models import Query
from chalicelib.web.schemas.registrations import FeeSituationChoice
from tests.architecture.field_mistakes import WEB, built, kinds, models

HOSTILE: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**30, 1.5, "", "x", "\0", "\ud83d", "x" * 10_000, [], ["x"], [[]], [None] * 2_000),
    *({}, {"x": 1}, {"mode": "x"}, {"mode": "new", "country": "XX", "phone": "x"}, "2022-02-30", "-1"),
    *(
        "2022-06-24T00:00:00Z",
        "2022-06-24T00:00:00",
        "9999-99-99T99:99:99Z",
        "+999",
        "2022-06-24T09:00:00+25:00",
    ),
)


def raised(model: type[BaseModel]) -> Iterator[str]:
    """Yield what is wrong with hostile values, one field after the other, as a request sends them."""
    for name in (*built(model).model_fields, "unknown"):
        for value in HOSTILE:
            try:
                if issubclass(model, Query):
                    model.model_validate({name: value})
                else:
                    model.model_validate_json(json.dumps({name: value}))
            except ValidationError as error:
                yield from (each["type"] for each in error.errors())


@pytest.mark.parametrize("model", sorted(models(), key=str))
def test_nothing_is_wrong_that_was_not_derived(model: type[BaseModel]) -> None:
    assert {*raised(model)} - {*kinds()} - {"json_invalid"} == set()


def test_validators_raise_no_words() -> None:
    raising = [
        f"{file.name}: {ast.unparse(node)}"
        for file in sorted((WEB / "schemas").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Raise) and "mistake(" not in ast.unparse(node)
    ]
    assert raising == []


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_each_mistake_has_a_sentence_of_its_own(kind: str) -> None:
    told = dict.fromkeys(kinds()[kind], "x")
    french, english = (field_sentence(kind, told, language) for language in Language)
    assert french != english
    other = [field_sentence("other", {}, language) for language in Language]
    assert kind == "other" or not {french, english} & {*other}


def test_unknown_kind_is_told_in_the_language_all_the_same() -> None:
    assert field_sentence("complex_type", {}, Language.FR) == "Cette valeur n'a pas la forme attendue."
    assert field_sentence("complex_type", {}, Language.EN) == "This value does not have the expected form."


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            Language.FR,
            {
                "code": "Donnez un texte, une seule fois.",
                "x": "Ce nom n'est pas connu ici. Retirez-le, ou corrigez-le.",
            },
        ),
        (
            Language.EN,
            {"code": "Give text, once only.", "x": "This name is not known here. Remove it, or correct it."},
        ),
    ],
)
def test_problem_is_in_one_language(language: Language, told: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as error:
        FeeSituationChoice.model_validate_json('{"code": 1, "x": 2}')
    fields = json.loads(invalid(error.value, language).body)["fields"]
    assert {each["path"]: each["message"] for each in fields} == told


def test_values_are_joined_by_no_word() -> None:
    told = {"expected": "'a', 'b' or 'c'"}
    assert field_sentence("enum", told, Language.FR).endswith("parmi : 'a', 'b', 'c'.")
