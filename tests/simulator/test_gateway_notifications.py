import re
import socket
from typing import Any

import pytest

ACCEPTED = "1111222233334444"
BAD = "1111222233335555"


def test_posted_notification_carries_the_asked_variables_in_their_order(bench: Any) -> None:
    bench.pay(ACCEPTED)
    heard = bench.shop.heard[0]
    assert (heard.method, heard.path, heard.query) == ("POST", "/ipn", "mine=1")
    assert re.fullmatch(
        r"Mt=20031&Ref=Q-0001&Auto=XXXXXX&Appel=61548235&Trans=34813567&Err=00000"
        r"&Card=CB,VISA,EUROCARD_MASTERCARD&Exp=2812&Bin=111122&Last=44&Gar=O&Auth=Y&Hour=10%3A00%3A00&Abo=&Sign=[A-Za-z0-9%]+",
        heard.raw,
    )
    assert bench.is_genuine(heard.raw)
    assert "PAYBOX" in heard.user_agent


def test_notification_by_get_leaves_the_shops_own_parameters_unsigned(bench: Any) -> None:
    bench.pay(ACCEPTED, PBX_RUF1=None)
    heard = bench.shop.heard[0]
    own, _, carried = heard.query.partition("&")
    assert (heard.method, own) == ("GET", "mine=1")
    assert bench.is_genuine(carried)
    assert not bench.is_genuine(heard.query)


def test_refused_notification_leaves_the_authorisation_out(bench: Any) -> None:
    bench.pay(BAD)
    assert "Auto" not in bench.shop.variables()
    assert bench.is_genuine(bench.shop.heard[0].raw)


def test_values_travel_in_the_gateways_own_encoding(bench: Any) -> None:
    bench.pay(ACCEPTED, PBX_CMD="a b/c@d,e:f+g", PBX_RETOUR="Ref:R;Err:E;Sign:K")
    raw = bench.shop.heard[0].raw
    assert raw.startswith("Ref=a%20b/c@d,e%3Af%2Bg&Err=00000&Sign=")
    assert not set("+/=") & set(raw.rpartition("Sign=")[2])
    assert bench.is_genuine(raw)


def test_what_follows_the_signature_is_not_signed(bench: Any) -> None:
    bench.pay(ACCEPTED, PBX_RETOUR="Ref:R;Sign:K;Err:E")
    signed, _, late = bench.shop.heard[0].raw.rpartition("&")
    assert late == "Err=00000"
    assert bench.is_genuine(signed)


@pytest.mark.parametrize("answer", [(302, b""), (404, b""), (500, b""), (200, b"OK")])
def test_answer_that_is_not_empty_and_2xx_is_a_warning_and_no_second_try(
    bench: Any, answer: tuple[int, bytes]
) -> None:
    bench.shop.answer = answer
    assert "accepté" in bench.pay(ACCEPTED).text
    assert [heard.path for heard in bench.shop.heard] == ["/ipn"]
    assert len(bench.warnings()) == 1
    assert bench.warnings()[0].startswith("WARNING")


def test_empty_answer_is_no_warning(bench: Any) -> None:
    bench.shop.answer = (204, b"")
    bench.pay(ACCEPTED)
    assert bench.warnings() == []


def test_shop_that_does_not_answer_is_a_warning_and_the_payment_stands(bench: Any) -> None:
    assert "accepté" in bench.pay(ACCEPTED, PBX_REPONDRE_A="http://127.0.0.1:1/ipn").text
    assert len(bench.warnings()) == 1
    assert bench.captured_cents("Q-0001") == 20031


def test_shop_that_takes_too_long_is_a_warning(bench: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert "accepté" in bench.pay(ACCEPTED, PBX_REPONDRE_A=f"http://127.0.0.1:{port}/ipn").text
    assert "ReadTimeoutError" in bench.warnings()[0]


def test_shop_without_notification_address_hears_nothing(bench: Any) -> None:
    bench.pay(ACCEPTED, PBX_REPONDRE_A=None)
    assert bench.shop.heard == []


def test_duplicated_notification_is_twice_the_same_bytes(bench: Any) -> None:
    bench.faults({"match": {"notification": True}, "effect": "duplicate"})
    bench.pay(ACCEPTED)
    first, second = bench.shop.heard
    assert first.raw == second.raw


def test_dropped_notification_never_comes_and_the_browser_returns(bench: Any) -> None:
    bench.faults({"match": {"notification": True, "PBX_CMD": "Q-0001"}, "effect": "drop", "times": 1})
    assert "accepté" in bench.pay(ACCEPTED).text
    assert bench.shop.heard == []
    bench.pay(ACCEPTED, PBX_CMD="Q-0002")
    assert bench.shop.codes() == ["00000"]


def test_delayed_notification_comes_behind_the_browser(bench: Any) -> None:
    bench.faults({"match": {"notification": True, "Err": "00000"}, "effect": "delay", "seconds": 2})
    bench.pay(ACCEPTED)
    assert bench.shop.heard == []
    assert bench.shop.arrived.acquire(timeout=30)
    assert bench.is_genuine(bench.shop.heard[0].raw)


def test_badly_signed_notification_has_the_shape_but_verifies_nothing(bench: Any) -> None:
    bench.faults({"match": {"notification": True}, "effect": "bad_signature"})
    bench.pay(ACCEPTED)
    assert not bench.is_genuine(bench.shop.heard[0].raw)
