from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from chalicelib.identity.key_outage import outage_as_refusal

PREFIX = "kms:"
OWNER = "person"
"""The only name in the encryption context; the policy of the role requires it."""


class KmsSealer:
    """Encrypt by AWS KMS, with a key that never leaves KMS.

    `client` is botocore's KMS client, `key` an alias or ARN. A ciphertext contains its key; `open` names
    none, so that a text can still be opened after the alias was moved to another key.
    """

    def __init__(self, client: Any, key: str) -> None:
        self._client = client
        self._key = key

    def seal(self, text: str, context: str) -> str:
        """Return `kms:` and base64url of the ciphertext, another one each time."""
        owner = {OWNER: context}
        with outage_as_refusal():
            made = self._client.encrypt(KeyId=self._key, Plaintext=text.encode(), EncryptionContext=owner)
        return _written(made["CiphertextBlob"])

    def open(self, sealed: str, context: str) -> str:
        """Return the text; raise ValueError if it was changed, or sealed for another context."""
        blob = _decoded(sealed)
        with outage_as_refusal():
            return self._decrypted(blob, {OWNER: context}).decode()

    def _decrypted(self, blob: bytes, owner: dict[str, str]) -> bytes:
        try:
            answer = self._client.decrypt(CiphertextBlob=blob, EncryptionContext=owner)
        except self._client.exceptions.InvalidCiphertextException:
            raise ValueError("This is not what was sealed for this context.") from None
        return bytes(answer["Plaintext"])


def _written(blob: bytes) -> str:
    return PREFIX + urlsafe_b64encode(blob).decode()


def _decoded(sealed: str) -> bytes:
    """Return the bytes; refuse any base64 but the canonical one, so that a text has one sealed form."""
    try:
        blob = urlsafe_b64decode(sealed.removeprefix(PREFIX).encode("ascii"))
    except ValueError:
        blob = b""
    if not blob or _written(blob) != sealed:
        raise ValueError("This is not a text sealed by KMS.")
    return blob
