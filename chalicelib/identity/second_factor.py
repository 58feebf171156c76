"""Time-based codes (RFC 6238: SHA-1, six digits, thirty seconds, the form of every authenticator)."""

import hashlib
import hmac
import re
import secrets
from base64 import b32encode
from datetime import datetime

STEP_SECONDS = 30
TOLERATED_STEPS = 1
SECRET_BYTES = 20
RECOVERY_CODES = 10
RECOVERY_BYTES = 15  # 120 bits: at 112 and more, ASVS 6.5.2 lets a plain hash keep them
_SIX_DIGITS = re.compile(r"[0-9]{6}")


class Totp:
    """The codes of an authenticator, and the recovery codes that replace a lost one."""

    def new_secret(self) -> str:
        return b32encode(secrets.token_bytes(SECRET_BYTES)).decode()

    def uri(self, secret: str, account_name: str, issuer: str) -> str:
        """Return the `otpauth:` URI that an authenticator reads from a QR code."""
        from pyotp import TOTP  # noqa: PLC0415 - only staff need it: cold start

        return TOTP(secret).provisioning_uri(name=account_name, issuer_name=issuer)

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """Return the step (30 s since 1970) of `code`, at most one early or late; None for a wrong code.

        A code may be used once only: refuse a step that is not later than the last one accepted.
        """
        from pyotp import TOTP  # noqa: PLC0415 - only staff need it: cold start

        digits = _without_spaces(code)
        if not _SIX_DIGITS.fullmatch(digits):
            return None
        current, codes = int(now.timestamp()) // STEP_SECONDS, TOTP(secret, interval=STEP_SECONDS)
        steps = range(current - TOLERATED_STEPS, current + TOLERATED_STEPS + 1)
        # Every step is compared, so that the time taken does not reveal which one matched.
        right = [each for each in steps if hmac.compare_digest(codes.generate_otp(each), digits)]
        return max(right, default=None)

    def new_recovery_codes(self) -> tuple[str, ...]:
        return tuple(_recovery_code() for _ in range(RECOVERY_CODES))

    def recovery_digest(self, code: str) -> str:
        """Return the stored form of a recovery code.

        SHA-256 in hex, independent of how its groups are written.
        """
        return hashlib.sha256(_without_spaces(code).replace("-", "").upper().encode()).hexdigest()


def _recovery_code() -> str:
    code = b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _without_spaces(code: str) -> str:
    return "".join(code.split())
