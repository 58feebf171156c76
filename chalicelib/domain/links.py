"""Mailed links: each sets one password once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.secrecy import SECRET

LINK_LIFETIME = timedelta(minutes=30)


@dataclass(frozen=True)
class PasswordLink:
    """`token_hash` is the SHA-256 of the mailed token in hex: the token itself is never stored.

    It is good for the password that the account has at `credentials_version`: setting one ends every other
    link.
    """

    token_hash: str = field(repr=False, metadata=SECRET)
    person_id: str
    email: str
    credentials_version: int
    expires_at: datetime
