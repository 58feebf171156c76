"""Requests and responses of the API about third-party payers. Amounts are integer cents, with tax."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.languages import Language
from chalicelib.domain.payers.payer import PayerKind, PayerState
from chalicelib.web.schemas.collection import Amount
from chalicelib.web.schemas.models import Body, Query, View
from chalicelib.web.schemas.texts import Reason, Short

_PLAIN = r"^[^\x00-\x1f\x7f]*$"
Words = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_PLAIN)]
Optional = Annotated[str, StringConstraints(max_length=100, pattern=_PLAIN)]
Reference = Annotated[str, StringConstraints(max_length=50, pattern=_PLAIN)]
Mail = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^\s@]+@[^\s@]+\.[^\s@]+$")]
Version = Annotated[int, Field(ge=1, le=10**6)]


class PayerAddress(Body):
    line1: Words
    line2: Optional = ""
    zip_code: Annotated[str, StringConstraints(max_length=16, pattern=_PLAIN)] = ""
    city: Words
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "FR"


class NewPayer(Body):
    """A company, an OPCO or a public body that pays `amount_cents` of a registration, all of it without.

    `service_code` and `engagement` are its references for Chorus Pro, `language` that of its mails.
    `seen_hash` is that of the payer that is named now and which this one replaces; missing, none may be
    named. Its `version` may stand for it, but does not tell it from another payer. With `owed_seen_cents`,
    the `rest_cents` of the registration, it is refused if the student owes another amount now.
    """

    kind: Annotated[PayerKind, Field(strict=False)]
    name: Words
    address: PayerAddress
    siret: Annotated[str, StringConstraints(min_length=1, max_length=30)]
    email: Mail
    amount_cents: Amount | None = None
    service_code: Reference = ""
    engagement: Reference = ""
    needs_engagement: bool = False
    language: Annotated[Language, Field(strict=False)] = Language.FR
    version: Version | None = None
    seen_hash: Short | None = None
    owed_seen_cents: Annotated[int, Field(ge=0, le=10**9)] | None = None


class PayerWithdrawal(Body):
    """With the `seen_hash` of the payer, it is refused if another one is named now, or by other facts."""

    reason: Reason
    seen_hash: Short | None = None


class PayerInvoicing(Body):
    """With the `seen_hash` of the payer, it is refused if another one is named now, or by other facts.

    `version` may stand for it, but does not tell the payer from another one.
    """

    version: Version | None = None
    seen_hash: Short | None = None


class PayerQuery(Query):
    state: Literal["named", "invoiced"] = "named"


class PayerView(View):
    """A payer; `amount_cents` is its share, `owed_cents` what its invoice still asks.

    An act that sends `seen_hash` is refused once another payer is named, or this one by other facts.
    """

    id: str
    registration: str
    kind: PayerKind
    name: str
    siret: str
    service_code: str
    engagement: str
    email: str
    language: Language
    amount_cents: int
    owed_cents: int
    state: PayerState
    named_at: datetime
    invoice_number: int | None
    due_on: date | None
    version: int
    seen_hash: str


class PayerList(View):
    items: Sequence[PayerView]
