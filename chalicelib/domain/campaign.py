"""One school and one academic year as data; `campaigns/` reads a campaign file into these classes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from chalicelib.domain.books.chart import DEFAULT_CHART, Book
from chalicelib.domain.calendar import Window, paris_day
from chalicelib.domain.campaigns.look import OWN_LOOK, Look
from chalicelib.domain.campaigns.versions import CampaignVersion
from chalicelib.domain.causes import ProgrammeUnknown
from chalicelib.domain.errors import FeeSituationNotAllowed
from chalicelib.domain.exports.layouts import NO_MAPPING, AccountingExport
from chalicelib.domain.money import FeeLine
from chalicelib.domain.publication import NOTHING_SAID, Publication


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
class BankAccount:
    """The school's account that transfers of refunds are taken from; `bic` is "" if the bank needs none."""

    holder: str
    iban: str
    bic: str = ""


class Exemption(StrEnum):
    """The ground of an exemption: the law's (R.719-49), or the school's decision, capped (R.719-50)."""

    BY_RIGHT = "by_right"
    BY_DECISION = "by_decision"


@dataclass(frozen=True)
class FeeSituation:
    """`source` is the rule or decision that sets the amount, as people read it."""

    code: str
    label: Text
    source: Text | None = None
    exemption: Exemption | None = None


@dataclass(frozen=True)
class Programme:
    """A programme: its code, its label, and the price of each fee situation it allows.

    `sources` are the rules or decisions of its own prices, by situation.
    """

    code: str
    label: Text
    tariffs: Mapping[str, tuple[FeeLine, ...]]
    sources: Mapping[str, Text] = field(default_factory=dict)

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


class ReminderText(StrEnum):
    """The tone of a reminder: the mail says more with each."""

    FIRST = "first"
    SECOND = "second"
    LAST = "last"


@dataclass(frozen=True)
class Reminder:
    """One rung of the ladder: the days after which an unpaid amount is reminded of, and by which text."""

    after_days: int
    text: ReminderText


@dataclass(frozen=True)
class PayerTerms:
    """What the invoices of third-party payers say: days until they are due.

    `vat_number` is the school's, "" if it has none.
    """

    due_days: int = 30
    vat_number: str = ""


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
    reminders: tuple[Reminder, ...] = ()
    """The ladder of reminders of what is late, earliest first; without any no reminder is sent."""
    withdrawal_fee_cents: int = 2300
    """What is kept of the money of who gives up before the year starts."""
    year_starts_on: date | None = None
    """The day from which a withdrawal is a decision; None: from the beginning."""
    payer_terms: PayerTerms = PayerTerms()
    bank_account: BankAccount | None = None
    """None: refunds by transfer are paid by hand, no file of transfers is made."""
    accounting: AccountingExport = NO_MAPPING
    """The school's own accounts, and the layout of its accounting files."""
    publication: Publication = NOTHING_SAID
    """What the law has the portal say of itself."""
    look: Look = OWN_LOOK
    """The school's colours and logo."""
    books_open_from: date | None = None
    """The first day of the school's books that takes entries, None while no month was ever closed."""
    version: CampaignVersion | None = None
    """Who loaded it and when; None for a file that ships with the application."""

    @property
    def is_loaded(self) -> bool:
        """Return False for the placeholder of a system without any campaign."""
        return bool(self.id)

    @property
    def begins_at(self) -> datetime:
        return min(window.opens_at for window in self.windows)

    def exemption(self, fee_situation_code: str) -> Exemption | None:
        """Return the ground of a situation's exemption; None without one, and for an unknown situation."""
        situation = self.fee_situations.get(fee_situation_code)
        return situation.exemption if situation else None

    def source(self, programme_code: str, fee_situation_code: str) -> Text | None:
        """Return the rule or decision that sets a price: the programme's own, else the situation's."""
        programme = self.programmes.get(programme_code)
        situation = self.fee_situations.get(fee_situation_code)
        own = programme.sources.get(fee_situation_code) if programme else None
        return own or (situation.source if situation else None)

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
        return _label(self.programmes, code)

    def plan_label(self, code: str) -> Text:
        """Return the label of a plan, or its code if it is no longer in the campaign file."""
        return _label(self.plans, code)

    def fee_situation_label(self, code: str) -> Text:
        """Return the label of a fee situation, or its code if it is no longer in the campaign file."""
        return _label(self.fee_situations, code)

    def text(self, key: str, language: str = "fr") -> str:
        return self.texts[key].in_language(language)


def _label(named: Mapping[str, Programme | Plan | FeeSituation], code: str) -> Text:
    return named[code].label if code in named else Text(code, code)
