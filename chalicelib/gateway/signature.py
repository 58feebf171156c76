"""The two signatures: ours by HMAC over our requests, the gateway's by RSA over its notifications.

The gateway's is RSA 1024, PKCS#1 v1.5, SHA-1; this is its choice, there is no other. Source: the integration
manuals of PAYBOX System and PAYBOX Direct Plus.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from urllib.parse import unquote_to_bytes

SIGNATURE_BYTES = (128, 256, 384, 512)
"""Of keys of 1024 bits, as the gateway has now, to 4096."""

OFFICIAL_KEY = """\
-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDe+hkicNP7ROHUssGNtHwiT2Ew
HFrSk/qwrcq8v5metRtTTFPE/nmzSkRnTs3GMpi57rBdxBBJW5W9cpNyGUh0jNXc
VrOSClpD5Ri2hER/GcNrxVRP7RlWOqB1C03q4QYmwjHZ+zlM4OUhCCAtSWflB4wC
Ka1g88CjFwRw/PB9kwIDAQAB
-----END PUBLIC KEY-----
"""
# Of a public key: no secret.
# pragma: allowlist nextline secret
OFFICIAL_KEY_FINGERPRINT = "e3e24366a97653cb40f9ed2ee2b91fe6d8c28ee81d062ca1508c9e32abe141bb"


def fingerprint(pem: str) -> str:
    """Return the SHA-256 of a public key's DER form, in hexadecimal, independent of the PEM's line breaks.

    Raise `ValueError` for what is no RSA public key.
    """
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow to import: cold start
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - the same

    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("the gateway signs with RSA: this public key is of another kind")  # noqa: TRY004 - as any other text
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def hmac_of(fields: Iterable[tuple[str, str]], hmac_key: str, digest: str = "sha512") -> str:
    """Return the HMAC of `fields` in their order, with raw values; `hmac_key` is hexadecimal."""
    message = "&".join(f"{name}={value}" for name, value in fields)
    return hmac.new(bytes.fromhex(hmac_key), message.encode(), digest).hexdigest().upper()


def signature_in(parameter: bytes) -> bytes | None:
    """Return the signature in a parameter's value, URL-encoded base64; None if it holds none.

    It is decoded once, and once more only where a `%` is left, which base64 never holds: a signature that was
    encoded twice has been seen.
    """
    text = unquote_to_bytes(parameter)
    if b"%" in text:
        text = unquote_to_bytes(text)
    try:
        signature = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    # The unused bits of base64's last letter must be zero, so that one signature has one spelling.
    is_exact = len(signature) in SIGNATURE_BYTES and base64.b64encode(signature) == text
    return signature if is_exact else None


def is_genuine(signed: bytes, signature: bytes, public_keys: Sequence[str]) -> bool:
    """Return True if one of the PEM `public_keys` signed exactly these bytes, URL-encoded as received."""
    return any(_signed_by(pem, signed, signature) for pem in public_keys)


def _signed_by(pem: str, signed: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - slow to import: cold start
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415 - the same

    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("the gateway signs with RSA: this public key is of another kind")
    try:
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the gateway's choice  # nosec B303
    except InvalidSignature:
        return False
    return True
