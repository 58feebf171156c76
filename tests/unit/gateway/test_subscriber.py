"""Debits over a real connection: a clear answer is told, all else is unknown, and nothing is sent twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.payments import Answer, Evidence, Outcome
from chalicelib.gateway.outcomes import DIRECT_CODES
from chalicelib.gateway.paybox import Paybox, Timeouts

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.plan.instalments import Debit, Mandate
    from chalicelib.gateway.paybox import PayboxAccount

NOW = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
def make_paybox(account: PayboxAccount, scripted: Any) -> Callable[..., Paybox]:
    """A gateway that gives `replies` in turn."""

    def make(
        *replies: Callable[[dict[str, str]], Any],
        urls: tuple[str, ...] = (),
        read_seconds: float = 20,
        debit_seconds: float = 20,
        is_live: bool = True,
    ) -> Paybox:
        scripted.replies = list(replies)
        urls = urls or (f"{scripted.url}/PPPS.php", f"{scripted.url}/backup")
        patience = Timeouts(connect_seconds=20, read_seconds=read_seconds, debit_seconds=debit_seconds)
        return Paybox(replace(account, direct_urls=urls, is_live=is_live), patience)

    return make


@pytest.fixture
def debit(make_paybox: Callable[..., Paybox], claimed: Debit, mandate: Mandate) -> Callable[..., Answer]:
    return lambda *replies, **changes: make_paybox(*replies, **changes).debit(claimed, mandate, NOW)


@pytest.fixture
def inquire(make_paybox: Callable[..., Paybox], claimed: Debit) -> Callable[..., Answer]:
    questions = count(7)
    return lambda *replies, **changes: make_paybox(*replies, **changes).inquire_debit(
        claimed, lambda: next(questions), NOW
    )


@pytest.fixture
def forget(make_paybox: Callable[..., Paybox], mandate: Mandate) -> Callable[..., bool]:
    return lambda *replies, **changes: make_paybox(*replies, **changes).forget_card(
        mandate.subscriber, lambda: 7, NOW
    )


def test_accepted_debit_is_paid(debit: Callable[..., Answer], bank: Any) -> None:
    assert debit(bank.says()) == Answer(
        reference="TEST-0001-2",
        amount_cents=1000,
        outcome=Outcome.PAID,
        code="00000",
        transaction="34813567",
        call="61548235",
        evidence=Evidence(authorisation="123456"),
    )


def test_debit_is_one_signed_question_under_its_own_number(
    debit: Callable[..., Answer], bank: Any, scripted: Any
) -> None:
    debit(bank.says())

    (question,) = scripted.asked
    assert list(question.items()) == [
        ("VERSION", "00104"),
        ("TYPE", "00053"),
        ("SITE", "1999888"),
        ("RANG", "32"),
        ("IDENTIFIANT", "107904482"),
        ("NUMQUESTION", "0000000001"),
        ("DATEQ", "15012026100000"),
        ("MONTANT", "0000001000"),
        ("DEVISE", "978"),
        ("REFERENCE", "TEST-0001-2"),
        ("REFABONNE", "ABO-0001"),
        ("PORTEUR", "SLDLrcsLMPC"),
        ("DATEVAL", "1228"),
        ("ACTIVITE", "027"),
        ("HASH", "SHA512"),
        (
            # Signatures under the published test key: no secret.
            "HMAC",
            (
                "2C5FD84A0081E40FEF587CBE6B46D01CC10FDDDF7820CDCFB8370EFC4B120049"  # pragma: allowlist secret
                "F8DC394CAD5A34569C7090B43FD3A1FC6E99BBE72ED3035CF618692C44AAE26C"  # pragma: allowlist secret
            ),
        ),
    ]


def test_every_code_of_the_gateway_makes_the_outcome_of_the_table(
    debit: Callable[..., Answer], bank: Any
) -> None:
    for code, outcome in DIRECT_CODES.items():
        answer = debit(bank.says(code))
        expected = Outcome.UNKNOWN if outcome is Outcome.NOT_FOUND else outcome
        assert (answer.outcome, answer.code) == (expected, code)


@pytest.mark.parametrize("code", ["00001", "00003", "00005", "00039", "00097", "00098", "00099", "00018"])
def test_question_that_was_perhaps_heard_is_unknown(
    debit: Callable[..., Answer], bank: Any, code: str
) -> None:
    assert debit(bank.says(code)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("code", ["", "0", "0000", "000000", "ZZZZZ", "00199 ok", "99999"])
def test_code_that_nobody_knows_is_unknown_and_kept(
    debit: Callable[..., Answer], bank: Any, code: str
) -> None:
    answer = debit(bank.says(code))

    assert (answer.outcome, answer.code) == (Outcome.UNKNOWN, code)


def test_refusal_carries_no_operation(debit: Callable[..., Answer], bank: Any) -> None:
    assert debit(bank.says("00151")) == Answer("TEST-0001-2", 1000, Outcome.REFUSED_SOFT, "00151")


@pytest.mark.parametrize("name", ["NUMTRANS", "NUMAPPEL"])
@pytest.mark.parametrize("number", [None, "", "0000000000", "003481356", "00348135670", "abcdefghij"])
def test_acceptance_without_its_numbers_is_unknown(
    debit: Callable[..., Answer], bank: Any, name: str, number: str | None
) -> None:
    answer = debit(bank.says(**{name: number}))

    assert (answer.outcome, answer.code, answer.transaction) == (Outcome.UNKNOWN, "00000", "")


@pytest.mark.parametrize("code", ["00000", "00151"])
@pytest.mark.parametrize("echo", ["SITE", "RANG", "NUMQUESTION", "REFABONNE"])
@pytest.mark.parametrize("value", ["", "43", "0000000099"])
def test_answer_to_another_question_is_unknown_and_says_nothing(
    debit: Callable[..., Answer], bank: Any, code: str, echo: str, value: str
) -> None:
    assert debit(bank.says(code, **{echo: value})) == Answer("TEST-0001-2", 1000, Outcome.UNKNOWN, "")


def test_subscriber_need_not_be_repeated(debit: Callable[..., Answer], bank: Any) -> None:
    assert debit(bank.says(REFABONNE=None, PORTEUR=None)).outcome is Outcome.PAID


@pytest.mark.parametrize("code", ["00000", "00143"])
def test_half_an_answer_never_says_what_it_does_not_hold(
    debit: Callable[..., Answer], bank: Any, code: str
) -> None:
    question = {"NUMQUESTION": "0000000001", "REFABONNE": "ABO-0001"}
    whole = bank.body(question, CODEREPONSE=code)
    told = whole.index(b"CODEREPONSE=") + len(b"CODEREPONSE=") + 5

    for length in range(told):
        assert debit(bank.sends(whole[:length])).outcome is Outcome.UNKNOWN


def test_answer_announced_longer_than_it_came_is_unknown(debit: Callable[..., Answer], bank: Any) -> None:
    assert debit(bank.says(sent={"length": 5000})).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Service indisponible</body></html>",
        b"CODEREPONSE=00143",
        b"NUMQUESTION=0000000001&SITE=1999888&RANG=32&CODEREPONSE=00143&CODEREPONSE=00151",
    ],
)
def test_garbage_is_unknown(debit: Callable[..., Answer], bank: Any, body: bytes) -> None:
    assert debit(bank.sends(body)) == Answer("TEST-0001-2", 1000, Outcome.UNKNOWN, "")


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500, 503, None])
def test_http_error_redirect_or_hang_up_is_unknown_and_not_sent_again(
    debit: Callable[..., Answer], bank: Any, scripted: Any, status: int | None
) -> None:
    assert debit(bank.says("00143", {"status": status})).outcome is Outcome.UNKNOWN
    assert scripted.paths == ["/PPPS.php"]


def test_silence_is_unknown_and_not_sent_again(
    debit: Callable[..., Answer], silence: Any, scripted: Any
) -> None:
    assert debit(lambda _: silence, debit_seconds=1).outcome is Outcome.UNKNOWN
    assert scripted.paths == ["/PPPS.php"]


def test_debit_waits_longer_than_an_inquiry(debit: Callable[..., Answer], bank: Any, scripted: Any) -> None:
    def late(request: dict[str, str]) -> Any:
        scripted.over.wait(0.3)
        return bank.says()(request)

    assert debit(late, read_seconds=0.05).outcome is Outcome.PAID
    assert Timeouts().debit_seconds >= 35


def test_backup_is_sent_the_same_where_not_a_byte_left(
    debit: Callable[..., Answer], bank: Any, scripted: Any, closed_url: str
) -> None:
    answer = debit(bank.says(), urls=(closed_url, f"{scripted.url}/backup"))

    assert answer.outcome is Outcome.PAID
    assert [question["NUMQUESTION"] for question in scripted.asked] == ["0000000001"]


def test_no_connection_anywhere_is_unknown(debit: Callable[..., Answer], closed_url: str) -> None:
    assert debit(urls=(closed_url, closed_url)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("is_live", [True, False])
def test_test_money_is_an_anomaly_on_a_live_portal_alone(
    debit: Callable[..., Answer], inquire: Callable[..., Answer], bank: Any, *, is_live: bool
) -> None:
    on_trial = {"AUTORISATION": "XXXXXX"}
    captured = bank.says(STATUS="Capturé", **on_trial)

    assert debit(bank.says(**on_trial), is_live=is_live).is_test is is_live
    assert inquire(bank.says(), captured, is_live=is_live).is_test is is_live


def test_debit_is_asked_about_by_its_reference_and_amount(
    inquire: Callable[..., Answer], bank: Any, scripted: Any
) -> None:
    answer = inquire(bank.says(), bank.says(STATUS="Capturé"))

    assert (answer.outcome, answer.transaction, answer.call) == (Outcome.PAID, "34813567", "61548235")
    assert [(each["TYPE"], each["NUMQUESTION"]) for each in scripted.asked] == [
        ("00011", "0000000007"),
        ("00017", "0000000008"),
    ]
    assert {(each["REFERENCE"], each["MONTANT"]) for each in scripted.asked} == {
        ("TEST-0001-2", "0000001000")
    }


def test_debit_that_the_gateway_does_not_hold_is_not_found(inquire: Callable[..., Answer], bank: Any) -> None:
    missing = bank.says("00018", NUMTRANS="0000000000", NUMAPPEL="0000000000")

    assert inquire(missing).outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize(
    ("told", "outcome", "code"),
    [
        ("00000", Outcome.REFUSED_SOFT, "REFUSE"),
        ("00143", Outcome.REFUSED_HARD, "00143"),
        ("001A1", Outcome.NEEDS_AUTHENTICATION, "001A1"),
        ("00099", Outcome.UNKNOWN, "00099"),
    ],
)
def test_debit_found_refused_is_soft_unless_a_code_says_otherwise(
    inquire: Callable[..., Answer], bank: Any, told: str, outcome: Outcome, code: str
) -> None:
    answer = inquire(bank.says(), bank.says(told, STATUS="Refusé"))

    assert (answer.outcome, answer.code) == (outcome, code)


def test_inquiry_without_a_clear_answer_leaves_the_debit_unknown(
    inquire: Callable[..., Answer], bank: Any
) -> None:
    assert inquire(bank.sends(b"")).outcome is Outcome.UNKNOWN
    assert inquire(bank.says(), bank.sends(b"")).outcome is Outcome.UNKNOWN
    assert inquire(bank.says(), bank.says(STATUS="Autorisé")).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("code", "is_gone"), [("00000", True), ("00017", True), ("00006", False), ("00097", False), ("", False)]
)
def test_card_is_forgotten_once_the_gateway_does_not_know_it(
    forget: Callable[..., bool], bank: Any, scripted: Any, code: str, *, is_gone: bool
) -> None:
    assert forget(bank.says(code, NUMTRANS="0000000000", NUMAPPEL="0000000000")) is is_gone

    (question,) = scripted.asked
    assert (question["VERSION"], question["TYPE"], question["NUMQUESTION"]) == (
        "00104",
        "00058",
        "0000000007",
    )
    assert question["REFABONNE"] == "ABO-0001"


def test_card_is_not_taken_for_forgotten_on_anothers_word(forget: Callable[..., bool], bank: Any) -> None:
    assert forget(bank.says(REFABONNE="ABO-0002")) is False
    assert forget(bank.sends(b"")) is False
