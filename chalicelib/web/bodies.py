"""Bodies of requests, read strictly: what two readers could understand differently is refused."""

import json
import re
from typing import Any
from urllib.parse import parse_qs

from chalicelib.web.problems import LARGEST_BODY_BYTES, BodyNotJson, BodyTooLarge, FormUnreadable

MOST_FIELDS = 100
_LOST = "\N{REPLACEMENT CHARACTER}"
"""What stands where bytes were no UTF-8; API Gateway puts it there before we read."""
_ESCAPED = re.compile(r"\\ufffd", re.IGNORECASE)


def require_readable_json(raw: bytes | str) -> None:
    """Raise `BodyNotJson` for bytes that are not UTF-8, and for a name that an object gives twice.

    The reader of a model takes the last of two members (RFC 8259, 4 and 8.1). Raise `BodyTooLarge` likewise.
    """
    if len(raw) > LARGEST_BODY_BYTES:
        raise BodyTooLarge
    try:
        body = raw.decode() if isinstance(raw, bytes) else raw
        json.loads(body, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        raise BodyNotJson from None
    if _LOST in body or _ESCAPED.search(body):
        raise BodyNotJson


def form_fields(raw: bytes | str) -> dict[str, list[str]]:
    """Read a form of a browser; raise `FormUnreadable` for bytes that are not UTF-8, or `BodyTooLarge`."""
    body = raw if isinstance(raw, bytes) else raw.encode()
    if len(body) > LARGEST_BODY_BYTES:
        raise BodyTooLarge
    try:
        text = body.decode()
        form = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except UnicodeDecodeError:
        raise FormUnreadable from None
    except ValueError:
        raise BodyTooLarge from None
    if any(_LOST in value for values in form.values() for value in values):
        raise FormUnreadable
    return form


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise BodyNotJson
    return told
