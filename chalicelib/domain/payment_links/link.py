"""Links by which somebody without an account pays a share of one registration by card."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.secrecy import SECRET

LONGEST = timedelta(days=92)
"""The longest time between the making of a link and its last day."""
READABLE_FOR = timedelta(days=31)
"""How long after its last day a link still shows the receipt of what it paid."""


@dataclass(frozen=True)
class PaymentLink:
    """A link to pay once, until the end of the Paris day `until`.

    `amount_cents` is None for all that is still owed when it is paid. `made_by` and `revoked_by` are ids of
    persons: the student, or staff.
    """

    id: str
    registration_id: str
    person_id: str
    made_by: str
    made_at: datetime
    until: date
    amount_cents: int | None = None
    revoked_at: datetime | None = None
    revoked_by: str = ""
    version: int = 1


@dataclass(frozen=True)
class PaymentLinkKey:
    """What a token opens: `token_hash` is its SHA-256 in hex, the token itself is never stored."""

    token_hash: str = field(repr=False, metadata=SECRET)
    person_id: str
    link_id: str
    expires_at: datetime


@dataclass(frozen=True)
class WantedLink:
    """A request for a link; `amount_cents` is None for all that is still owed when it is paid."""

    amount_cents: int | None
    until: date


def key_of(link: PaymentLink, token_hash: str) -> PaymentLinkKey:
    end = datetime.combine(link.until + timedelta(days=1), time(), PARIS)
    return PaymentLinkKey(token_hash, link.person_id, link.id, end + READABLE_FOR)


def registration_of(link_id: str) -> str:
    """Return the id of the registration that a link's id begins with."""
    return link_id.rpartition("-l")[0]


def revoked(link: PaymentLink, by: str, now: datetime) -> PaymentLink:
    """Return the next version, by which nothing more can be started; the same link if it is revoked."""
    if link.revoked_at:
        return link
    return replace(link, revoked_at=now, revoked_by=by, version=link.version + 1)
