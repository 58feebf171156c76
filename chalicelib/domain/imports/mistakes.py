"""Every mistake that an imported file can hold, and what refuses an import.

ImportMistake
├── FileEmpty
├── FileZipped
├── FileTooLong
├── EncodingUnknown
├── EncodingMixed
├── SeparatorUnknown
├── QuotesBroken
├── HeadingMissing
├── HeadingTwice
├── LineEmpty
├── LineMisshapen
├── CellMissing
├── CellTooLong
├── CellUnreadable
├── CellFormula
├── DateNotValid
├── MailNotValid
├── NumberNotValid
├── IneNotValid
├── CvecNotValid
├── ProgrammeNotInCampaign
├── SituationNotInProgramme
├── AddressIncomplete
├── PostcodeNotValid
├── CountryNotValid
├── PhoneNotValid
├── LanguageNotValid
├── RoleNotValid
├── RolesNotTogether
├── StudentTwice
├── StudentDiffers
├── IneTwice
├── MailTwice
├── CasNameTwice
├── MailTaken
├── IneTaken
├── CasNameTaken
├── StaffAccess
└── OwnLine
ImportRunning
ImportMoved
AdministratorPresent
NotFound
└── ImportFileMissing
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.errors import NotFound, QuittanceError


class ImportRunning(QuittanceError):
    """`by` is the name of the person who began it."""

    code = "import_running"
    by: str
    since: datetime


class ImportMoved(QuittanceError):
    """What would be written is no longer what the preview said."""

    code = "import_moved"


class AdministratorPresent(QuittanceError):
    code = "administrator_present"


class ImportFileMissing(NotFound):
    cause = "import_file"


class ImportMistake(QuittanceError):
    code = "import"


@dataclass(frozen=True)
class LineError:
    """A mistake with its place: the line as a text editor counts it, and the heading, "" for the line."""

    line: int
    column: str
    mistake: ImportMistake


class FileEmpty(ImportMistake):
    cause = "file_empty"


class FileZipped(ImportMistake):
    cause = "file_zipped"


class FileTooLong(ImportMistake):
    cause = "file_too_long"
    most: int


class EncodingUnknown(ImportMistake):
    cause = "encoding_unknown"


class EncodingMixed(ImportMistake):
    cause = "encoding_mixed"


class SeparatorUnknown(ImportMistake):
    cause = "separator_unknown"


class QuotesBroken(ImportMistake):
    cause = "quotes_broken"


class HeadingMissing(ImportMistake):
    cause = "heading_missing"


class HeadingTwice(ImportMistake):
    cause = "heading_twice"


class LineEmpty(ImportMistake):
    cause = "line_empty"


class LineMisshapen(ImportMistake):
    cause = "line_misshapen"
    cells: int
    headings: int


class CellMissing(ImportMistake):
    cause = "cell_missing"


class CellTooLong(ImportMistake):
    cause = "cell_too_long"
    longest: int


class CellUnreadable(ImportMistake):
    cause = "cell_unreadable"


class CellFormula(ImportMistake):
    cause = "cell_formula"


class DateNotValid(ImportMistake):
    cause = "date_not_valid"


class MailNotValid(ImportMistake):
    cause = "mail_not_valid"


class NumberNotValid(ImportMistake):
    cause = "number_not_valid"


class IneNotValid(ImportMistake):
    cause = "ine_not_valid"


class CvecNotValid(ImportMistake):
    cause = "cvec_not_valid"


class ProgrammeNotInCampaign(ImportMistake):
    cause = "programme_unknown"
    programme: str


class SituationNotInProgramme(ImportMistake):
    cause = "situation_unknown"
    situation: str
    allowed: tuple[str, ...]


class AddressIncomplete(ImportMistake):
    cause = "address_incomplete"


class PostcodeNotValid(ImportMistake):
    cause = "postcode_not_valid"


class CountryNotValid(ImportMistake):
    cause = "country_not_valid"


class PhoneNotValid(ImportMistake):
    cause = "phone_not_valid"


class LanguageNotValid(ImportMistake):
    cause = "language_not_valid"


class RoleNotValid(ImportMistake):
    cause = "role_not_valid"
    known: tuple[str, ...]


class RolesNotTogether(ImportMistake):
    cause = "roles_apart"


class StudentTwice(ImportMistake):
    cause = "student_twice"
    first_line: int


class StudentDiffers(ImportMistake):
    cause = "student_differs"
    first_line: int


class IneTwice(ImportMistake):
    cause = "ine_twice"
    first_line: int


class MailTwice(ImportMistake):
    cause = "mail_twice"
    first_line: int


class CasNameTwice(ImportMistake):
    cause = "cas_name_twice"
    first_line: int


class MailTaken(ImportMistake):
    cause = "mail_taken"


class IneTaken(ImportMistake):
    cause = "ine_taken"


class CasNameTaken(ImportMistake):
    cause = "cas_name_taken"


class StaffAccess(ImportMistake):
    """The file names a member of the staff: no file changes their mail address and CAS name."""

    cause = "staff_access"


class OwnLine(ImportMistake):
    """A change of the person who imports."""

    cause = "own_line"


def as_values(error: LineError) -> list[Any]:
    """Return an error as JSON values."""
    mistake = error.mistake
    data: list[Any] = [getattr(mistake, name) for name in mistake.field_names]
    return [error.line, error.column, mistake.cause, *data]


def of_values(values: list[Any]) -> LineError:
    """Return the error that `as_values` wrote."""
    line, column, cause, *data = values
    kinds = {each.cause: each for each in ImportMistake.__subclasses__()}
    return LineError(
        line, column, kinds[cause](*(tuple(each) if isinstance(each, list) else each for each in data))
    )
