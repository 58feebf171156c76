"""Requests and responses of the API about imports."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.imports.student_import import ImportState
from chalicelib.web.schemas.models import Query, View


class ImportQuery(Query):
    """With `dry_run` nothing is written."""

    dry_run: bool = False


class LineProblem(View):
    """An error: the line as an editor counts it, the heading ("" for the line), and what to do."""

    line: int
    column: str
    code: str
    detail: str


class ImportReportView(View):
    """What the file changes: numbers of people; `missing` registrations are not in the file, and stay.

    `errors` are the first ones, `more_errors` the number of others. `ignored` are headings of no use here.
    `id` names the import that has begun, if one has.
    """

    id: str | None = None
    new: int
    changed: int
    unchanged: int
    missing: int
    errors: Sequence[LineProblem]
    more_errors: int
    ignored: Sequence[str]


class StudentImportView(View):
    """How far an import is: `done` of `students`. `failed_lines` are the first that could not be written."""

    id: str
    state: ImportState
    started_by: str
    started_at: datetime
    students: int
    done: int
    new: int
    changed: int
    unchanged: int
    missing: int
    failed: int
    failed_lines: Sequence[int]
