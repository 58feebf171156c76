"""The id and the token of something new: a form that is sent again draws the same and makes nothing twice."""

import base64
import hmac
import json
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Drawn:
    """An id of 16 hex digits, and an unguessable token of 256 bits."""

    id: str
    token: str = field(repr=False)


def drawn_by(secret: str, *words: object) -> Drawn:
    """Return what the same words draw again with the same `secret`, the token of a session.

    Nobody without that token can guess it, and it does not tell that token.
    """
    mac = hmac.digest(secret.encode(), json.dumps(["drawn", *words]).encode(), "sha512")
    return Drawn(mac[:8].hex(), base64.urlsafe_b64encode(mac[8:40]).decode().rstrip("="))
