"""What of one OpenAPI document breaks a program that was written by an earlier one.

No comparison tool for OpenAPI 3.1 that is kept up is on PyPI, so this one compares what our documents use:
a request that was right must stay right, an answer must stay what it was, and may only say more. A value that
is new among those of an answer breaks nothing: programs pass over values that they do not know.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
SMALLEST, LARGEST = (
    ("minimum", "exclusiveMinimum", "minLength", "minItems"),
    ("maximum", "maxLength", "maxItems"),
)
VARIANTS = ("anyOf", "oneOf")
DEEPEST = 12
"""How deep models may be nested in each other, so that one that names itself comes to an end."""


@dataclass(frozen=True)
class Side:
    """One document, to follow its references."""

    document: Schema

    def resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            found: Any = self.document
            for name in schema["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            schema = found
        return schema

    def variants(self, schema: Schema) -> list[Schema]:
        """Return the schemas of which one holds."""
        whole = self.resolved(schema)
        for name in VARIANTS:
            if name in whole:
                return [each for variant in whole[name] for each in self.variants(variant)]
        return [whole]


def breaks(old: Schema, new: Schema) -> list[str]:
    """Return each way in which `new` breaks what `old` promised, by operation."""
    was, now = Side(old), Side(new)
    found = []
    for path, operations in old["paths"].items():
        for method, operation in operations.items():
            where = f"{method.upper()} {path}"
            later = new["paths"].get(path, {}).get(method)
            told = ["is gone"] if later is None else [*_of_operation(was, now, operation, later)]
            found += [f"{where}: {each}" for each in told]
    return found


def _of_operation(was: Side, now: Side, old: Schema, new: Schema) -> Iterator[str]:
    yield from _of_parameters(was, now, old, new)
    before, after = _body(old.get("requestBody")), _body(new.get("requestBody"))
    if before is not None and after is not None:
        yield from _unlike(was, before, now, after, "request", is_answer=False)
    elif after is not None and new["requestBody"].get("required"):
        yield "request: a body is required now"
    for status, answer in old.get("responses", {}).items():
        if not status.startswith(("2", "3")):
            continue
        if status not in new.get("responses", {}):
            yield f"answer {status}: is gone"
            continue
        told, tells = _body(answer), _body(new["responses"][status])
        if told is not None:
            problems = (
                _unlike(now, tells, was, told, status, is_answer=True) if tells is not None else ["no body"]
            )
            yield from (f"answer {each}" for each in problems)


def _of_parameters(was: Side, now: Side, old: Schema, new: Schema) -> Iterator[str]:
    before, after = _parameters(was, old), _parameters(now, new)
    for key in before.keys() - after.keys():
        yield f"parameter {key[1]}: is gone"
    for key, parameter in after.items():
        if key not in before and parameter.get("required"):
            yield f"parameter {key[1]}: is required now"
        if key in before:
            known = before[key]
            if parameter.get("required") and not known.get("required"):
                yield f"parameter {key[1]}: is required now"
            yield from _unlike(was, known["schema"], now, parameter["schema"], key[1], is_answer=False)


def _parameters(side: Side, operation: Schema) -> dict[tuple[str, str], Schema]:
    found = (side.resolved(each) for each in operation.get("parameters", ()))
    return {(each["in"], each["name"]): each for each in found}


def _body(part: Schema | None) -> Schema | None:
    for media in (part or {}).get("content", {}).values():
        schema: Schema = media.get("schema", {})
        return schema
    return None


def _unlike(
    one: Side, sub: Schema, other: Side, sup: Schema, where: str, *, is_answer: bool, depth: int = 0
) -> list[str]:
    """Return why `sup` does not allow all that `sub` allows; of an answer, what is told no more."""
    if depth > DEEPEST:
        return []
    found: list[str] = []
    for variant in one.variants(sub):
        reasons = [
            _narrower(one, variant, other, wanted, where, is_answer=is_answer, depth=depth)
            for wanted in other.variants(sup)
        ]
        if all(reasons):
            found += min(reasons, key=len)
    return found


def _narrower(
    one: Side,
    sub: Schema,
    other: Side,
    sup: Schema,
    where: str,
    *,
    is_answer: bool,
    depth: int,
) -> list[str]:
    if "type" in sup and sub.get("type") != sup["type"]:
        return [f"{where}: {sub.get('type')} is no {sup['type']}"]
    found = [] if is_answer else [*_of_values(sub, sup, where)]
    if "items" in sup:
        below = sub["items"], other, sup["items"], f"{where}[]"
        found += _unlike(one, *below, is_answer=is_answer, depth=depth + 1)
    theirs, mine = sup.get("properties", {}), sub.get("properties", {})
    found += _of_names(sub, sup, where, is_answer=is_answer)
    for name in sorted(theirs.keys() & mine.keys()):
        below = mine[name], other, theirs[name], f"{where}.{name}"
        found += _unlike(one, *below, is_answer=is_answer, depth=depth + 1)
    return found


def _of_values(sub: Schema, sup: Schema, where: str) -> Iterator[str]:
    values, allowed = _values(sub), _values(sup)
    if allowed is not None and (values is None or not values <= allowed):
        yield f"{where}: fewer values are taken"
    if sup.get("pattern") not in {None, sub.get("pattern")}:
        yield f"{where}: another pattern"
    for name in (*SMALLEST, *LARGEST):
        if name in sup and not _within(name, sub.get(name), sup[name]):
            yield f"{where}: {name} is {sup[name]}"


def _of_names(sub: Schema, sup: Schema, where: str, *, is_answer: bool) -> Iterator[str]:
    theirs, mine = sup.get("properties", {}).keys(), sub.get("properties", {}).keys()
    for name in sorted(set(sup.get("required", ())) - set(sub.get("required", ()))):
        yield f"{where}.{name}: {'is told no more' if is_answer else 'is required now'}"
    for name in sorted(theirs - mine if is_answer else mine - theirs):
        if is_answer or sup.get("additionalProperties") is False:
            yield f"{where}.{name}: is gone"


def _values(schema: Schema) -> set[Any] | None:
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None


def _within(name: str, mine: Any, theirs: Any) -> bool:
    if mine is None:
        return False
    return bool(mine >= theirs if name in SMALLEST else mine <= theirs)
