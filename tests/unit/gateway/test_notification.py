"""What genuine notifications say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.errors import NotificationMalformed, SignatureMismatch
from chalicelib.domain.payments import Answer, Evidence, Outcome
from chalicelib.gateway.notification import LONGEST_BODY
from chalicelib.gateway.paybox import Paybox
from chalicelib.portal.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.gateway.paybox import PayboxAccount

PAID = (
    b"Mt=60100&Ref=1999888-32-attempt-1&Auto=123456&Appel=0061548235&Trans=0034813567&Err=00000&Card=CB"
    b"&Exp=2512&Last=44&Gar=O&Auth=Y"
)
REFUSED = (
    b"Mt=60100&Ref=1999888-32-attempt-1&Appel=0061548236&Trans=0000000000&Err=00151&Card=VISA"
    b"&Exp=2512&Last=44"
)


@pytest.fixture
def read(account: PayboxAccount, signer: Any) -> Callable[[bytes], Answer]:
    return lambda signed: Paybox(account).read_notification(signer.body(signed))


def test_accepted_payment_is_told_with_its_evidence(read: Callable[[bytes], Answer]) -> None:
    assert read(PAID) == Answer(
        reference="1999888-32-attempt-1",
        amount_cents=60100,
        outcome=Outcome.PAID,
        code="00000",
        transaction="34813567",
        call="61548235",
        evidence=Evidence("123456", "CB", "44", "2512", "Y", "O"),
        is_test=False,
        token="",
        token_expires="",
    )


@pytest.mark.parametrize("number", [b"7", b"0000000007"])
def test_operation_number_of_one_digit_counts(read: Callable[[bytes], Answer], number: bytes) -> None:
    answer = read(PAID.replace(b"Trans=0034813567", b"Trans=" + number))
    assert (answer.outcome, answer.transaction) == (Outcome.PAID, "7")


def test_refusal_comes_without_authorisation(read: Callable[[bytes], Answer]) -> None:
    assert read(REFUSED) == Answer(
        reference="1999888-32-attempt-1",
        amount_cents=60100,
        outcome=Outcome.REFUSED_SOFT,
        code="00151",
        call="61548236",
        evidence=Evidence(card_kind="VISA", card_last_digits="44", card_expires="2512"),
    )


def test_answer_of_the_test_platform_says_so(read: Callable[[bytes], Answer]) -> None:
    answer = read(PAID.replace(b"Auto=123456", b"Auto=XXXXXX"))

    assert answer.is_test
    assert answer.outcome is Outcome.PAID


@pytest.mark.parametrize(
    "signed",
    [
        PAID.replace(b"&Auto=123456", b""),
        PAID.replace(b"Auto=123456", b"Auto="),
        PAID.replace(b"Auto=123456", b"Auto=12%0034"),
        PAID.replace(b"&Trans=0034813567", b""),
        PAID.replace(b"Trans=0034813567", b"Trans=0000000000"),
        PAID.replace(b"Trans=0034813567", b"Trans=abc"),
        PAID.replace(b"Trans=0034813567", b"Trans=%D9%A1"),
        PAID.replace(b"Err=00000", b"Err=0"),
        PAID.replace(b"Err=00000", b"Err=99999"),
        PAID.replace(b"Err=00000", b"Err=00100"),
    ],
)
def test_acceptance_that_lacks_something_is_unknown(read: Callable[[bytes], Answer], signed: bytes) -> None:
    assert read(signed).outcome is Outcome.UNKNOWN


def test_page_left_to_time_out_is_abandoned(read: Callable[[bytes], Answer]) -> None:
    assert read(REFUSED.replace(b"00151", b"00030")).outcome is Outcome.ABANDONED


def test_odd_details_do_not_cost_the_payment(read: Callable[[bytes], Answer]) -> None:
    odd = PAID.replace(b"Exp=2512", b"Exp=25/12").replace(b"Auth=Y", b"Auth=%00").replace(b"Gar=O", b"Gar=1")

    assert read(odd).outcome is Outcome.PAID
    assert read(odd).evidence == Evidence("123456", "CB", "44")


def test_card_number_in_place_of_its_last_digits_is_dropped(read: Callable[[bytes], Answer]) -> None:
    assert read(PAID.replace(b"Last=44", b"Last=1111222233334444")).evidence.card_last_digits == ""


def test_order_of_variables_is_free_and_unasked_ones_are_ignored(read: Callable[[bytes], Answer]) -> None:
    reordered = b"Nouveau=1&" + b"&".join(reversed(PAID.split(b"&")))

    assert read(reordered) == read(PAID)


@pytest.mark.parametrize(
    "told",
    [
        b"SLDLrcsLMPC++2512++---",
        b"SLDLrcsLMPC%20%202512%20%20---",
        b"SLDLrcsLMPC+2512",
        b"+SLDLrcsLMPC%092512+++---+",
    ],
)
def test_token_and_its_date_are_read(read: Callable[[bytes], Answer], told: bytes) -> None:
    answer = read(PAID + b"&Abo=" + told)

    assert (answer.token, answer.token_expires) == ("SLDLrcsLMPC", "2512")
    assert answer.evidence == read(PAID).evidence


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"+++",
        b"SLDLrcsLMPC",
        b"SLDLrcsLMPC++++---",
        b"SLDLrcsLMPC2512---",
        b"SLDLrcsLMPC++2500++---",
        b"SLDLrcsLMPC++2513++---",
        b"SLDLrcsLMPC++12/25++---",
        b"SLDLrcsLMPC++%D9%A2%D9%A5%D9%A1%D9%A2++---",
        b"SLDLrcsLMPC++2512++---++more",
        b"SLDL%26PORTEUR=1++2512++---",
        b"SLDL%00rcs++2512++---",
        "SLDLé++2512++---".encode().replace("é".encode(), b"%C3%A9"),
        b"S" * 20 + b"++2512++---",
        b"1111222233334444++2512++123",
        b"2512++---",
    ],
)
def test_odd_token_is_none_and_does_not_cost_the_payment(
    read: Callable[[bytes], Answer], told: bytes
) -> None:
    assert read(PAID + b"&Abo=" + told) == read(PAID)


def test_list_of_card_kinds_is_kept(read: Callable[[bytes], Answer]) -> None:
    assert read(PAID.replace(b"Card=CB", b"Card=CB,VISA")).evidence.card_kind == "CB,VISA"


def test_encoded_values_are_decoded(read: Callable[[bytes], Answer]) -> None:
    signed = PAID.replace(b"attempt-1", b"order.test%3A/@1")

    assert read(signed).reference == "1999888-32-order.test:/@1"


@pytest.mark.parametrize(
    "signed",
    [
        PAID.replace(b"Mt=60100&", b""),
        PAID.replace(b"Mt=60100", b"Mt="),
        PAID.replace(b"Mt=60100", b"Mt"),
        PAID.replace(b"Mt=60100", b"Mt=601.00"),
        PAID.replace(b"Mt=60100", b"Mt=-60100"),
        PAID.replace(b"Mt=60100", b"Mt=+60100"),
        PAID.replace(b"Mt=60100", b"Mt=6_0100"),
        PAID.replace(b"Mt=60100", b"Mt=%D9%A1%D9%A2"),
        PAID.replace(b"Mt=60100", b"Mt=" + b"9" * 11),
        PAID.replace(b"Ref=1999888-32-attempt-1", b"Ref="),
        PAID.replace(b"attempt-1", b"a%0Ab"),
        PAID.replace(b"attempt-1", b"a+b"),
        PAID.replace(b"attempt-1", b"a" * 250),
        PAID.replace(b"Err=00000", b"Err="),
        PAID.replace(b"Err=00000", b"Err=00000%0A"),
        PAID.replace(b"&Err=00000", b""),
        PAID + b"&Mt=1",
        PAID + b"&%4Dt=60100",
        PAID + b"&Sign=1",
        PAID + b"&Autre=%E9",
        PAID + b"&Autre=%ED%A0%80",
        PAID + b"&Autre=" + b"a" * LONGEST_BODY,
        b"=",
        b"&",
        b"%",
    ],
)
def test_signed_nonsense_is_malformed(read: Callable[[bytes], Answer], signed: bytes) -> None:
    with pytest.raises(NotificationMalformed) as refusal:
        read(signed)

    assert sentence(refusal.value).endswith("elle est ignorée.")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"&",
        b"Sign=",
        b"&Sign=AAAA",
        PAID,
        PAID + b"&sign=AAAA",
        "Mt=é&Sign=AAAA".encode(),
        b"\xff\xfe&Sign=AAAA",
        b"a" * (LONGEST_BODY + 1),
    ],
)
def test_body_without_a_signature_at_its_end_is_malformed(account: PayboxAccount, body: bytes) -> None:
    with pytest.raises(NotificationMalformed):
        Paybox(account).read_notification(body)


@pytest.mark.parametrize("end", [b"&Sign", b"&Sign=", b"&Sign=AAAA", b"&Sign=%", b"&Sign=%00", b"&Sign=A=A"])
def test_unreadable_signature_is_a_wrong_one(account: PayboxAccount, end: bytes) -> None:
    with pytest.raises(SignatureMismatch):
        Paybox(account).read_notification(PAID + end)


def test_signature_followed_by_anything_is_malformed(account: PayboxAccount, signer: Any) -> None:
    with pytest.raises(NotificationMalformed):
        Paybox(account).read_notification(signer.body(PAID) + b"&Mt=1")


def test_kept_text_has_no_token_whatever_its_form(account: PayboxAccount, signer: Any) -> None:
    for told in (b"Abo=SLDLrcsLMPC%20%202512%20%20---", b"Ab%6f=1111222233334444"):
        body = signer.body(PAID + b"&" + told)
        kept = Paybox(account).kept_text(body)
        assert kept == body.decode().replace(f"&{told.decode()}", "")
        assert "Sign=" in kept
