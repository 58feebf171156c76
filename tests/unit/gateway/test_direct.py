"""Inquiries over a real connection: what is clear is told, all else is unknown and never asked twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.payments import Answer, Evidence, Outcome
from chalicelib.gateway.direct import parse_answer
from chalicelib.gateway.paybox import Paybox, Timeouts
from chalicelib.gateway.signature import hmac_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.payments import Attempt
    from chalicelib.gateway.paybox import PayboxAccount

NEW_KEY = "0f" * 64
NOW = datetime(2022, 6, 24, 22, 30, 5, tzinfo=UTC)


@pytest.fixture
def ask(account: PayboxAccount, scripted: Any, attempt: Attempt) -> Callable[..., Answer]:
    """Asks what became of the attempt; the gateway gives `replies` in turn."""
    questions = count(7)

    def asked(
        *replies: Callable[[dict[str, str]], Any],
        urls: tuple[str, ...] = (),
        rang: str = "32",
        refusal_code: str = "",
        read_seconds: float = 20,
        connect_seconds: float = 20,
    ) -> Answer:
        scripted.replies = list(replies)
        line = replace(account, rang=rang, direct_urls=urls or (f"{scripted.url}/PPPS.php",))
        paybox = Paybox(line, Timeouts(connect_seconds=connect_seconds, read_seconds=read_seconds))
        return paybox.inquire(replace(attempt, refusal_code=refusal_code), lambda: next(questions), NOW)

    return asked


def test_each_question_is_noted_by_its_type_its_number_and_the_code_of_its_answer(
    account: PayboxAccount, scripted: Any, bank: Any, attempt: Attempt
) -> None:
    noted: list[tuple[str, int, str | None]] = []
    questions = count(7)
    scripted.replies = [bank.says(), lambda _: "no answer"]
    line = replace(account, direct_urls=(f"{scripted.url}/PPPS.php",))
    paybox = Paybox(line, Timeouts(), note=lambda *told: noted.append(told))
    paybox.inquire(attempt, lambda: next(questions), NOW)
    assert noted == [("00011", 7, "00000"), ("00017", 8, None)]


def test_captured_payment_is_paid(ask: Callable[..., Answer], bank: Any, attempt: Attempt) -> None:
    assert ask(bank.says(), bank.says(STATUS="Capturé", REMISE="")) == Answer(
        reference=attempt.reference,
        amount_cents=60100,
        outcome=Outcome.PAID,
        code="00000",
        transaction="34813567",
        call="61548235",
        evidence=Evidence(authorisation="123456"),
    )


def test_account_written_with_leading_zeros_recognises_its_answers(
    ask: Callable[..., Answer], bank: Any
) -> None:
    """A bank hands out the RANG of three digits that the gateway answers without its zeros."""
    assert ask(bank.says(), bank.says(STATUS="Capturé"), rang="032").outcome is Outcome.PAID


def test_questions_are_signed_and_numbered(
    ask: Callable[..., Answer], bank: Any, scripted: Any, account: PayboxAccount
) -> None:
    ask(bank.says(), bank.says(STATUS="Capturé"))
    find, tell = scripted.asked

    assert list(find.items())[:-1] == [
        ("VERSION", "00104"),
        ("TYPE", "00011"),
        ("SITE", "1999888"),
        ("RANG", "32"),
        ("IDENTIFIANT", "107904482"),
        ("NUMQUESTION", "0000000007"),
        ("DATEQ", "25062022003005"),
        ("MONTANT", "0000060100"),
        ("DEVISE", "978"),
        ("REFERENCE", "1999888-32-attempt-1"),
        ("HASH", "SHA512"),
    ]
    assert (tell["TYPE"], tell["NUMQUESTION"]) == ("00017", "0000000008")
    assert (tell["NUMTRANS"], tell["NUMAPPEL"]) == ("0034813567", "0061548235")
    for question in (find, tell):
        signed = list(question.items())
        assert signed[-1] == ("HMAC", hmac_of(signed[:-1], account.hmac_key))


def test_question_that_is_refused_for_its_signature_is_signed_by_the_other_key_under_its_own_number(
    account: PayboxAccount, bank: Any, scripted: Any, attempt: Attempt
) -> None:
    """So it is while the key is renewed, whichever of the two the gateway knows by now."""
    refused = bank.says("00006")
    scripted.replies = [refused, bank.says("00018")]
    urls = (f"{scripted.url}/PPPS.php",)
    paybox = Paybox(replace(account, direct_urls=urls, other_hmac_keys=(NEW_KEY,)), Timeouts())

    assert paybox.inquire(attempt, count(7).__next__, NOW).outcome is Outcome.NOT_FOUND
    first, second = ([*each.items()] for each in scripted.asked)
    assert first[:-1] == second[:-1]
    assert [first[-1][1], second[-1][1]] == [
        hmac_of(first[:-1], account.hmac_key),
        hmac_of(first[:-1], NEW_KEY),
    ]


@pytest.mark.parametrize("others", [(), ("ff" * 64,)])
def test_question_that_every_key_is_refused_for_is_unclear(
    account: PayboxAccount, bank: Any, scripted: Any, attempt: Attempt, others: tuple[str, ...]
) -> None:
    scripted.replies = [bank.says("00006")] * 3
    urls = (f"{scripted.url}/PPPS.php",)
    paybox = Paybox(replace(account, direct_urls=urls, other_hmac_keys=others), Timeouts())

    answer = paybox.inquire(attempt, count(7).__next__, NOW)
    assert (answer.outcome, answer.code, len(scripted.asked)) == (Outcome.UNKNOWN, "00006", 1 + len(others))


def test_question_without_an_answer_is_not_asked_again_with_the_other_key(
    account: PayboxAccount, silence: Any, scripted: Any, attempt: Attempt
) -> None:
    scripted.replies = [lambda _: silence] * 2
    urls = (f"{scripted.url}/PPPS.php",)
    line = replace(account, direct_urls=urls, other_hmac_keys=(NEW_KEY,))
    paybox = Paybox(line, Timeouts(read_seconds=1))

    assert paybox.inquire(attempt, count(7).__next__, NOW).outcome is Outcome.UNKNOWN
    assert len(scripted.asked) == 1


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        ("Capturé", Outcome.PAID, "00000"),
        ("Remboursé", Outcome.PAID, "00000"),
        ("Annulé", Outcome.PAID, "00000"),
        ("Refusé", Outcome.REFUSED_SOFT, "REFUSE"),
        ("Autorisé", Outcome.UNKNOWN, "AUTORISE"),
        ("Télécollecté-et-plus", Outcome.UNKNOWN, "TELECOLLEC"),
        ("", Outcome.UNKNOWN, ""),
    ],
)
def test_state_of_the_transaction_decides(
    ask: Callable[..., Answer], bank: Any, status: str, outcome: Outcome, code: str
) -> None:
    answer = ask(bank.says(), bank.says(STATUS=status))

    assert (answer.outcome, answer.code) == (outcome, code)


def test_code_of_a_notified_refusal_is_kept(ask: Callable[..., Answer], bank: Any) -> None:
    answer = ask(bank.says(), bank.says(STATUS="Refusé"), refusal_code="00151")

    assert (answer.outcome, answer.code) == (Outcome.REFUSED_SOFT, "00151")


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("00151", Outcome.REFUSED_SOFT),
        ("00143", Outcome.REFUSED_HARD),
        ("001A1", Outcome.NEEDS_AUTHENTICATION),
        ("00006", Outcome.UNKNOWN),
        ("00018", Outcome.UNKNOWN),
        ("00097", Outcome.UNKNOWN),
    ],
)
def test_code_that_comes_with_a_refusal_tells_of_which_kind(
    ask: Callable[..., Answer], bank: Any, code: str, outcome: Outcome
) -> None:
    answer = ask(bank.says(), bank.says(code, STATUS="Refusé"), refusal_code="00105")

    assert (answer.outcome, answer.code) == (outcome, code)


@pytest.mark.parametrize(
    "status", [b"Captur\xe9", b"Captur%E9", b"Captur\xc3\xa9", b"Captur%C3%A9", b"CAPTURE"]
)
def test_accents_are_read_however_they_travel(ask: Callable[..., Answer], bank: Any, status: bytes) -> None:
    answer = ask(bank.says(), bank.says(STATUS=status.decode("latin-1")))

    assert answer.outcome is Outcome.PAID


def test_transaction_of_the_test_platform_says_so(ask: Callable[..., Answer], bank: Any) -> None:
    assert ask(bank.says(), bank.says(STATUS="Capturé", AUTORISATION="XXXXXX")).is_test


def test_no_transaction_of_this_reference_is_not_found(
    ask: Callable[..., Answer], bank: Any, scripted: Any
) -> None:
    missing = bank.says("00018", NUMTRANS="0000000000", NUMAPPEL="0000000000")

    assert ask(missing).outcome is Outcome.NOT_FOUND
    assert len(scripted.asked) == 1


@pytest.mark.parametrize("code", ["00001", "00003", "00006", "00039", "00097", "00151", "ZZZZZ", ""])
def test_question_that_was_refused_says_nothing_of_the_payment(
    ask: Callable[..., Answer], bank: Any, code: str
) -> None:
    assert ask(bank.says(code)).outcome is Outcome.UNKNOWN
    assert ask(bank.says(), bank.says(code, STATUS="Capturé")).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "number", ["", "0000000000", "003481356", "00348135670", "abcdefghij", "%D9%A1" * 10]
)
def test_transaction_without_its_numbers_is_unknown(
    ask: Callable[..., Answer], bank: Any, number: str
) -> None:
    assert ask(bank.says(NUMTRANS=number), bank.says(STATUS="Capturé")).outcome is Outcome.UNKNOWN
    assert ask(bank.says(NUMAPPEL=number), bank.says(STATUS="Capturé")).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("echo", ["SITE", "RANG", "NUMQUESTION"])
@pytest.mark.parametrize("value", ["", "43", "0000000099"])
def test_answer_to_another_question_is_unknown(
    ask: Callable[..., Answer], bank: Any, echo: str, value: str
) -> None:
    wrong: dict[str, Any] = {echo: value}

    assert ask(bank.says(**wrong)).outcome is Outcome.UNKNOWN
    assert ask(bank.says(), bank.says(STATUS="Capturé", **wrong)).outcome is Outcome.UNKNOWN
    assert ask(bank.says("00018", **wrong)).outcome is Outcome.UNKNOWN


def test_echo_may_have_other_leading_zeros(ask: Callable[..., Answer], bank: Any) -> None:
    assert ask(bank.says("00018", RANG="032", NUMQUESTION="7")).outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500, 503, None])
def test_http_error_redirect_or_hang_up_is_unknown_and_not_asked_again(
    ask: Callable[..., Answer], bank: Any, scripted: Any, status: int | None
) -> None:
    second = f"{scripted.url}/backup"
    answer = ask(bank.says("00018", {"status": status}), urls=(f"{scripted.url}/PPPS.php", second))

    assert answer.outcome is Outcome.UNKNOWN
    assert scripted.paths == ["/PPPS.php"]


def test_silence_is_unknown_and_not_asked_again(
    ask: Callable[..., Answer], silence: Any, scripted: Any
) -> None:
    second = f"{scripted.url}/backup"

    answer = ask(lambda _: silence, urls=(f"{scripted.url}/PPPS.php", second), read_seconds=1)
    assert answer.outcome is Outcome.UNKNOWN
    assert scripted.paths == ["/PPPS.php"]


def test_backup_is_asked_the_same_where_the_first_refused_the_connection(
    ask: Callable[..., Answer], bank: Any, scripted: Any, closed_url: str
) -> None:
    answer = ask(bank.says("00018"), urls=(closed_url, f"{scripted.url}/backup"))

    assert answer.outcome is Outcome.NOT_FOUND
    assert [question["NUMQUESTION"] for question in scripted.asked] == ["0000000007"]


def test_no_connection_anywhere_is_unknown(ask: Callable[..., Answer], closed_url: str) -> None:
    assert ask(urls=(closed_url, closed_url)).outcome is Outcome.UNKNOWN


def test_answer_announced_longer_than_it_came_is_unknown(ask: Callable[..., Answer], bank: Any) -> None:
    assert ask(bank.says("00018", {"length": 5000})).outcome is Outcome.UNKNOWN


def test_half_an_answer_never_says_paid_or_not_found(ask: Callable[..., Answer], bank: Any) -> None:
    question = {"NUMQUESTION": "0000000007"}
    missing, paid = bank.body(question, CODEREPONSE="00018"), bank.body(question, STATUS="Capturé")

    for length in range(0, missing.index(b"00018") + 5, 9):
        assert ask(bank.sends(missing[:length])).outcome is Outcome.UNKNOWN
    for length in range(0, len(paid), 9):
        assert ask(bank.says(), bank.sends(paid[:length])).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"&&&===",
        b"<html><body>Service indisponible</body></html>",
        b"\x00\xff\xfe",
        b"CODEREPONSE=00018",
        b"NUMQUESTION=0000000007&SITE=1999888&RANG=32&CODEREPONSE=00000&CODEREPONSE=00018",
        b"A" * 100_000,
    ],
)
def test_garbage_is_unknown(ask: Callable[..., Answer], bank: Any, body: bytes) -> None:
    assert ask(bank.sends(body)).outcome is Outcome.UNKNOWN


@given(st.binary())
def test_any_bytes_can_be_parsed(body: bytes) -> None:
    assert all(isinstance(value, str) for value in parse_answer(body).values())


def test_published_answer_is_parsed() -> None:
    body = "NUMTRANS=0000000000&CODEREPONSE=00017&COMMENTAIRE=PAYBOX : Abonné inexistant".encode("latin-1")

    assert parse_answer(body) == {
        "NUMTRANS": "0000000000",
        "CODEREPONSE": "00017",
        "COMMENTAIRE": "PAYBOX : Abonné inexistant",
    }


def test_reference_is_made_and_read_back(account: PayboxAccount) -> None:
    paybox = Paybox(account)

    assert paybox.reference("attempt-1") == "1999888-32-attempt-1"
    assert paybox.attempt_id("1999888-32-attempt-1") == "attempt-1"
    assert paybox.attempt_id("1999888-43-attempt-1") is None


def test_gateway_that_drips_its_answer_is_left(ask: Callable[..., Answer], drip: Any) -> None:
    assert ask(lambda _: drip, read_seconds=0.2, connect_seconds=0.1).outcome is Outcome.UNKNOWN
