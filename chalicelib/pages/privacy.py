import json

from chalice.app import Blueprint, Response

from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.usecases.privacy.export_person import export_person

pages_privacy = Blueprint(__name__)


@page(pages_privacy, "GET", "/security/export")
def export_file(page_request: PageRequest) -> Response:
    """Return all data stored about the caller, as a file to download."""
    held = export_person(page_request.ports, page_request.person.id, page_request.person)
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/json",
        "Content-Disposition": 'attachment; filename="mes-donnees.json"',
        "Cache-Control": "no-store",
    }
    return Response(json.dumps(held, ensure_ascii=False, indent=2), headers=headers)
