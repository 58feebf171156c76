"""Refusals of the school's books, by what the caller can do about them.

QuittanceError
├── BooksMoved             (what the act is about is no more, or not yet, as it needs)
│   ├── LineExplained
│   ├── StatementUnfinished
│   ├── ReceiptAlreadyShown
│   ├── TransferEntered
│   └── OwedMoved
└── BooksNotValid          (what was given does not fit: give something else)
    ├── ExplanationUnequal
    ├── ExplanationMisplaced
    ├── FeeTooLarge
    ├── FeeOfNoReturn
    ├── LineOfStudent
    ├── ReceiptOfOtherAmount
    ├── ReceiptNoTransfer
    ├── LinePayerUnknown
    ├── LineTooFar
    ├── StatementTooLarge
    ├── StatementUnreadable
    │   ├── StatementNotRecognised
    │   ├── StatementNotText
    │   ├── StatementEmpty
    │   ├── StatementArchived
    │   ├── StatementXmlRefused
    │   ├── StatementVersionUnknown
    │   ├── StatementRowWrong
    │   ├── StatementCut
    │   ├── StatementOtherCurrency
    │   ├── StatementColumnMissing
    │   └── StatementTooLong
    ├── StatementUnbalanced
    ├── StatementOfOtherAccount
    ├── StatementInFuture
    └── StatementGap
        ├── StatementDaysMissing
        ├── StatementGapInFile
        ├── StatementDaysRepeated
        └── StatementContradicts
ReasonMissing
└── LineUnreasoned
"""

from datetime import date

from chalicelib.domain.decisions import ReasonMissing
from chalicelib.domain.errors import QuittanceError


class BooksMoved(QuittanceError):
    """What the act is about is not in a state that allows it. Never raised itself."""

    code = "books_moved"


class BooksNotValid(QuittanceError):
    """What was given cannot be booked as it is. Never raised itself."""

    code = "books_not_valid"


class LineExplained(BooksMoved):
    """The line of the statement is explained already."""

    code = "line_explained"


class StatementUnfinished(BooksMoved):
    """The import of another statement of the account was interrupted: that file comes first, again."""

    code = "statement_unfinished"
    number: str
    closing_on: date


class ReceiptAlreadyShown(BooksMoved):
    """Another line of a statement shows this payment."""

    code = "receipt_already_shown"


class TransferEntered(BooksMoved):
    """A transfer that may be the line was entered by hand: it is shown, or said to be another one."""

    code = "transfer_entered"
    payment: str
    reference: str
    amount_cents: int
    received_on: date


class OwedMoved(BooksMoved):
    """What the registration, or the invoice of its payer, owes is no longer what was read."""

    code = "owed_moved"
    owed_cents: int


class ExplanationUnequal(BooksNotValid):
    """The parts of a line do not add up to what of it is still to be explained; signed cents."""

    code = "explanation_unequal"
    open_cents: int
    told_cents: int


class ExplanationMisplaced(BooksNotValid):
    """Money that came in explained as money that left, or the reverse."""

    code = "explanation_misplaced"


class FeeTooLarge(BooksNotValid):
    """Money that came in is more than a bank gives back of its fees."""

    code = "fee_too_large"
    most_cents: int


class FeeOfNoReturn(BooksNotValid):
    """The payment that a fee is said to be for did not come back around the day of the line."""

    code = "fee_of_no_return"


class LineOfStudent(BooksNotValid):
    """Money that came in with the reference of a student is neither a fee nor to be discarded."""

    code = "line_of_student"


class ReceiptOfOtherAmount(BooksNotValid):
    """The transfer that a part is to show was entered with another amount."""

    code = "receipt_of_other_amount"
    entered_cents: int
    told_cents: int


class ReceiptNoTransfer(BooksNotValid):
    """The payment that a part is to show came another way than by transfer."""

    code = "receipt_no_transfer"


class LineTooFar(BooksNotValid):
    """The line is of a day that cannot be that of what it is said to show."""

    code = "line_too_far"
    booked_on: date
    other_on: date


class LinePayerUnknown(BooksNotValid):
    """No registration, or more than one, is what was typed."""

    code = "line_payer_unknown"


class StatementTooLarge(BooksNotValid):
    code = "statement_too_large"
    mib: int


class StatementUnreadable(BooksNotValid):
    """The file is no statement that can be read whole; nothing of it is imported."""

    code = "statement_unreadable"


class StatementNotRecognised(StatementUnreadable):
    cause = "format"


class StatementNotText(StatementUnreadable):
    cause = "charset"


class StatementEmpty(StatementUnreadable):
    cause = "empty"


class StatementArchived(StatementUnreadable):
    """A ZIP, or a workbook, which is one."""

    cause = "archive"


class StatementXmlRefused(StatementUnreadable):
    """Not well-formed, or with entities or a document type, which no statement needs."""

    cause = "xml"


class StatementVersionUnknown(StatementUnreadable):
    """`version` is the message that the file says it is."""

    cause = "version"
    version: str


class StatementRowWrong(StatementUnreadable):
    """`row` counts lines of text, of camt.053 the movements, from 1. `part` is the bank's name of a field."""

    cause = "row"
    row: int
    part: str
    value: str


class StatementCut(StatementUnreadable):
    """A statement without its first or its last balance, or a movement outside one, found at `row`."""

    cause = "cut"
    row: int


class StatementOtherCurrency(StatementUnreadable):
    cause = "currency"
    currency: str


class StatementColumnMissing(StatementUnreadable):
    """`known` are the headings of the file, one space and a comma apart."""

    cause = "column"
    column: str
    known: str


class StatementTooLong(StatementUnreadable):
    """More movements than one import takes."""

    cause = "long"
    most: int


class StatementUnbalanced(BooksNotValid):
    """The first balance and the movements do not make the last balance; signed cents."""

    code = "statement_unbalanced"
    opening_cents: int
    movements_cents: int
    closing_cents: int


class StatementOfOtherAccount(BooksNotValid):
    """The statement is of an account that no campaign names; `account` is masked."""

    code = "statement_of_other_account"
    account: str


class StatementInFuture(BooksNotValid):
    code = "statement_in_future"
    closing_on: date


class StatementGap(BooksNotValid):
    """The statement does not follow the last one. Never raised itself.

    `first_on` is the day of its first movement.
    """

    code = "statement_gap"
    last_on: date
    last_cents: int
    opening_on: date
    opening_cents: int
    first_on: date


class StatementDaysMissing(StatementGap):
    """Movements between the last one and this are missing."""

    cause = "missing"


class StatementGapInFile(StatementGap):
    """The last one is in the same file: its statements are not in order, or one is missing."""

    cause = "in_file"


class StatementDaysRepeated(StatementGap):
    """It begins with the balance of the last one, but with movements of days before the end of that."""

    cause = "days"


class StatementContradicts(StatementGap):
    """It is of days that are imported, and its balances or movements are not those."""

    cause = "contradicts"


class LineUnreasoned(ReasonMissing):
    cause = "line"
