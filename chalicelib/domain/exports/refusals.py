"""Reasons that prevent an accounting batch or another file of the books, or what comes back of one.

BooksMoved
├── NothingToExport
├── BatchesChanged
├── AccountsUnmapped
├── LayoutOverflow
└── JournalIncomplete
BooksNotValid
├── AccountingDateNotPossible
│   ├── AccountingDateEarly
│   └── AccountingDateToCome
└── BatchReturnNotPossible
    ├── ReturnResultUnknown
    ├── ReturnEntryUnknown
    ├── ReturnEntryTwice
    ├── ReturnUnreasoned
    └── ReturnContradicted
"""

from datetime import date

from chalicelib.domain.treasury.refusals import BooksMoved, BooksNotValid


class NothingToExport(BooksMoved):
    """No numbered entry that an earlier batch does not hold, or none in the period asked for."""

    code = "nothing_to_export"


class BatchesChanged(BooksMoved):
    """Another batch was made since the person looked, or entries were numbered that this one would hold."""

    code = "batches_changed"


class AccountsUnmapped(BooksMoved):
    """The school's mapping leaves these accounts of entries without a target."""

    code = "accounts_unmapped"
    accounts: tuple[str, ...]


class LayoutOverflow(BooksMoved):
    """A number, a date or an account is longer than the `column` of the school's layout."""

    code = "layout_overflow"
    column: str
    value: str


class JournalIncomplete(BooksMoved):
    """Accounts of earlier releases have not all got their entries yet: `accounts` are left."""

    code = "journal_incomplete"
    accounts: int


class AccountingDateNotPossible(BooksNotValid):
    code = "accounting_date_not_possible"


class AccountingDateEarly(AccountingDateNotPossible):
    """The day is before that of an entry of the batch."""

    cause = "early"
    latest_on: date


class AccountingDateToCome(AccountingDateNotPossible):
    cause = "to_come"


class BatchReturnNotPossible(BooksNotValid):
    """The file that came back of a batch cannot be taken; nothing of it is."""

    code = "batch_return_not_possible"


class ReturnResultUnknown(BatchReturnNotPossible):
    cause = "result"
    row: int
    given: str


class ReturnEntryUnknown(BatchReturnNotPossible):
    """The batch holds no entry with that number."""

    cause = "entry"
    row: int
    given: str


class ReturnEntryTwice(BatchReturnNotPossible):
    cause = "twice"
    row: int
    number: int


class ReturnUnreasoned(BatchReturnNotPossible):
    """An entry is rejected without a reason."""

    cause = "reason"
    row: int


class ReturnContradicted(BatchReturnNotPossible):
    """An earlier return said otherwise of the entry."""

    cause = "contradicted"
    row: int
    number: int
