"""Files that a browser or a program takes away."""

from chalice.app import Response


def transfer_file(text: str, file_id: str) -> Response:
    """Return the frozen text of a file of transfers, the same bytes each time."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/xml; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{file_id}.xml"',
        "Cache-Control": "no-store",
    }
    return Response(text, headers=headers)


def pdf_file(data: bytes, name: str) -> Response:
    """Return a PDF; the body is bytes, as the application declares the type as binary."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(data, headers=headers)


def csv_file(data: bytes, name: str = "dossiers.csv") -> Response:
    """Return a file for a spreadsheet; the body is bytes, as the application declares the type as binary."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/csv",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(data, headers=headers)
