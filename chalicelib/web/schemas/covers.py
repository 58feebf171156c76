"""The part of a registration that a third party pays, as its student sees it."""

from chalicelib.web.schemas.models import View


class CoverView(View):
    """The part of a registration that somebody else pays; `invoice_number` is None until it is invoiced."""

    registration: str
    payer: str
    amount_cents: int
    invoice_number: int | None
