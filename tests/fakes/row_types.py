"""The table reads a row by its types: a fake that keeps anything else would hide it."""

from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Names = tuple[tuple[str, tuple[type, ...]], ...]


def require_types(row: Any) -> None:
    """Fail for a row with a value of another type than its field's, or with "None" as part of a text.

    What is no row has no fields to look at.
    """
    for name, types in _types(type(row)):
        value = getattr(row, name)
        assert isinstance(value, types), f"{type(row).__name__}.{name} is {value!r}"
        if isinstance(value, str):
            assert "None" not in value, f"{type(row).__name__}.{name} is {value!r}"
        elif isinstance(value, tuple | dict):
            for each in value.values() if isinstance(value, dict) else value:
                require_types(each)
                assert each is not None, f"{type(row).__name__}.{name} is {value!r}"
                assert each != "None", f"{type(row).__name__}.{name} is {value!r}"
        else:
            require_types(value)


@cache
def _types(kind: type) -> Names:
    if not is_dataclass(kind):
        return ()
    told = get_type_hints(kind)
    return tuple((each.name, tuple(_classes(told[each.name]))) for each in fields(kind))


def _classes(told: Any) -> list[type]:
    """Return the classes of which a value of this type is one."""
    if get_origin(told) in {Union, UnionType}:
        return [each for part in get_args(told) for each in _classes(part)]
    if told is Any or isinstance(told, TypeVar):
        return [object]
    if get_origin(told) is Literal:
        return [type(each) for each in get_args(told)]
    return [get_origin(told) or told]
