"""Mailed links; each sets one password, once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.secrecy import SECRET

LINK_LIFETIME = timedelta(minutes=30)


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
