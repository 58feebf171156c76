"""A refusal of the API is one that its description names."""

import re
from functools import cache
from typing import Any

import httpx


@cache
def _operations(portal: str) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Return what each address takes, the most concrete address first."""
    paths: dict[str, dict[str, Any]] = httpx.get(f"{portal}/api/v1/openapi.json", timeout=30).json()["paths"]
    concrete = sorted(paths.items(), key=lambda each: each[0].count("{"))
    return [(re.compile(re.sub(r"{\w+}", "[^/]+", path)), methods) for path, methods in concrete]


def require_described(answer: httpx.Response) -> None:
    """Fail if an operation answered a status or a code that its description does not name."""
    operation = _operation(answer.request)
    if answer.is_error and operation:
        answer.read()
        described = operation["responses"].get(str(answer.status_code), {"description": ""})
        if answer.headers["content-type"] == "application/json":  # a report of what is wrong, not a refusal
            assert "application/json" in described.get("content", {}), (answer.request, answer.text)
            return
        assert answer.json()["code"] in described["description"].split(", "), (answer.request, answer.text)


def _operation(request: httpx.Request) -> dict[str, Any] | None:
    """Return the description of what was asked for, None where there is no such operation."""
    portal = f"{request.url.scheme}://{request.url.netloc.decode()}"
    for path, methods in _operations(portal):
        if path.fullmatch(request.url.path):
            return methods.get(request.method.lower())
    return None
