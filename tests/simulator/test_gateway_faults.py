import time
from typing import Any

import httpx
import pytest

ACCEPTED = "1111222233334444"
DEBIT = {"TYPE": "00053"}


@pytest.fixture
def token(bench: Any) -> str:
    return str(bench.subscribe(ACCEPTED))


def test_dropped_call_does_nothing_and_breaks_the_connection(bench: Any, token: str) -> None:
    bench.faults({"match": DEBIT, "effect": "drop", "times": 1})
    with pytest.raises(httpx.RemoteProtocolError):
        bench.debit(token)
    assert bench.captured_cents("Q-0001-2") == 0
    assert bench.debit(token, NUMQUESTION="0000000001")["CODEREPONSE"] == "00000"


def test_answer_lost_after_the_debit_is_found_by_inquiry(bench: Any, token: str) -> None:
    bench.faults({"match": DEBIT, "effect": "apply_then_drop", "times": 1})
    with pytest.raises(httpx.RemoteProtocolError):
        bench.debit(token)
    assert bench.captured_cents("Q-0001-2") == 20031
    found = bench.direct("00011")
    assert bench.direct("00017", NUMTRANS=found["NUMTRANS"])["STATUS"] == "Capturé"
    assert bench.debit(token, NUMQUESTION="0000000001")["CODEREPONSE"] == "00039"


def test_delayed_call_is_applied_though_the_caller_has_left(bench: Any, token: str) -> None:
    bench.faults({"match": DEBIT, "effect": "delay", "seconds": 2, "times": 1})
    bench.http.timeout = httpx.Timeout(0.1)
    with pytest.raises(httpx.ReadTimeout):
        bench.debit(token)
    bench.http.timeout = httpx.Timeout(10)
    assert bench.captured_cents("Q-0001-2") == 0
    deadline = time.monotonic() + 30
    while bench.captured_cents("Q-0001-2") == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert bench.captured_cents("Q-0001-2") == 20031


def test_http_500_does_nothing(bench: Any, token: str) -> None:
    bench.faults({"match": {"REFERENCE": "Q-0001-2"}, "effect": "http_500"})
    assert bench.post_direct(bench.frame("00053")).status_code == 500
    assert bench.captured_cents("Q-0001-2") == 0


def test_wrong_echo_answers_another_question_though_the_debit_is_done(bench: Any, token: str) -> None:
    bench.faults({"match": DEBIT, "effect": "wrong_echo"})
    assert bench.debit(token, NUMQUESTION="0000000007")["NUMQUESTION"] == "0000000008"
    assert bench.captured_cents("Q-0001-2") == 20031


def test_refusal_is_answered_with_the_ordered_code(bench: Any, token: str) -> None:
    bench.faults(
        {"match": {**DEBIT, "REFERENCE": "Q-0001-2"}, "effect": "refuse", "code": "00151", "times": 1}
    )
    assert bench.debit(token)["CODEREPONSE"] == "00151"
    assert bench.debit(token, reference="Q-0001-2b")["CODEREPONSE"] == "00000"


def test_payment_page_can_be_refused_by_a_rule(bench: Any) -> None:
    bench.faults({"match": {"page": "card"}, "effect": "refuse", "code": "00105"})
    bench.pay(ACCEPTED)
    assert bench.shop.codes() == ["00105"]


def test_opening_the_page_spends_no_turn_of_a_refusal(bench: Any) -> None:
    bench.faults({"match": {"PBX_CMD": "Q-0001"}, "effect": "refuse", "code": "00143", "times": 1})
    page = bench.open()
    bench.type_card(page, ACCEPTED)
    bench.type_card(page, ACCEPTED)
    assert bench.shop.codes() == ["00143", "00000"]


def test_browser_that_is_cut_off_after_paying_has_paid(bench: Any) -> None:
    bench.faults({"match": {"NUMERO_CARTE": ACCEPTED}, "effect": "apply_then_drop"})
    with pytest.raises(httpx.RemoteProtocolError):
        bench.pay(ACCEPTED)
    assert bench.shop.codes() == ["00000"]
    assert bench.captured_cents("Q-0001") == 20031


def test_rules_are_shown_with_the_turns_that_remain(bench: Any, token: str) -> None:
    bench.faults({"match": DEBIT, "effect": "refuse", "times": 2})
    bench.debit(token)
    [rule] = bench.http.get("/_faults").json()["rules"]
    assert (rule["match"], rule["effect"], rule["times_left"]) == (DEBIT, "refuse", 1)


def test_first_rule_that_matches_counts(bench: Any, token: str) -> None:
    bench.faults(
        {"match": DEBIT, "effect": "refuse", "code": "00151", "times": 1},
        {"match": {}, "effect": "refuse", "code": "00143"},
    )
    assert [bench.debit(token, reference=f"R-{n}")["CODEREPONSE"] for n in range(2)] == ["00151", "00143"]


def test_rule_for_requests_leaves_notifications_alone(bench: Any) -> None:
    bench.faults({"match": {"PBX_CMD": "Q-0001", "page": "nowhere"}, "effect": "drop"})
    bench.pay(ACCEPTED)
    assert bench.shop.codes() == ["00000"]


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"rules": [{}]},
        {"rules": [{"match": {}, "effect": "explode"}]},
        {"rules": [{"match": {}, "effect": "duplicate"}]},
        {"rules": [{"match": {"notification": True}, "effect": "http_500"}]},
        {"rules": [{"match": {"notification": "yes"}, "effect": "drop"}]},
        {"rules": [{"match": {"TYPE": ["00053"]}, "effect": "drop"}]},
        {"rules": [{"match": {}, "effect": "refuse", "code": "51"}]},
        {"rules": [{"match": {}, "effect": "delay", "seconds": -1}]},
        {"rules": [{"match": {}, "effect": "drop", "times": 0}]},
        {"rules": [{"match": {}, "effect": "drop", "when": "now"}]},
    ],
)
def test_rule_that_cannot_be_followed_is_answered_400_with_a_sentence(bench: Any, document: object) -> None:
    response = bench.http.put("/_faults", json=document)
    assert response.status_code == 400
    assert response.json()["detail"].endswith(".")


def test_availability_probe_has_the_exact_markup_and_can_be_down(bench: Any) -> None:
    up = '<div id="server_status" style="text-align:center;">OK</div>'
    assert up in bench.http.get("/load.html").text
    bench.faults({"match": {"page": "load.html"}, "effect": "http_500"})
    assert bench.http.get("/load.html").status_code == 500
    bench.faults({"match": {"page": "load.html"}, "effect": "drop"})
    with pytest.raises(httpx.RemoteProtocolError):
        bench.http.get("/load.html")
