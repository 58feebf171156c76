"""A person's session: opened by a password, found again by the digest of its token."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LIFETIME = timedelta(hours=8)


@dataclass(frozen=True)
class Session:
    """`token_hash` is the SHA-256 of the opaque token in hex: the token itself is never stored."""

    token_hash: str
    person_id: str
    expires_at: datetime


@dataclass(frozen=True)
class Credentials:
    person_id: str
    password_hash: str
