"""What everyone may read about the portal: help, and what the law has it say of itself."""

from datetime import date
from functools import cache
from json import loads
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.portal.render import HERE

pages_about = Blueprint(__name__)
RESULTS = HERE / "accessibility.json"
"""What the tests in a browser found: written by `make accessibility`."""


@page(pages_about, "GET", "/aide", public=True)
def help_page(page_request: PageRequest) -> Response:
    return page_request.public_page("about_help")


@page(pages_about, "GET", "/accessibilite", public=True)
def accessibility(page_request: PageRequest) -> Response:
    return page_request.public_page("about_accessibility", results=_results())


@page(pages_about, "GET", "/mentions-legales", public=True)
def legal_notice(page_request: PageRequest) -> Response:
    return page_request.public_page("about_legal")


@page(pages_about, "GET", "/donnees-personnelles", public=True)
def personal_data(page_request: PageRequest) -> Response:
    return page_request.public_page("about_data")


@page(pages_about, "GET", "/plan-du-site", public=True)
def site_map(page_request: PageRequest) -> Response:
    return page_request.public_page("about_map")


@cache
def _results() -> dict[str, Any]:
    found: dict[str, Any] = loads(RESULTS.read_text(encoding="utf-8"))
    return found | {"tested_on": date.fromisoformat(found["tested_on"])}
