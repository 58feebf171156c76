"""Files that a browser or a program takes away."""

from http import HTTPStatus

from chalice.app import Response

XML = "application/xml"
CSV_TEXT = "text/plain"
"""What a file for a spreadsheet is sent as.

`text/csv` is declared binary, and API Gateway hands that out as base64 to browsers that do not ask for it
first.
"""


def transfer_file(text: str, file_id: str) -> Response:
    """Return the frozen text of a file of transfers, the same bytes each time."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": f"{XML}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{file_id}.xml"',
        "Cache-Control": "no-store",
    }
    return Response(text, headers=headers)


def offered(link: str) -> Response:
    """Send to where a file may be taken; the link dies in minutes."""
    headers: dict[str, str | list[str]] = {"Location": link, "Cache-Control": "no-store"}
    return Response("", headers=headers, status_code=HTTPStatus.SEE_OTHER.value)


def csv_text(data: bytes, name: str) -> Response:
    """Return a file for a spreadsheet as text in UTF-8, its mark included."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": f"{CSV_TEXT}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(data.decode(), headers=headers)
