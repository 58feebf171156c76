from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chalicelib.identity.frequent_passwords import is_common


class Argon2Passwords:
    """Hash with argon2id and the parameters of OWASP and ASVS 5: 19 MiB, two passes, one lane."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    @cached_property
    def _nobodys_hash(self) -> str:
        return self.hash("the password of nobody")

    def is_common(self, password: str) -> bool:
        return is_common(password)

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Return True if they match; without a hash, spend the same time on a dummy hash and return False."""
        try:
            self._hasher.verify(password_hash or self._nobodys_hash, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None
