"""Requests and responses of the API about payments by card. Amounts are integer cents."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chalicelib.domain.payments import AttemptState
from chalicelib.domain.plan.plan_cards import CardLack
from chalicelib.web.schemas.addresses import NewAddressChoice, NoAddressChoice, SavedAddressChoice
from chalicelib.web.schemas.models import Body, View, mistake
from chalicelib.web.schemas.texts import Short


class NewCardPayment(Body):
    """A payment.

    Without `instalment_rank` all is paid at once; 1 starts an approved plan, others pay late parts. `rest`
    pays the rest of a begun plan at once; it names no instalment. With the `schedule_hash` of the plan,
    nothing starts if the plan is another now.
    """

    address: Annotated[SavedAddressChoice | NewAddressChoice | NoAddressChoice, Field(discriminator="mode")]
    instalment_rank: Annotated[int, Field(ge=1, le=99)] | None = None
    rest: bool = False
    schedule_hash: Short | None = None

    @model_validator(mode="after")
    def has_one_target(self) -> Self:
        if self.rest and self.instalment_rank is not None:
            raise mistake("rest_or_instalment")
        return self


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
