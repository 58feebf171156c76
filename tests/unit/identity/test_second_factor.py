import base64
import hashlib
import math
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from chalicelib.domain.calendar import PARIS
from chalicelib.identity.second_factor import Totp

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
# RFC 6238, appendix B, SHA-1; of its eight digits, the last six.
RFC_CODES = [
    (59, "287082"),
    (1_111_111_109, "081804"),
    (1_111_111_111, "050471"),
    (1_234_567_890, "005924"),
    (2_000_000_000, "279037"),
    (20_000_000_000, "353130"),
]
NOON = datetime.fromtimestamp(1_234_567_890, UTC)


@pytest.mark.parametrize(("second", "code"), RFC_CODES)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert Totp().step(RFC_SECRET, code, datetime.fromtimestamp(second, UTC)) == second // 30


def test_hour_is_the_same_wherever_it_is_told() -> None:
    assert Totp().step(RFC_SECRET, "005924", NOON.astimezone(PARIS)) == 1_234_567_890 // 30


@pytest.mark.parametrize("shift_seconds", [-30, -29, 0, 29, 59])
def test_clock_may_be_one_step_off(shift_seconds: int) -> None:
    told = Totp().step(RFC_SECRET, "005924", NOON + timedelta(seconds=shift_seconds))

    assert told == 1_234_567_890 // 30


@pytest.mark.parametrize("shift_seconds", [-3600, -31, 60, 3600])
def test_code_of_another_time_is_refused(shift_seconds: int) -> None:
    assert Totp().step(RFC_SECRET, "005924", NOON + timedelta(seconds=shift_seconds)) is None


@pytest.mark.parametrize("code", ["005 924", " 005924\n", "0 0 5 9 2 4", "005\N{NO-BREAK SPACE}924"])
def test_code_may_be_typed_with_spaces(code: str) -> None:
    assert Totp().step(RFC_SECRET, code, NOON) == 1_234_567_890 // 30


@pytest.mark.parametrize(
    "code",
    [
        "",
        "005925",
        "5924",
        "0005924",
        "00592a",
        "+05924",
        "٠٠٥٩٢٤",
        "\uff10\uff10\uff15\uff19\uff12\uff14",
        "9" * 100_000,
    ],
)
def test_anything_else_is_refused(code: str) -> None:
    assert Totp().step(RFC_SECRET, code, NOON) is None


def test_new_secret_has_160_bits_of_its_own() -> None:
    secrets = {Totp().new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert {len(base64.b32decode(each)) for each in secrets} == {20}


def test_authenticator_is_told_secret_account_and_issuer() -> None:
    uri = urlsplit(Totp().uri(RFC_SECRET, "accountant@demo.test", "Quittance Démo"))

    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert unquote(uri.path) == "/Quittance Démo:accountant@demo.test"
    assert parse_qs(uri.query) == {"secret": [RFC_SECRET], "issuer": ["Quittance Démo"]}


def test_ten_recovery_codes_of_120_bits_are_legible() -> None:
    codes = Totp().new_recovery_codes()

    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){5}", code) for code in codes)
    assert math.log2(32) * len(codes[0].replace("-", "")) == 120


def test_recovery_code_is_known_however_it_is_typed() -> None:
    totp = Totp()
    code = totp.new_recovery_codes()[0]

    assert totp.recovery_digest(code) == hashlib.sha256(code.replace("-", "").encode()).hexdigest()
    assert totp.recovery_digest(f" {code.lower().replace('-', ' ')}\n") == totp.recovery_digest(code)
    assert totp.recovery_digest(totp.new_recovery_codes()[0]) != totp.recovery_digest(code)
