"""Only a genuine notification says anything: whatever is changed, added, cut or replayed is turned away.

Whatever comes in, nothing but the two refusals comes out.
"""

from __future__ import annotations

import contextlib
import string
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import NotificationMalformed, NotificationRejected, SignatureMismatch
from chalicelib.domain.payments import Answer, Outcome
from chalicelib.gateway.notification import read_notification
from chalicelib.gateway.signature import signature_in

PAID = (
    b"Mt=60100&Ref=1999888-32-attempt-1&Auto=123456&Appel=0061548235&Trans=0034813567&Err=00000&Card=CB"
    b"&Exp=2512&Last=44&Gar=O&Auth=Y&Abo=SLDLrcsLMPC++2512++---"
)
few = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
many = settings(few, max_examples=10_000)


@pytest.fixture(scope="module")
def genuine(signer: Any) -> bytes:
    return bytes(signer.body(PAID))


@pytest.fixture(scope="module")
def keys(signer: Any) -> tuple[str, ...]:
    return (signer.public_pem,)


def _accepted(body: bytes, keys: tuple[str, ...]) -> Answer | None:
    """What is read of `body`; any other error than a refusal goes through and fails the test."""
    try:
        return read_notification(body, keys)
    except (SignatureMismatch, NotificationMalformed):
        return None


def _is_same_message(body: bytes, genuine: bytes) -> bool:
    """`%2b` for `%2B` within the signature: the same bytes signed by the same signature."""
    signed, _, parameter = body.rpartition(b"&Sign=")
    original, _, original_parameter = genuine.rpartition(b"&Sign=")
    return signed == original and signature_in(parameter) == signature_in(original_parameter)


def test_genuine_one_is_accepted(genuine: bytes, keys: tuple[str, ...]) -> None:
    answer = _accepted(genuine, keys)

    assert answer is not None
    assert answer.outcome is Outcome.PAID


def test_no_bit_can_be_flipped(genuine: bytes, keys: tuple[str, ...]) -> None:
    for position, byte in enumerate(genuine):
        for bit in range(8):
            forged = genuine[:position] + bytes([byte ^ (1 << bit)]) + genuine[position + 1 :]
            assert _accepted(forged, keys) is None or _is_same_message(forged, genuine)


def test_no_bit_of_what_is_signed_can_be_flipped(genuine: bytes, keys: tuple[str, ...]) -> None:
    for position in range(len(PAID)):
        for bit in range(8):
            forged = bytearray(genuine)
            forged[position] ^= 1 << bit
            assert _accepted(bytes(forged), keys) is None


def test_no_byte_can_be_left_out_or_doubled(genuine: bytes, keys: tuple[str, ...]) -> None:
    for position in range(len(genuine)):
        cut = genuine[:position] + genuine[position + 1 :]
        doubled = genuine[: position + 1] + genuine[position:]
        assert _accepted(cut, keys) is None
        assert _accepted(doubled, keys) is None


def test_none_is_accepted_cut_short_at_either_end(genuine: bytes, keys: tuple[str, ...]) -> None:
    for length in range(len(genuine)):
        assert _accepted(genuine[:length], keys) is None
        assert _accepted(genuine[length + 1 :], keys) is None


def test_variables_cannot_change_places(genuine: bytes, keys: tuple[str, ...]) -> None:
    parts = genuine.split(b"&")
    for first in range(len(parts)):
        for second in range(first):
            moved = parts.copy()
            moved[first], moved[second] = moved[second], moved[first]
            assert _accepted(b"&".join(moved), keys) is None


@pytest.mark.parametrize("extra", [b"Mt=1", b"Mt=60100", b"Err=00000", b"Nouveau=1", b"Sign=AAAA", b"", b"&"])
def test_variables_cannot_be_added_or_repeated(genuine: bytes, keys: tuple[str, ...], extra: bytes) -> None:
    parts = genuine.split(b"&")
    for position in range(len(parts) + 1):
        assert _accepted(b"&".join([*parts[:position], extra, *parts[position:]]), keys) is None


def test_repeating_the_signature_changes_nothing_signed(genuine: bytes, keys: tuple[str, ...]) -> None:
    _, _, parameter = genuine.rpartition(b"&")

    assert _accepted(genuine + b"&" + parameter, keys) is None


def test_variables_cannot_be_left_out(genuine: bytes, keys: tuple[str, ...]) -> None:
    parts = genuine.split(b"&")
    for position in range(len(parts)):
        assert _accepted(b"&".join(parts[:position] + parts[position + 1 :]), keys) is None


@pytest.mark.parametrize(
    "other",
    [
        PAID.replace(b"Mt=60100", b"Mt=100"),
        PAID.replace(b"attempt-1", b"attempt-2"),
        PAID.replace(b"Err=00000", b"Err=00151"),
    ],
)
def test_signature_of_another_message_is_of_no_use(
    genuine: bytes, signer: Any, keys: tuple[str, ...], other: bytes
) -> None:
    _, _, parameter = genuine.rpartition(b"&")

    assert _accepted(other + b"&" + parameter, keys) is None
    assert _accepted(signer.body(other), keys) is not None


def test_key_of_another_is_of_no_use(other_signer: Any, keys: tuple[str, ...]) -> None:
    assert _accepted(other_signer.body(PAID), keys) is None


def test_signature_of_the_decoded_message_is_of_no_use(signer: Any, keys: tuple[str, ...]) -> None:
    decoded = PAID.replace(b"Card=CB", b"Card=CB,VISA")
    _, _, parameter = signer.body(decoded).rpartition(b"&")
    encoded = PAID.replace(b"Card=CB", b"Card=CB%2CVISA")

    assert _accepted(encoded + b"&" + parameter, keys) is None


def _arbitrary_bytes_are_refused(body: bytes, keys: tuple[str, ...]) -> None:
    with pytest.raises(NotificationRejected):
        read_notification(body, keys)


SHAPED = st.lists(
    st.tuples(
        st.sampled_from(["Mt", "Ref", "Auto", "Appel", "Trans", "Err", "Card", "Exp", "Last", "Sign", ""]),
        st.one_of(st.text(), st.text(string.digits, max_size=12), st.binary()).map(
            lambda value: quote(value, safe="%+/@,")
        ),
    )
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs).encode())


def _signed_words_are_read_or_refused(signed: bytes, signer: Any, keys: tuple[str, ...]) -> None:
    answer = None
    with contextlib.suppress(NotificationMalformed):
        answer = read_notification(signer.body(signed), keys)
    if answer is not None and answer.outcome is Outcome.PAID:
        assert answer.code == "00000"
        assert answer.evidence.authorisation
        assert answer.transaction.isdigit()
        assert not answer.transaction.startswith("0")


@given(st.one_of(st.binary(), SHAPED))
@few
def test_anything_unsigned_is_refused(keys: tuple[str, ...], body: bytes) -> None:
    _arbitrary_bytes_are_refused(body, keys)


@given(st.one_of(st.binary(), SHAPED))
@few
def test_anything_signed_is_read_or_refused(signer: Any, keys: tuple[str, ...], signed: bytes) -> None:
    _signed_words_are_read_or_refused(signed, signer, keys)


@pytest.mark.prove
@given(st.one_of(st.binary(), SHAPED))
@many
def test_anything_unsigned_is_refused_very_often(keys: tuple[str, ...], body: bytes) -> None:
    _arbitrary_bytes_are_refused(body, keys)


@pytest.mark.prove
@given(st.one_of(st.binary(), SHAPED))
@many
def test_anything_signed_is_read_or_refused_very_often(
    signer: Any, keys: tuple[str, ...], signed: bytes
) -> None:
    _signed_words_are_read_or_refused(signed, signer, keys)
