"""Errors of the local stack as RFC 9457 problem+json, and as a page for browsers."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

from chalicelib.pages.error_pages import HOME
from chalicelib.portal.render import asset_address
from chalicelib.portal.texts import said
from chalicelib.web.problems import title_of

if TYPE_CHECKING:
    from http import HTTPStatus

    from chalicelib.domain.languages import Language

CONTENT_TYPE = "application/problem+json"


def problem(status: HTTPStatus, code: str, detail: str) -> bytes:
    """Write the body: `detail` is a sentence, `code` is stable."""
    kind = f"urn:quittance:problem:{code}"
    told = {"type": kind, "title": status.phrase, "status": status, "detail": detail, "code": code}
    return json.dumps(told, ensure_ascii=False).encode()


def page(status: HTTPStatus, sentence: str, language: Language) -> bytes:
    """Write the same for a person: its title, its sentence and the way home."""
    title = escape(title_of(status, language))
    home = escape(said(HOME[1], language))
    return f"""<!DOCTYPE html>
<html lang="{language.value}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{escape(asset_address("portal.css"))}">
</head>
<body>
<main>
<h1>{title}</h1>
<div class="note no" role="alert"><p>{escape(sentence)}</p></div>
<p><a class="button" href="/">{home}</a></p>
</main>
</body>
</html>
""".encode()
