from collections.abc import Sequence
from http import HTTPStatus

from chalice.app import Blueprint, Response

from chalicelib.api.endpoint import Call, answered, endpoint
from chalicelib.domain import errors
from chalicelib.domain.access import Action
from chalicelib.domain.imports.effects import is_other
from chalicelib.domain.imports.mistakes import ImportMoved, ImportRunning, LineError
from chalicelib.domain.imports.student_import import StudentImport
from chalicelib.domain.languages import Language
from chalicelib.usecases.imports.continue_import import continue_import
from chalicelib.usecases.imports.import_staff import check_staff
from chalicelib.usecases.imports.import_staff import import_staff as propose_staff
from chalicelib.usecases.imports.import_students import check_students, keep_file
from chalicelib.usecases.imports.import_students import import_students as begin_import
from chalicelib.usecases.imports.upload_students import errors_of
from chalicelib.usecases.imports.upload_students import upload_students as begin_upload
from chalicelib.usecases.isolation import LONGEST_REQUEST
from chalicelib.web.import_reports import line_problems, report_view
from chalicelib.web.schemas import imports as schemas

imports = Blueprint(__name__)
CSV = "text/csv"


@endpoint(
    imports,
    "POST",
    "/staff/imports/students",
    query=schemas.ImportQuery,
    answer=schemas.ImportReportView,
    errors=[ImportRunning, ImportMoved],
    action=Action.IMPORT_STUDENTS,
    also=HTTPStatus.UNPROCESSABLE_ENTITY,
    takes=CSV,
)
def import_students(call: Call) -> schemas.ImportReportView | Response:
    """Begin an import; what it does not write in this request, the queue writes."""
    query: schemas.ImportQuery = call.query
    until = call.ports.now() + LONGEST_REQUEST
    checked = check_students(call.ports, call.upload, call.person)
    if query.dry_run or checked.report.errors:
        report = report_view(checked.report, call.language)
        return report if query.dry_run else answered(report, HTTPStatus.UNPROCESSABLE_ENTITY)
    if query.seen and is_other(checked.report.effects, query.seen):
        raise ImportMoved
    import_id = keep_file(call.ports, checked)
    run = begin_import(call.ports, checked, call.person, import_id)
    continue_import(call.ports, until)
    return report_view(checked.report, call.language, run.id)


@endpoint(
    imports,
    "GET",
    "/staff/imports/{import_id}",
    answer=schemas.StudentImportView,
    errors=[errors.NotFound],
    action=Action.READ_IMPORTS,
)
def show_an_import(call: Call, import_id: str) -> schemas.StudentImportView:
    run = call.ports.imports.last()
    if run is None or run.id != import_id:
        raise errors.NotFound
    return import_view(run, errors_of(call.ports, run), call.language)


@endpoint(
    imports,
    "POST",
    "/staff/imports",
    status=HTTPStatus.CREATED,
    body=schemas.UploadRequest,
    answer=schemas.UploadView,
    errors=[ImportRunning],
    action=Action.IMPORT_STUDENTS,
)
def upload_students(call: Call) -> schemas.UploadView:
    """Answer with the form of an upload; the queue goes on with the file once it is there."""
    asked: schemas.UploadRequest = call.body
    run, form = begin_upload(call.ports, call.person, is_dry_run=asked.dry_run)
    return schemas.UploadView(id=run.id, upload=schemas.UploadFormView(url=form.url, fields=form.fields))


@endpoint(
    imports,
    "POST",
    "/staff/imports/staff",
    query=schemas.ImportQuery,
    answer=schemas.ImportReportView,
    errors=[ImportMoved],
    action=Action.IMPORT_STAFF,
    also=HTTPStatus.UNPROCESSABLE_ENTITY,
    takes=CSV,
)
def import_staff(call: Call) -> schemas.ImportReportView | Response:
    query: schemas.ImportQuery = call.query
    report = check_staff(call.ports, call.upload, call.person)
    shown = report_view(report, call.language)
    if report.errors and not query.dry_run:
        return answered(shown, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not query.dry_run:
        propose_staff(call.ports, call.upload, call.person, query.seen)
    return shown


def import_view(
    run: StudentImport, wrong: Sequence[LineError], language: Language
) -> schemas.StudentImportView:
    return schemas.StudentImportView(
        id=run.id,
        state=run.state,
        started_by=run.started_by,
        started_at=run.started_at,
        students=run.students,
        done=run.done,
        new=run.new,
        changed=run.changed,
        unchanged=run.unchanged,
        missing=run.missing,
        failed=run.failed,
        failed_lines=run.failed_lines,
        lines=run.lines or run.students,
        dry_run=run.is_dry_run,
        errors=line_problems(wrong, language),
        more_errors=max(0, run.errors - len(wrong)),
    )
