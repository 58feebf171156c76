"""The schema of a campaign file: the values of each key; `building.py` makes the campaign of them."""

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from chalicelib.campaigns.accounting import AccountingEntry
from chalicelib.campaigns.look import LookEntry
from chalicelib.campaigns.publication import PublicationEntry
from chalicelib.campaigns.values import (
    MOST_PERCENT,
    AccountNumber,
    Bic,
    CampaignId,
    Country,
    Day,
    DialCode,
    Digits,
    Email,
    Euros,
    Iban,
    Key,
    Link,
    ParisTime,
    Percent,
    Series,
    Siren,
    Words,
)
from chalicelib.domain import campaign as domain
from chalicelib.domain.books.chart import Book


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TextEntry(Entry):
    fr: Words
    en: Words


class AddressEntry(Entry):
    lines: Annotated[list[Words], Field(min_length=1)]
    zip_code: Words
    city: Words
    country: Country


class SchoolEntry(Entry):
    name: Words
    address: AddressEntry
    siren: Siren
    contact_email: Email
    phone_country_code: DialCode
    phone: Digits


class StepEntry(Entry):
    key: Key
    label: TextEntry
    link: Link | None = None
    note: TextEntry


class WindowEntry(Entry):
    opens_at: ParisTime
    closes_at: ParisTime

    @model_validator(mode="after")
    def closes_after_it_opens(self) -> Self:
        if self.closes_at <= self.opens_at:
            raise ValueError("la période ferme avant d'ouvrir, ou à l'instant même")
        return self


def _apart(windows: list[WindowEntry]) -> list[WindowEntry]:
    in_order = sorted(enumerate(windows), key=lambda ranked: ranked[1].opens_at)
    for (earlier, one), (later, other) in pairwise(in_order):
        if other.opens_at < one.closes_at:
            raise ValueError(f"les périodes {earlier} et {later} se chevauchent")
    return windows


class FeeLineEntry(Entry):
    product: Words
    quantity: Annotated[int, Field(ge=1)] = 1
    unit_price: Euros
    vat_rate: Percent = Decimal(0)
    discount: Percent = Decimal(0)


class FeeSituationEntry(TextEntry):
    """The label of a situation, the rule or decision that sets its amount, the ground of its exemption."""

    source: TextEntry | None = None
    exemption: Annotated[domain.Exemption, Field(strict=False)] | None = None


class ProgrammeEntry(Entry):
    label: TextEntry
    sources: dict[str, TextEntry] = {}
    tariffs: Annotated[
        dict[str, Annotated[list[FeeLineEntry], Field(min_length=1)]],
        Field(min_length=1),
    ]


class PlanEntry(Entry):
    label: TextEntry
    split: Literal["percent", "equal", "fixed_first"]
    instalments: Annotated[int, Field(ge=2, le=24)]
    shares: list[Percent] = []
    first_amount: Euros | None = None
    minimum_total: Euros = 0
    due_day: Annotated[int, Field(ge=1, le=28)]
    retry_after_days: list[Annotated[int, Field(ge=1)]] = []
    notice_days: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def shares_make_the_whole(self) -> Self:
        if self.split != "percent":
            _refuse_if(bool(self.shares), "« shares » n'a de sens que pour le découpage « percent »")
            return self
        _refuse_if(
            len(self.shares) != self.instalments,
            f"« shares » compte {len(self.shares)} parts pour {self.instalments} échéances",
        )
        whole = sum(self.shares)
        _refuse_if(whole != MOST_PERCENT, f"les parts de « shares » font {whole} % et non 100 %")
        return self

    @model_validator(mode="after")
    def first_amount_is_fixed(self) -> Self:
        _refuse_if(
            self.first_amount is not None and self.split != "fixed_first",
            "« first_amount » n'a de sens que pour le découpage « fixed_first »",
        )
        return self


def _refuse_if(wrong: bool, sentence: str) -> None:  # noqa: FBT001 - reads as the sentence it is
    if wrong:
        raise ValueError(sentence)


class NumberingEntry(Entry):
    series: Series
    first_order: Annotated[int, Field(ge=1)]
    first_invoice: Annotated[int, Field(ge=1)]


class BankAccountEntry(Entry):
    holder: Words
    iban: Iban
    bic: Bic = ""


class RetentionEntry(Entry):
    """The retention periods; the law sets the minimum for evidence and accounting: docs/privacy.md."""

    never_paid_months: Annotated[int, Field(ge=1, le=60)] = domain.Retention.never_paid_months
    mandate_evidence_months: Annotated[int, Field(ge=13, le=60)] = domain.Retention.mandate_evidence_months
    notification_months: Annotated[int, Field(ge=1, le=60)] = domain.Retention.notification_months
    account_months: Annotated[int, Field(ge=12, le=120)] = domain.Retention.account_months
    accounting_years: Annotated[int, Field(ge=10, le=30)] = domain.Retention.accounting_years


class ReminderEntry(Entry):
    after_days: Annotated[int, Field(ge=1, le=365)]
    text: Annotated[domain.ReminderText, Field(strict=False)]


def _rising(reminders: list[ReminderEntry]) -> list[ReminderEntry]:
    days = [each.after_days for each in reminders]
    if days != sorted(set(days)):
        raise ValueError("chaque relance vient plus tard que celle d'avant")
    return reminders


class PayerTermsEntry(Entry):
    due_days: Annotated[int, Field(ge=1, le=60)] = domain.PayerTerms.due_days
    vat_number: Annotated[str, Field(pattern=r"^([A-Z]{2}[A-Z0-9]{2,12})?$")] = ""


class CampaignEntry(Entry):
    id: CampaignId
    label: TextEntry
    school: SchoolEntry
    guide_url: Link
    previous_steps: list[StepEntry]
    windows: Annotated[list[WindowEntry], Field(min_length=1), AfterValidator(_apart)]
    fee_situations: Annotated[dict[str, FeeSituationEntry], Field(min_length=1)]
    programmes: Annotated[dict[str, ProgrammeEntry], Field(min_length=1)]
    plans: dict[str, PlanEntry]
    numbering: NumberingEntry
    exemption_mention: TextEntry
    texts: dict[str, TextEntry]
    retention: RetentionEntry = RetentionEntry()
    chart: dict[Annotated[Book, Field(strict=False)], AccountNumber] = {}
    import_headings: dict[str, list[Words]] = {}
    reminders: Annotated[list[ReminderEntry], Field(max_length=9), AfterValidator(_rising)] = []
    withdrawal_fee: Euros = domain.Campaign.withdrawal_fee_cents
    year_starts_on: Day | None = None
    payer_terms: PayerTermsEntry = PayerTermsEntry()
    bank_account: BankAccountEntry | None = None
    accounting: AccountingEntry = AccountingEntry()
    publication: PublicationEntry = PublicationEntry()
    look: LookEntry = LookEntry()
