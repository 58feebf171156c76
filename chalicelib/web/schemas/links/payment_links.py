"""Requests and responses of the API about links to pay. Amounts are integer cents."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.payment_links.standing import LinkState
from chalicelib.web.schemas.addresses import Line, NewAddressChoice
from chalicelib.web.schemas.models import Body, View
from chalicelib.web.schemas.texts import Day

MAIL_ADDRESS = r"^[^\s@<>\",;:\\]+@[^\s@<>\",;:\\]+\.[^\s@<>\",;:\\]+$"
LONGEST_NAME = 100
Name = Annotated[Line, StringConstraints(max_length=LONGEST_NAME)]


class NewPaymentLink(Body):
    """A link to pay `amount_cents`, or all that is still owed when it is paid, until the end of a day."""

    amount_cents: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    until: Day


class PaymentLink(View):
    """A link; `amount_cents` is null for all that is still owed, `paid_cents` until it was paid."""

    id: str
    amount_cents: int | None
    until: date
    state: LinkState
    made_at: datetime
    paid_cents: int | None


class PaymentLinkMade(PaymentLink):
    """A new link; `url` holds its token and is told here alone."""

    url: str


class PaymentLinks(View):
    items: list[PaymentLink]
    next: None = None


class NewCardPayer(NewAddressChoice):
    """Who pays by a link: name and mail for the gateway and the receipt, and the cardholder's address."""

    first_name: Name
    last_name: Name
    email: Annotated[str, StringConstraints(max_length=254, pattern=MAIL_ADDRESS)]
