import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


def sealing_key_fault(key: str) -> str:
    """Return what is wrong with a key in hexadecimal, without showing it; "" if it can be used."""
    is_right = re.fullmatch("[0-9A-Fa-f]{64}", key)
    return "" if is_right else f"has {len(key)} characters; a sealing key has 64 hexadecimal digits"


class Sealer:
    """Encrypt by AES-256-GCM, under a key that is not stored with the data.

    `context` names the owner of the text; it is not secret, and opening under another context fails.
    """

    def __init__(self, key: bytes) -> None:
        """Raise ValueError unless the key has 32 bytes."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"A sealing key has {KEY_BYTES} bytes, this one has {len(key)}.")
        self._key = key

    def seal(self, text: str, context: str) -> str:
        """Return base64url of the nonce and the sealed text, another one each time."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return urlsafe_b64encode(
            nonce + self._cipher.encrypt(nonce, text.encode(), context.encode())
        ).decode()

    def open(self, sealed: str, context: str) -> str:
        """Return the text.

        Raise ValueError if it was changed, or sealed by another key or for another context.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - slow to import: cold start

        raw = _decoded(sealed)
        try:
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()).decode()
        except InvalidTag:
            raise ValueError(f"This is not what was sealed for {context}.") from None

    @cached_property
    def _cipher(self) -> "AESGCM":
        from cryptography.hazmat.primitives.ciphers.aead import (  # noqa: PLC0415 - slow to import: cold start
            AESGCM,
        )

        return AESGCM(self._key)


def _decoded(sealed: str) -> bytes:
    """Return the bytes; refuse any base64 but the canonical one, so that a text has one sealed form."""
    try:
        raw = urlsafe_b64decode(sealed.encode("ascii"))
    except ValueError:
        raw = b""
    if len(raw) <= NONCE_BYTES or urlsafe_b64encode(raw).decode() != sealed:
        raise ValueError("This is not a sealed text.")
    return raw
