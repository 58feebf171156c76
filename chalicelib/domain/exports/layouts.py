"""The layout of accounting files and the school's own accounts: campaign data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.domain.exports.refusals import AccountsUnmapped

ACCOUNT = "account"
"""The value of a target that every mapping gives: the number of the school's account."""


class Field(StrEnum):
    """A fact of a line that a column may show."""

    BATCH = "batch"
    ENTRY = "entry"
    LINE = "line"
    JOURNAL = "journal"
    JOURNAL_LABEL = "journal_label"
    DATE = "date"  # the accounting date that was chosen, else the entry's own
    ENTRY_DATE = "entry_date"
    BOOKED_ON = "booked_on"
    ACCOUNT = "account"
    ACCOUNT_LABEL = "account_label"
    PARTY = "party"
    PARTY_NAME = "party_name"
    REGISTRATION = "registration"
    DOCUMENT = "document"
    LABEL = "label"
    DEBIT = "debit"
    CREDIT = "credit"
    AMOUNT = "amount"
    SIDE = "side"


class Form(StrEnum):
    SEPARATED = "separated"
    FIXED = "fixed"


class Charset(StrEnum):
    UTF8_BOM = "utf-8-bom"
    UTF8 = "utf-8"
    LATIN9 = "iso-8859-15"
    WINDOWS = "windows-1252"
    ASCII = "ascii"


class LineEnd(StrEnum):
    CRLF = "crlf"
    LF = "lf"


class Align(StrEnum):
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True)
class Column:
    """One column: a `fact` of the line, a value of its account's `target`, or a fixed `text`.

    `width` is that of a fixed layout, filled up with `fill`; 0 in a separated one.
    """

    name: str
    fact: Field | None = None
    target: str = ""
    text: str = ""
    width: int = 0
    align: Align = Align.LEFT
    fill: str = " "


@dataclass(frozen=True)
class Layout:
    """How a file is written.

    `dates` is a pattern of JJ, MM, AA and AAAA. `decimal` is the decimal separator, "" for cents without one.
    `header` and `footer` are lines with `{batch}`, `{date}`, `{lines}`, `{debit}` and `{credit}`.
    """

    columns: tuple[Column, ...]
    form: Form = Form.SEPARATED
    separator: str = ";"
    charset: Charset = Charset.UTF8_BOM
    line_end: LineEnd = LineEnd.CRLF
    dates: str = "JJ/MM/AAAA"
    decimal: str = ","
    has_names: bool = True
    header: str = ""
    footer: str = ""
    ending: str = "csv"


NEUTRAL = Layout(
    (
        Column("Lot", Field.BATCH),
        Column("Écriture", Field.ENTRY),
        Column("Ligne", Field.LINE),
        Column("Journal", Field.JOURNAL),
        Column("Date comptable", Field.DATE),
        Column("Date de l'écriture", Field.ENTRY_DATE),
        Column("Compte", target=ACCOUNT),
        Column("Libellé du compte", Field.ACCOUNT_LABEL),
        Column("Tiers", Field.PARTY),
        Column("Nom du tiers", Field.PARTY_NAME),
        Column("Dossier", Field.REGISTRATION),
        Column("Pièce", Field.DOCUMENT),
        Column("Libellé", Field.LABEL),
        Column("Débit", Field.DEBIT),
        Column("Crédit", Field.CREDIT),
    )
)
"""The layout of a campaign that names none."""


@dataclass(frozen=True)
class AccountingExport:
    """A school's own accounts and layout.

    `accounts` are the targets of our accounts: named values, the school's account among them. An empty
    mapping leaves our numbers as they are. `carry_account` takes the result of earlier years in the FEC.
    """

    accounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    layout: Layout = NEUTRAL
    journal: str = "INS"
    journal_label: str = "Droits d'inscription"
    carry_account: str = "110"

    def target(self, account: str) -> Mapping[str, str]:
        """Return the school's values for one of our accounts; the account must be mapped."""
        return self.accounts[account] if self.accounts else {ACCOUNT: account}

    def require_targets(self, accounts: Iterable[str]) -> None:
        """Raise `AccountsUnmapped` with every account that has no target."""
        missing = sorted({each for each in accounts if self.accounts and each not in self.accounts})
        if missing:
            raise AccountsUnmapped(tuple(missing))


NO_MAPPING = AccountingExport()
