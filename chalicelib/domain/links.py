"""Mailed links: each sets one password, or gives the IBAN of one refund, once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.secrecy import SECRET

LINK_LIFETIME = timedelta(minutes=30)
IBAN_LINK_LIFETIME = timedelta(hours=72)
"""Longer than a password's: its reader did not ask for the mail, and it gives access to one refund alone."""


@dataclass(frozen=True)
class PasswordLink:
    """A link; `token_hash` is the SHA-256 of the mailed token in hex, the token itself is never stored.

    Valid only at the account's `credentials_version`: setting a password invalidates every other link.
    """

    token_hash: str = field(repr=False, metadata=SECRET)
    person_id: str
    email: str
    credentials_version: int
    expires_at: datetime


@dataclass(frozen=True)
class IbanLink:
    """A link by which the IBAN of one refund is given without logging in; hashed as a password's.

    Valid only while the refund waits for an IBAN and its person still has the address it was mailed to.
    """

    token_hash: str = field(repr=False, metadata=SECRET)
    person_id: str
    refund_id: str
    email: str
    expires_at: datetime
