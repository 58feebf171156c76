"""Requests and responses of the API about imports."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from chalicelib.domain.imports.student_import import ImportState
from chalicelib.web.schemas.models import Body, Query, View


class ImportQuery(Query):
    """With `dry_run` nothing is written. `seen` is that of such a report: another one is not written."""

    dry_run: bool = False
    seen: str = Field(default="", max_length=32)


class LineProblem(View):
    """An error: the line as an editor counts it, the heading ("" for the line), and what to do."""

    line: int
    column: str
    code: str
    detail: str


class ImportReportView(View):
    """What the file changes: numbers of people; `missing` registrations are not in the file, and stay.

    `errors` are the first ones, `more_errors` the number of others. `ignored` are headings of no use here.
    `id` names the import that has begun, if one has. `seen` names what the file changes, for a confirmation.
    """

    id: str | None = None
    new: int
    changed: int
    unchanged: int
    missing: int
    errors: Sequence[LineProblem]
    more_errors: int
    ignored: Sequence[str]
    seen: str


class StudentImportView(View):
    """How far an import is: `done` of `students`, checked or written as `state` says.

    `failed_lines` are the first that could not be written. `lines` are those of a large file, 0 before
    it is read.
    """

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
    lines: int
    dry_run: bool
    errors: Sequence[LineProblem]
    more_errors: int


class UploadRequest(Body):
    """With `dry_run` the file is checked, and nothing is written."""

    dry_run: bool = False


class UploadFormView(View):
    """A form of multipart/form-data: its address, and the fields that go before the field `file`."""

    url: str
    fields: Mapping[str, str]


class UploadView(View):
    id: str
    upload: UploadFormView
