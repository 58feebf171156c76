"""Requests and responses of the API about payments by card. Amounts are integer cents."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from iso3166 import countries_by_alpha2
from pydantic import AfterValidator, Field, StringConstraints

from chalicelib.domain.payments import AttemptState
from chalicelib.domain.plan_cards import CardLack
from chalicelib.web.schemas.models import Body, View
from chalicelib.web.schemas.plans import Short

COUNTRIES: list[Any] = sorted(countries_by_alpha2)


def _known(country: str) -> str:
    if country not in countries_by_alpha2:
        raise ValueError("no country has this ISO 3166-1 alpha-2 code")
    return country


class SavedAddressChoice(Body):
    mode: Literal["saved"]
    id: Short


class NewAddressChoice(Body):
    """A new address.

    `country` is ISO 3166-1 alpha-2; `phone` national digits; `keep` saves it for next time.
    """

    mode: Literal["new"]
    line1: Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[^\x00-\x1f\x7f]+$")]
    line2: Annotated[str, StringConstraints(max_length=50, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    zip_code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 -]{1,10}$")]
    city: Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[^\x00-\x1f\x7f]+$")]
    country: Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": COUNTRIES})]
    phone_country_code: Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{0,2}$")]
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9]{4,10}$")]
    keep: bool = False


class NoAddressChoice(Body):
    mode: Literal["none"]


class NewCardPayment(Body):
    """A payment.

    Without `instalment_rank` all is paid at once; 1 starts an approved plan, others pay late parts.
    """

    address: Annotated[SavedAddressChoice | NewAddressChoice | NoAddressChoice, Field(discriminator="mode")]
    instalment_rank: Annotated[int, Field(ge=1, le=99)] | None = None


class FormField(View):
    name: str
    value: str


class GatewayForm(View):
    """The form for the payer's browser to post, with the fields in this order."""

    action: str
    method: Literal["POST"] = "POST"
    fields: list[FormField]


class CardPaymentStarted(View):
    """The started payment; the gateway keeps its page open until `expires_at`, counted from this form."""

    id: str
    amount_cents: int
    expires_at: datetime
    form: GatewayForm


class NextDebit(View):
    due_on: date
    amount_cents: int


class Receipt(View):
    """The receipt: `reference` is the gateway's, `card` the last digits if known.

    `card_lack` is why the card cannot be debited for all that is left of the plan, null if it can.
    `paid_on` is the day of our booking, `banked_on` the bank's own if the gateway told it.
    """

    paid_on: date
    banked_on: date | None
    reference: str
    card: str | None
    invoice_number: int | None
    next_debits: Sequence[NextDebit]
    card_lack: CardLack | None


class CardPayment(View):
    id: str
    state: AttemptState
    amount_cents: int
    message: str
    started_at: datetime
    expires_at: datetime
    receipt: Receipt | None
