"""What can be wrong with a field of a request: derived from the models that check requests."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core._pydantic_core import list_all_errors

import app  # noqa: F401 - declares every operation
from chalicelib.api.endpoint import OPERATIONS, IdempotencyHeader
from chalicelib.web.schemas import addresses

WEB = Path(__file__).parents[2] / "chalicelib" / "web"
OTHER = "other"
TYPES: Mapping[str, tuple[str, ...]] = {
    "str": ("string_type", "string_unicode"),
    "int": ("int_type", "int_parsing", "int_parsing_size", "int_from_float"),
    "bool": ("bool_type", "bool_parsing"),
    "date": ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
    "datetime": ("datetime_type", "datetime_parsing", "datetime_from_date_parsing"),
    "enum": ("enum",),
    "literal": ("literal_error",),
    "list": ("list_type",),
    "tuple": ("tuple_type",),
    "dict": ("dict_type",),
    "is-instance": ("is_instance_of",),
    "model": ("model_type",),
    "model-fields": ("extra_forbidden", "invalid_key"),
    "model-field": ("missing",),
    "tagged-union": ("union_tag_not_found", "union_tag_invalid", "model_attributes_type"),
}
"""The mistakes of pydantic in each type of its schemas."""
LIMITS: Mapping[str, str] = {
    "min_length": "too_short",
    "max_length": "too_long",
    "pattern": "string_pattern_mismatch",
    "tz_constraint": "timezone_aware",
    "ge": "greater_than_equal",
    "gt": "greater_than",
    "le": "less_than_equal",
    "lt": "less_than",
    "multiple_of": "multiple_of",
}
BARE = frozenset(
    {
        "default",
        "nullable",
        "definitions",
        "definition-ref",
        "json-or-python",
        "chain",
        "no-info",
        "with-info",
    }
    | {"function-before", "function-after", "function-wrap"}
)
"""Schemas that refuse nothing themselves; the mistakes of our own functions are read where they are made."""
CONTAINED = {"metadata", "serialization", "ref", "cls", "default", "config"}


@cache
def models() -> frozenset[type[BaseModel]]:
    return frozenset(
        {each for one in OPERATIONS for each in (one.body, one.query) if each} | {IdempotencyHeader}
    )


@cache
def kinds() -> dict[str, frozenset[str]]:
    """Return each kind of mistake, with the names of what its sentence can tell."""
    of_pydantic = {each["type"]: frozenset(each["example_context"] or ()) for each in list_all_errors()}
    found = {kind for model in models() for kind in _of_schema(built(model).__pydantic_core_schema__)}
    return {OTHER: frozenset()} | dict(own()) | {kind: of_pydantic[kind] for kind in found}


def built(model: type[BaseModel]) -> type[BaseModel]:
    model.model_rebuild()
    return model


def _of_schema(part: Any) -> Iterator[str]:
    if isinstance(part, list | tuple):
        for each in part:
            yield from _of_schema(each)
    elif isinstance(part, dict):
        if isinstance(part.get("type"), str):
            yield from _of_one(part["type"], part)
        for name, each in part.items():
            if name not in CONTAINED:
                yield from _of_schema(each)


def _of_one(name: str, part: dict[str, Any]) -> Iterator[str]:
    if name not in BARE:
        yield from TYPES[name]
    of_function = getattr(part.get("function"), "keywords", None) or {}
    for limit, kind in LIMITS.items():
        if limit in part or limit in of_function or limit in _limits_of(part):
            yield f"string_{kind}" if name == "str" and limit.endswith("length") else kind


def _limits_of(part: dict[str, Any]) -> Mapping[str, Any]:
    function = part.get("function")
    validator = function.get("function") if isinstance(function, dict) else None
    return getattr(validator, "keywords", None) or {}


def own() -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the mistakes of our own validators: `mistake("kind", name=…)`."""
    for file in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "mistake":
                yield _kind(node.args[0]), frozenset(str(each.arg) for each in node.keywords)


def _kind(written: ast.expr) -> str:
    return str(
        written.value if isinstance(written, ast.Constant) else getattr(addresses, ast.unparse(written))
    )
