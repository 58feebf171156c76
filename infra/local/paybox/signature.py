"""The two signatures: the merchant's HMAC on what comes in, the gateway's RSA on what goes out."""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

ALGORITHMS = {
    "SHA224": hashlib.sha224,
    "SHA256": hashlib.sha256,
    "SHA384": hashlib.sha384,
    "SHA512": hashlib.sha512,
}

Fields = list[tuple[str, str]]


def message_hmac(fields: Iterable[tuple[str, str]], key_hex: str, algorithm: str = "SHA512") -> str:
    """Upper-case hex HMAC of `NAME=value&…` in the given order, values raw (their bytes as received)."""
    message = "&".join(f"{name}={value}" for name, value in fields)
    raw = message.encode("utf-8", "surrogateescape")
    return hmac.new(bytes.fromhex(key_hex), raw, ALGORITHMS[algorithm]).hexdigest().upper()


def is_signed(fields: Fields, seal: str, *, key_hex: str, algorithm: str) -> bool:
    """Whether `seal`, in either case, is the HMAC of all `fields`, in the order in which they came."""
    if algorithm not in ALGORITHMS or not seal.isascii():
        return False
    return hmac.compare_digest(message_hmac(fields, key_hex, algorithm), seal.upper())


def is_readable(value: str) -> bool:
    """Whether a received value is UTF-8, not other bytes that were carried along for the seal."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


class GatewayKey:
    """The gateway's own key pair, made once for a state directory and kept there."""

    def __init__(self, pem_file: Path) -> None:
        if not pem_file.exists():
            _write_new_key(pem_file)
        private = serialization.load_pem_private_key(pem_file.read_bytes(), password=None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise TypeError(f"{pem_file} does not hold an RSA key.")
        self._private = private

    def sign(self, message: str) -> str:
        """Base64 of the 128 bytes of an RSA SHA-1 signature over the message as it travels."""
        signature = self._private.sign(message.encode("ascii"), padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 (the protocol signs with SHA-1)  # nosec B303
        return base64.b64encode(signature).decode("ascii")

    def public_pem(self) -> bytes:
        public = self._private.public_key()
        return public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


def _write_new_key(pem_file: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 (the protocol's length)  # nosec B505
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = pem_file.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(pem)
    draft.replace(pem_file)


def broken(signature: str) -> str:
    """A signature of the right shape that verifies nothing."""
    raw = bytearray(base64.b64decode(signature))
    raw[-1] ^= 1
    return base64.b64encode(raw).decode("ascii")
