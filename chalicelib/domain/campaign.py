"""One school and one academic year as data; `campaigns/` reads a campaign file into these classes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from chalicelib.domain.books.chart import DEFAULT_CHART, Book
from chalicelib.domain.calendar import Window, paris_day
from chalicelib.domain.causes import ProgrammeUnknown
from chalicelib.domain.errors import FeeSituationNotAllowed
from chalicelib.domain.money import FeeLine


@dataclass(frozen=True)
class Text:
    """The same text in each language of the portal."""

    fr: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.fr


@dataclass(frozen=True)
class PostalAddress:
    lines: tuple[str, ...]
    zip_code: str
    city: str
    country: str  # ISO 3166-1 alpha-2


@dataclass(frozen=True)
class School:
    """The seller: printed on every invoice, named on every page."""

    name: str
    address: PostalAddress
    siren: str
    contact_email: str
    phone_country_code: str  # "+33"
    phone: str  # national digits, "0473288000"


@dataclass(frozen=True)
class FeeSituation:
    code: str
    label: Text


@dataclass(frozen=True)
class Programme:
    """A programme: its code, its label, and the price of each fee situation it allows."""

    code: str
    label: Text
    tariffs: Mapping[str, tuple[FeeLine, ...]]

    def allows(self, fee_situation_code: str) -> bool:
        return fee_situation_code in self.tariffs

    def fee_lines(self, fee_situation_code: str) -> tuple[FeeLine, ...]:
        try:
            return self.tariffs[fee_situation_code]
        except KeyError:
            raise FeeSituationNotAllowed(fee_situation_code, tuple(self.tariffs)) from None


class Split(StrEnum):
    """The way a plan cuts a total; docs/decisions/0008-plans.md gives the reason for three."""

    PERCENT = "percent"
    EQUAL = "equal"
    FIXED_FIRST = "fixed_first"


@dataclass(frozen=True)
class Plan:
    """An instalment plan of the campaign; amounts in cents, shares in percent."""

    code: str
    label: Text
    split: Split
    instalments: int
    shares: tuple[Decimal, ...]
    first_amount_cents: int | None
    minimum_total_cents: int
    due_day: int
    retry_after_days: tuple[int, ...]
    notice_days: int


@dataclass(frozen=True)
class PreviousStep:
    """A step done outside this portal; the registrar ticks it once the evidence was seen."""

    key: str
    label: Text
    link: str | None
    note: Text


@dataclass(frozen=True)
class Numbering:
    """The document sequences of the seller, named by `series`.

    The other fields are the first numbers drawn.
    """

    series: str
    first_order: int
    first_invoice: int


@dataclass(frozen=True)
class Retention:
    """Retention periods, in months or years; docs/privacy.md gives the reason for each.

    Unpaid registrations and evidence of payment count from the last event; an account from the end of its
    last campaign; accounting records from the end of their year.
    """

    never_paid_months: int = 13
    mandate_evidence_months: int = 13
    notification_months: int = 13
    account_months: int = 60
    accounting_years: int = 10


@dataclass(frozen=True)
class Campaign:
    id: str
    label: Text
    school: School
    guide_url: str
    previous_steps: tuple[PreviousStep, ...]
    windows: tuple[Window, ...]
    fee_situations: Mapping[str, FeeSituation]
    programmes: Mapping[str, Programme]
    plans: Mapping[str, Plan]
    numbering: Numbering
    exemption_mention: Text
    """The article that exempts from VAT, to be cited on invoices."""
    texts: Mapping[str, Text]
    """Menu titles (`menu.<key>`), statuses (`status.<status>`) and pages' school-specific sentences."""
    retention: Retention = Retention()
    chart: Mapping[Book, str] = field(default_factory=lambda: DEFAULT_CHART)
    """The number of each account of the journal."""
    import_headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Headings of the school's own exports, by the column that they name (`imports/students.py`)."""

    @property
    def ends_on(self) -> date:
        """Return the Paris day on which the last window closes."""
        return paris_day(max(window.closes_at for window in self.windows))

    def programme(self, code: str) -> Programme:
        if code not in self.programmes:
            raise ProgrammeUnknown(code)
        return self.programmes[code]

    def programme_label(self, code: str) -> Text:
        """Return the label of a programme, or its code if it is no longer in the campaign file."""
        return self.programmes[code].label if code in self.programmes else Text(code, code)

    def plan_label(self, code: str) -> Text:
        """Return the label of a plan, or its code if it is no longer in the campaign file."""
        return self.plans[code].label if code in self.plans else Text(code, code)

    def fee_situation_label(self, code: str) -> Text:
        """Return the label of a fee situation, or its code if it is no longer in the campaign file."""
        return self.fee_situations[code].label if code in self.fee_situations else Text(code, code)

    def text(self, key: str, language: str = "fr") -> str:
        return self.texts[key].in_language(language)
