"""The school's style sheet and logo, for every page and without a session."""

from chalice.app import Blueprint, Response

from chalicelib.domain.errors import NotFound
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.portal.look import SHEET_NAME, look_digest, look_file

pages_look = Blueprint(__name__)
FOR_EVER = "public, max-age=31536000, immutable"
LOGO_POLICY = "default-src 'none'; img-src data:; frame-ancestors 'none'; sandbox"
"""A logo that is opened as a page of its own runs and fetches nothing; a PNG stands in it as data."""


@page(pages_look, "GET", "/look/{campaign_id}/{name}", public=True)
def look(page_request: PageRequest, campaign_id: str, name: str) -> Response:
    """Return a file; it is kept for ever only under its own digest, since a version may replace it."""
    text = look_file(page_request.ports.campaigns.get(campaign_id).look, name)
    if not text:
        raise NotFound
    is_own = page_request.parameter("v") == look_digest(text)
    headers: dict[str, str | list[str]] = {"Cache-Control": FOR_EVER if is_own else "no-store"}
    if name == SHEET_NAME:
        headers["Content-Type"] = "text/css; charset=utf-8"
    else:
        headers |= {"Content-Type": "image/svg+xml", "Content-Security-Policy": LOGO_POLICY}
    return Response(text, headers=headers)
