"""A report of an import in the words of a language."""

from collections.abc import Sequence

from chalicelib.domain.imports.effects import digest_of
from chalicelib.domain.imports.mistakes import LineError
from chalicelib.domain.imports.report import ImportReport
from chalicelib.domain.imports.staff import StaffReport
from chalicelib.domain.languages import Language
from chalicelib.portal.sentences import sentence
from chalicelib.web.schemas.imports import ImportReportView, LineProblem

MOST_ERRORS = 200


def report_view(
    report: ImportReport | StaffReport, language: Language, import_id: str | None = None
) -> ImportReportView:
    missing = report.missing if isinstance(report, StaffReport) else len(report.missing)
    return ImportReportView(
        id=import_id,
        new=report.new,
        changed=report.changed,
        unchanged=report.unchanged,
        missing=missing,
        errors=line_problems(report.errors[:MOST_ERRORS], language),
        more_errors=max(0, len(report.errors) - MOST_ERRORS),
        ignored=report.ignored,
        seen=digest_of(report.effects),
    )


def line_problems(errors: Sequence[LineError], language: Language) -> list[LineProblem]:
    return [
        LineProblem(
            line=each.line,
            column=each.column,
            code=each.mistake.cause,
            detail=sentence(each.mistake, language),
        )
        for each in errors
    ]
