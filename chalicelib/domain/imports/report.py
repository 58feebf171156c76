"""The report of a file of students: its errors, or what it would change."""

from collections import Counter
from dataclasses import dataclass, field

from chalicelib.domain.imports.comparison import Outcome, Stored, missing_from, mistakes_in, outcome_of
from chalicelib.domain.imports.effects import Effects, effects_of
from chalicelib.domain.imports.mistakes import LineError
from chalicelib.domain.imports.students import StudentFile
from chalicelib.domain.registration import Registration


@dataclass(frozen=True)
class ImportReport:
    """What a file would change; with errors nothing is compared, and all counts are 0."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: tuple[Registration, ...] = ()
    errors: tuple[LineError, ...] = ()
    ignored: tuple[str, ...] = ()
    effects: Effects = field(default_factory=dict)

    @property
    def students(self) -> int:
        return self.new + self.changed + self.unchanged


def report_of(file: StudentFile, stored: Stored, by: str) -> ImportReport:
    errors = (*file.errors, *mistakes_in(file, stored, by))
    if errors:
        return ImportReport(errors=errors, ignored=file.ignored)
    counted = Counter(outcome_of(student, stored) for student in file.students)
    return ImportReport(
        counted[Outcome.NEW],
        counted[Outcome.CHANGED],
        counted[Outcome.UNCHANGED],
        missing_from(file, stored),
        ignored=file.ignored,
        effects=effects_of(file.students, stored),
    )
