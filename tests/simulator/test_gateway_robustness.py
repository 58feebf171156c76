from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.paybox import create_app
from infra.local.paybox.signature import message_hmac

KEY_HEX = "0123456789ABCDEF" * 8
CALL = {
    "VERSION": "00104",
    "TYPE": "00003",
    "SITE": "1999888",
    "RANG": "32",
    "NUMQUESTION": "0000000001",
    "DATEQ": "24062022100000",
    "MONTANT": "0000020031",
    "DEVISE": "978",
    "REFERENCE": "Q-0001",
    "REFABONNE": "ABO-1",
    "PORTEUR": "1111222233334444",
    "DATEVAL": "1228",
    "NUMTRANS": "0034813567",
    "NUMAPPEL": "0061548235",
}
KINDS = [f"{kind:05d}" for kind in (1, 2, 3, 4, 5, 11, 12, 13, 14, 17, *range(51, 59), 61)]
CHARACTERS = st.characters(max_codepoint=0x2FF, exclude_categories=["Cs"])
ODD = [
    "",
    "0",
    "-1",
    "978",
    "<a",
    "http://[",
    "http://[::1]:99999/?a#b",
    "²",
    "99999999999",
    "A:K;A:K",
    "+",
    "&",
]
SOMETHING = st.text(CHARACTERS, max_size=12) | st.sampled_from(ODD)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    app = create_app(
        state_dir=tmp_path_factory.mktemp("paybox"), now=lambda: datetime(2022, 6, 24, 8, tzinfo=UTC)
    )
    return app.test_client()


def signed(fields: dict[str, str], seal: str) -> bytes:
    message = list(fields.items())
    return urlencode([*message, (seal, message_hmac(message, KEY_HEX))]).encode()


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_form_however_odd_breaks_the_gateway(
    browser: FlaskClient, complete_form: dict[str, str], data: Any
) -> None:
    changes = data.draw(st.dictionaries(st.sampled_from(sorted(complete_form)), SOMETHING, max_size=3))
    assert browser.post("/php/", data=signed(complete_form | changes, "PBX_HMAC")).status_code == 200


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    number=st.integers(1, 99),
    changes=st.dictionaries(st.sampled_from(sorted(CALL)), SOMETHING, max_size=3),
)
def test_no_direct_call_however_odd_breaks_the_gateway(
    browser: FlaskClient, kind: str, number: int, changes: dict[str, str]
) -> None:
    call = CALL | {"TYPE": kind, "NUMQUESTION": f"{number:010d}"} | changes
    response = browser.post("/PPPS.php", data=signed(call, "HMAC"))
    assert response.status_code == 200
    assert b"&CODEREPONSE=0" in response.data


@settings(max_examples=50, deadline=None)
@given(raw=st.binary(max_size=60))
def test_no_bytes_break_the_gateway(browser: FlaskClient, raw: bytes) -> None:
    assert browser.post("/php/", data=raw).status_code == 200
    assert browser.post("/PPPS.php", data=b"SITE=1999888&" + raw).status_code == 200


def test_value_in_another_encoding_is_an_error_and_not_a_payment(browser: FlaskClient) -> None:
    frame = "VERSION=00103&TYPE=00011&SITE=1999888&RANG=32&NUMQUESTION=0000000001&DATEQ=24062022&MONTANT=100"
    raw = f"{frame}&DEVISE=978&REFERENCE=%E9&CLE=1999888I".encode()
    assert b"CODEREPONSE=00014" in browser.post("/PPPS.php", data=raw).data
