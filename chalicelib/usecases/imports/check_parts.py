"""The check of a large file: cut once, then each part is read and compared with what is stored.

Nothing is written before all parts are found right. Each step is noted in the import's row, and a step that
is done again leaves the same: so the check goes on after a crash, and twice at once.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import accumulate, pairwise

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.imports.comparison import (
    Outcome,
    Stored,
    mistakes_in,
    named_in,
    of_campaign,
    outcome_of,
)
from chalicelib.domain.imports.effects import effects_of
from chalicelib.domain.imports.mistakes import LineError, as_values
from chalicelib.domain.imports.parts import PART, CutFile, cut, lines_of
from chalicelib.domain.imports.sheet import Sheet
from chalicelib.domain.imports.student_import import (
    CheckedPart,
    ImportState,
    StudentImport,
    checked,
    concluded,
    cut_up,
)
from chalicelib.domain.imports.students import Student, StudentFile, repeated_students
from chalicelib.usecases.imports.import_students import (
    beginning,
    keep_seen,
    read_stored,
    reader_of,
)
from chalicelib.usecases.imports.ports import ImportPorts
from chalicelib.usecases.imports.upload_students import ERRORS, errors_from

MOST_ERRORS = 200
PARTS, INDEX, CUT_ERRORS = "parts", "index.json", "errors-of-cut.json"


def check_parts(ports: ImportPorts, run: StudentImport, campaign: Campaign, until: datetime) -> StudentImport:
    """Check the parts that are left, as far as the time goes."""
    if run.state is ImportState.CHECKING and not run.parts:
        run = _cut(ports, run, campaign)
    if run.state is not ImportState.CHECKING:
        return run
    cut_file, index = read_index(ports, run)
    while _is_checking(run) and run.part < run.parts and ports.now() < until:
        run = _check(ports, run, part_of(ports, run, cut_file, index), campaign)
    if _is_checking(run) and run.part >= run.parts and ports.now() < until:
        run = _conclude(ports, run)
    return run


def _is_checking(run: StudentImport) -> bool:
    return run.state is ImportState.CHECKING


def _cut(ports: ImportPorts, run: StudentImport, campaign: Campaign) -> StudentImport:
    """Cut the file, and keep its parts one after the other, with an index of their places."""
    file = cut(ports.import_files.get(run.id), reader_of(ports, campaign), PART)
    errors = file.sheet.errors
    _keep_errors(ports, run, ERRORS if not file.parts else CUT_ERRORS, errors)
    places = tuple(accumulate((len(each) for each in file.parts), initial=0))
    index = {
        "columns": file.columns,
        "headings": file.sheet.headings,
        "ignored": file.sheet.ignored,
        "places": places,
    }
    ports.import_files.put(run.id, b"".join(file.parts), PARTS)
    ports.import_files.put(run.id, json.dumps(index).encode(), INDEX)
    after = cut_up(run, file.lines, file.students, len(file.parts), len(errors))
    return _noted(ports, run, Changes((after,)))


Index = Sequence[tuple[int, int]]


def read_index(ports: ImportPorts, run: StudentImport) -> tuple[CutFile, Index]:
    """Return what all parts share, and the place of each in the kept file."""
    told = json.loads(ports.import_files.get(run.id, INDEX))
    sheet = Sheet(headings=told["headings"], ignored=tuple(told["ignored"]))
    return CutFile(sheet, tuple(told["columns"])), tuple(pairwise(told["places"]))


def part_of(ports: ImportPorts, run: StudentImport, cut_file: CutFile, index: Index) -> Sheet:
    """Return the lines of the next part."""
    return lines_of(cut_file, ports.import_files.get(run.id, PARTS, index[run.part]))


def _check(ports: ImportPorts, run: StudentImport, part: Sheet, campaign: Campaign) -> StudentImport:
    file = reader_of(ports, campaign).read_lines(part, repeated_students)
    found, errors = _compared(ports, run, file, campaign)
    if errors:
        _keep_errors(ports, run, _errors_name(run.part), errors)
    return _noted(ports, run, Changes((checked(run, found),)))


def _compared(
    ports: ImportPorts, run: StudentImport, file: StudentFile, campaign: Campaign
) -> tuple[CheckedPart, Sequence[LineError]]:
    if file.errors:
        return CheckedPart(len(file.students), errors=len(file.errors)), file.errors
    stored = stored_of(ports, file.students, campaign)
    errors = tuple(mistakes_in(file, stored, run.started_by))
    if run.is_dry_run:
        keep_seen(ports, run.id, effects_of(file.students, stored), seen_name(run.part))
    counted = Counter(outcome_of(student, stored) for student in file.students)
    return CheckedPart(
        len(file.students),
        counted[Outcome.NEW],
        counted[Outcome.CHANGED],
        counted[Outcome.UNCHANGED],
        named_in(file, stored),
        len(errors),
    ), errors


def stored_of(ports: ImportPorts, students: Sequence[Student], campaign: Campaign) -> Stored:
    """Read what is stored of the students of a part, with the registrations of the campaign."""
    stored = read_stored(ports, students, {})
    found = ports.roster.registrations_of(stored.people)
    return of_campaign(replace(stored, registrations=found), campaign.id)


def _conclude(ports: ImportPorts, run: StudentImport) -> StudentImport:
    """Refuse the file, or go on to write it, or leave it to an administrator's confirmation."""
    if run.errors:
        _keep_errors(ports, run, ERRORS, _all_errors(ports, run))
        return _noted(ports, run, Changes((concluded(run, 0),)))
    registrations = ports.roster.registrations(run.campaign_id)
    after = concluded(run, sum(each.is_accepted for each in registrations))
    is_begun = after.state is ImportState.RUNNING
    return _noted(ports, run, beginning(ports, after) if is_begun else Changes((after,)))


def _all_errors(ports: ImportPorts, run: StudentImport) -> list[LineError]:
    names = (CUT_ERRORS, *(_errors_name(part) for part in run.error_parts))
    return [each for name in names for each in errors_from(ports.import_files.get(run.id, name))]


def seen_name(part: int) -> str:
    return f"seen-{part}.json"


def _errors_name(part: int) -> str:
    return f"errors-{part}.json"


def _keep_errors(ports: ImportPorts, run: StudentImport, name: str, errors: Iterable[LineError]) -> None:
    """Keep the first errors, in the order of the lines."""
    first = sorted(errors, key=lambda each: each.line)[:MOST_ERRORS]
    ports.import_files.put(run.id, json.dumps([as_values(each) for each in first]).encode(), name)


def _noted(ports: ImportPorts, before: StudentImport, changes: Changes) -> StudentImport:
    """Write how far the check is; if another goes on with it too, return how far that one is."""
    with suppress(ConcurrentUpdate):
        ports.store.commit(changes)
    return ports.imports.last() or before
