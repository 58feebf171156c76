import json

from chalice.app import Blueprint, Response

from chalicelib.handlers.page import page
from chalicelib.handlers.visit import Visit
from chalicelib.usecases.export_person import export_person

pages_privacy = Blueprint(__name__)


@page(pages_privacy, "GET", "/security/export")
def export_file(visit: Visit) -> Response:
    """All that is held on whoever asks, as a file to keep."""
    held = export_person(visit.ports, visit.person.id, visit.person)
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/json",
        "Content-Disposition": 'attachment; filename="mes-donnees.json"',
        "Cache-Control": "no-store",
    }
    return Response(json.dumps(held, ensure_ascii=False, indent=2), headers=headers)
