"""Errors of the local stack as RFC 9457 problem+json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from http import HTTPStatus


CONTENT_TYPE = "application/problem+json"


def problem(status: HTTPStatus, code: str, detail: str) -> bytes:
    """Write the body: `detail` is a sentence, `code` is stable."""
    kind = f"urn:quittance:problem:{code}"
    told = {"type": kind, "title": status.phrase, "status": status, "detail": detail, "code": code}
    return json.dumps(told, ensure_ascii=False).encode()
