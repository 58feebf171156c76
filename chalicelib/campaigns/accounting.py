"""The schema of a school's own accounts and of the layout of its accounting files."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chalicelib.campaigns.values import AccountNumber, Words
from chalicelib.domain.exports import layouts as domain

LONGEST_COLUMN = 200
MOST_COLUMNS = 60
FRAMING = ("batch", "date", "lines", "debit", "credit")
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ColumnEntry(Entry):
    name: Words
    fact: Annotated[domain.Field, Field(strict=False)] | None = None
    target: Name | None = None
    text: str | None = None
    width: Annotated[int, Field(ge=1, le=LONGEST_COLUMN)] | None = None
    align: Annotated[domain.Align, Field(strict=False)] = domain.Align.LEFT
    fill: Annotated[str, Field(min_length=1, max_length=1)] = " "

    @model_validator(mode="after")
    def shows_one_thing(self) -> Self:
        given = [each for each in (self.fact, self.target, self.text) if each is not None]
        if len(given) != 1:
            raise ValueError("une colonne a un « fact », un « target » ou un « text », un seul des trois")
        return self


class LayoutEntry(Entry):
    columns: Annotated[list[ColumnEntry], Field(min_length=1, max_length=MOST_COLUMNS)]
    form: Annotated[domain.Form, Field(strict=False)] = domain.Form.SEPARATED
    separator: Literal["tab", ";", ",", "|"] = ";"
    charset: Annotated[domain.Charset, Field(strict=False)] = domain.Charset.UTF8_BOM
    line_end: Annotated[domain.LineEnd, Field(strict=False)] = domain.LineEnd.CRLF
    dates: Annotated[str, Field(pattern=r"^(?:JJ|MM|AAAA|AA|[-/. ])+$")] = domain.NEUTRAL.dates
    decimal: Literal[",", ".", ""] = ","
    names: bool = True
    header: str = ""
    footer: str = ""
    ending: Annotated[str, Field(pattern=r"^[a-z0-9]{1,5}$")] = "csv"

    @model_validator(mode="after")
    def fixed_columns_have_widths(self) -> Self:
        if self.form is domain.Form.FIXED:
            missing = [column.name for column in self.columns if column.width is None]
            if missing:
                raise ValueError(f"colonnes sans largeur (« width ») : {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def framing_is_known(self) -> Self:
        for text in (self.header, self.footer):
            try:
                text.format_map(dict.fromkeys(FRAMING, ""))
            except (KeyError, ValueError, IndexError, AttributeError):
                known = ", ".join(f"{{{name}}}" for name in FRAMING)
                raise ValueError(f"« {text} » : seuls {known} sont remplacés") from None
        return self


class AccountingEntry(Entry):
    accounts: dict[AccountNumber, dict[Name, str]] = {}
    layout: LayoutEntry | None = None
    journal: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,10}$")] = domain.NO_MAPPING.journal
    journal_label: Words = domain.NO_MAPPING.journal_label
    carry_account: AccountNumber = domain.NO_MAPPING.carry_account

    @model_validator(mode="after")
    def targets_are_given(self) -> Self:
        """Each account has each value that a column shows, and its own number."""
        wanted = {domain.ACCOUNT}
        if self.layout:
            wanted |= {column.target for column in self.layout.columns if column.target}
        elif not self.accounts:
            return self
        for account, values in self.accounts.items():
            if missing := sorted(wanted - values.keys()):
                raise ValueError(f"le compte {account} n'a pas : {', '.join(missing)}")
        if not self.accounts and wanted != {domain.ACCOUNT}:
            raise ValueError("des colonnes ont un « target », mais « accounts » est vide")
        return self
