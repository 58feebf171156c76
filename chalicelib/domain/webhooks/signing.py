"""The signature scheme of Standard Webhooks: HMAC-SHA256 over id, time and body (`v1`)."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

PREFIX = "whsec_"
CONTENT_TYPE = "application/json"


def secret_of(token: str) -> str:
    """Return the secret derived from an unguessable token: `whsec_` and base64 of 32 bytes."""
    return PREFIX + base64.b64encode(hashlib.sha256(token.encode()).digest()).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def signed_headers(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of one attempt; `timestamp` is its time in seconds since 1970."""
    signatures = (signature(each, message_id, timestamp, body) for each in secrets)
    return {
        "Content-Type": CONTENT_TYPE,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
