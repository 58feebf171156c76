"""JSON from outside, read strictly: what is not exactly as promised is `Unclear`."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

LONGEST_TEXT = 200


class Unclear(ValueError):
    """The answer is not of the promised shape. It holds nothing of the answer."""


def read_object(body: bytes, longest: int) -> dict[str, Any]:
    """Return a JSON object of at most `longest` bytes; no name may occur twice in it."""
    if len(body) > longest:
        raise Unclear
    try:
        told = json.loads(body.decode("utf-8"), object_pairs_hook=_each_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Unclear from None
    if not isinstance(told, dict):
        raise Unclear
    return told


def member(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name)
    if not isinstance(found, dict):
        raise Unclear
    return found


def text(told: object) -> str:
    """Return a plain text that is not empty, without the spaces around it."""
    if not isinstance(told, str) or not (plain := told.strip()):
        raise Unclear
    if len(plain) > LONGEST_TEXT or not plain.isprintable():
        raise Unclear
    return plain


def text_or_nothing(told: object) -> str:
    """Return the same, "" for an empty text or none."""
    return text(told) if told not in (None, "") else ""


def flag(told: object) -> bool:
    if not isinstance(told, bool):
        raise Unclear
    return told


def day(told: object, pattern: str) -> date:
    """Return a date written as `pattern` says, with each of its zeros."""
    written = text(told)
    try:
        found = datetime.strptime(written, pattern).date()  # noqa: DTZ007 - a date alone
    except ValueError:
        raise Unclear from None
    if f"{found.day:02}" not in written or f"{found.year:04}" not in written:
        raise Unclear
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise Unclear
    return told


def _no_number(_name: str) -> None:
    raise Unclear
