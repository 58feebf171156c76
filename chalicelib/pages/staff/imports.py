"""The administrator's desk of imports: a file is checked, shown, confirmed, and written."""

import re
from http import HTTPStatus
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.domain.access import Action
from chalicelib.domain.imports.mistakes import ImportFileMissing, ImportMoved
from chalicelib.domain.imports.report import ImportReport
from chalicelib.domain.imports.staff import StaffReport
from chalicelib.pages.desks import IMPORTS
from chalicelib.pages.page import page
from chalicelib.pages.page_request import PageRequest
from chalicelib.pages.responses import allowing_forms_to, see_other
from chalicelib.portal.texts import marked
from chalicelib.settings import settings
from chalicelib.usecases.imports.continue_import import continue_import
from chalicelib.usecases.imports.import_staff import check_staff, import_staff
from chalicelib.usecases.imports.import_students import (
    CheckedFile,
    check_students,
    import_students,
    keep_file,
    kept_file,
)
from chalicelib.usecases.imports.upload_students import (
    MOST_BYTES,
    confirm_upload,
    errors_of,
    upload_students,
)
from chalicelib.usecases.isolation import LONGEST_REQUEST
from chalicelib.usecases.people.list_people import names_of
from chalicelib.web.import_reports import line_problems, report_view
from chalicelib.web.problems import status_of

pages_imports = Blueprint(__name__)
MOST_MISSING = 100
TOLD = {
    "begun": marked("L'importation est commencée. Rechargez cette page pour voir où elle en est."),
    "sent": marked("Le fichier est envoyé. Rechargez cette page pour voir où en est sa vérification."),
    "staff": marked(
        "Le fichier est lu : les rôles sont proposés, et attendent l'accord d'une seconde personne."
    ),
}
_IMPORT_ID = re.compile("[0-9a-f]{16}")


@page(pages_imports, "GET", IMPORTS.path, action=IMPORTS.action, takes_file=True)
def staff_imports(page_request: PageRequest) -> Response:
    return _desk(page_request)


def _desk(
    page_request: PageRequest, report: ImportReport | StaffReport | None = None, **shown: Any
) -> Response:
    last = page_request.ports.imports.last()
    wrong = errors_of(page_request.ports, last) if last else ()
    return page_request.page(
        "staff_imports",
        last=last,
        names=names_of(page_request.ports, {last.started_by} if last else set()),
        told=page_request.said(TOLD.get(page_request.parameter("done"), "")),
        report=report_view(report, page_request.language) if report else None,
        missing=report.missing[:MOST_MISSING] if isinstance(report, ImportReport) else (),
        large_errors=line_problems(wrong, page_request.language),
        **{"import_id": "", "upload": None, "moved": "", "status": _status(report), **shown},
    )


def _status(report: ImportReport | StaffReport | None) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if report and report.errors else HTTPStatus.OK


@page(pages_imports, "POST", f"{IMPORTS.path}/large", action=Action.IMPORT_STUDENTS)
def prepare_large_file(page_request: PageRequest) -> Response:
    """Show the form that sends a large file to the bucket; the bucket sends the browser back here."""
    then = f"{settings().base_url}{IMPORTS.path}?done=sent"
    _, form = upload_students(page_request.ports, page_request.person, is_dry_run=True, then=then)
    return allowing_forms_to(form.url, _desk(page_request, upload=form, most_mib=MOST_BYTES // 1024**2))


@page(pages_imports, "POST", f"{IMPORTS.path}/large/confirmation", action=Action.IMPORT_STUDENTS)
def confirm_large_file(page_request: PageRequest) -> Response:
    confirm_upload(page_request.ports, page_request.field("import_id"), page_request.person)
    return see_other(f"{IMPORTS.path}?done=begun")


@page(pages_imports, "POST", f"{IMPORTS.path}/students", action=Action.IMPORT_STUDENTS, takes_file=True)
def check_student_file(page_request: PageRequest) -> Response:
    """Show what a file would change, and keep it until it is confirmed."""
    checked = check_students(page_request.ports, page_request.upload, page_request.person)
    kept = "" if checked.report.errors else keep_file(page_request.ports, checked)
    return _desk(page_request, checked.report, import_id=kept)


@page(pages_imports, "POST", f"{IMPORTS.path}/confirmation", action=Action.IMPORT_STUDENTS)
def confirm_student_file(page_request: PageRequest) -> Response:
    """Import a kept file: compare it again, since something may have changed meanwhile."""
    import_id = page_request.field("import_id")
    last = page_request.ports.imports.last()
    if last and last.id == import_id:  # sent twice
        return see_other(f"{IMPORTS.path}?done=begun")
    if not _IMPORT_ID.fullmatch(import_id):
        raise ImportFileMissing
    until = page_request.ports.now() + LONGEST_REQUEST
    data = kept_file(page_request.ports, import_id)
    checked = check_students(page_request.ports, data, page_request.person)
    if checked.report.errors:
        return _desk(page_request, checked.report)
    try:
        import_students(page_request.ports, checked, page_request.person, import_id)
    except ImportMoved as moved:
        return _shown_again(page_request, checked, moved)
    continue_import(page_request.ports, until)
    return see_other(f"{IMPORTS.path}?done=begun")


def _shown_again(page_request: PageRequest, checked: CheckedFile, moved: ImportMoved) -> Response:
    """Show what the file changes now, under an id of its own: the earlier page confirms nothing any more."""
    kept = keep_file(page_request.ports, checked)
    told = page_request.sentence(moved)
    return _desk(page_request, checked.report, import_id=kept, moved=told, status=status_of(moved))


@page(pages_imports, "POST", f"{IMPORTS.path}/staff", action=Action.IMPORT_STAFF, takes_file=True)
def import_staff_file(page_request: PageRequest) -> Response:
    """Propose the roles of a file at once: a second person decides on each."""
    data = page_request.upload
    report = check_staff(page_request.ports, data, page_request.person)
    if report.errors:
        return _desk(page_request, report)
    import_staff(page_request.ports, data, page_request.person)
    return see_other(f"{IMPORTS.path}?done=staff")
