from concurrent.futures import ThreadPoolExecutor
from typing import Any

ACCEPTED = "1111222233334444"


def test_stop_loses_nothing(running: Any) -> None:
    with running() as bench:
        token = bench.subscribe(ACCEPTED)
        bench.debit(token)
        page, key = bench.open(PBX_CMD="Q-0002"), bench.http.get("/pubkey.pem").content
        before = bench.ledger()
    with running() as bench:
        assert bench.ledger() == before
        assert bench.http.get("/pubkey.pem").content == key
        assert bench.debit(token, NUMQUESTION="0000000001")["CODEREPONSE"] == "00039"
        assert "/effectue?" in bench.left(bench.type_card(page, ACCEPTED))
        assert bench.is_genuine(bench.shop.heard[-1].raw)


def test_reset_forgets_everything_but_the_key(running: Any) -> None:
    with running() as bench:
        token = bench.subscribe(ACCEPTED)
        bench.faults({"match": {"TYPE": "00053"}, "effect": "drop"})
        key = bench.http.get("/pubkey.pem").content
    with running(wiped=True) as bench:
        assert bench.ledger() == []
        assert bench.http.get("/_faults").json() == {"rules": []}
        assert bench.http.get("/pubkey.pem").content == key
        assert bench.debit(token)["CODEREPONSE"] == "00017"
        assert bench.left(bench.pay(ACCEPTED))


def test_ledger_names_every_operation_fully(bench: Any) -> None:
    bench.pay(ACCEPTED)
    authorisation, capture = bench.http.get("/_ledger").json()["operations"]
    assert set(capture) == {"at", "type", "reference", "amount_cents", "numtrans", "numappel", "code"}
    assert capture["at"] == "2022-06-24T10:00:00+02:00"
    assert capture["numtrans"] == authorisation["numtrans"] == bench.shop.variables()["Trans"].zfill(10)


def test_same_question_from_many_callers_debits_once(bench: Any) -> None:
    token = bench.subscribe(ACCEPTED)
    frame = bench.frame("00053", REFABONNE="ABO-1", PORTEUR=token, DATEVAL="1228")
    with ThreadPoolExecutor(16) as callers:
        lines = list(callers.map(lambda _: bench.post_direct(frame).content, range(48)))
    assert sum(b"CODEREPONSE=00000" in line for line in lines) == 1
    assert sum(b"CODEREPONSE=00039" in line for line in lines) == 47
    assert bench.captured_cents("Q-0001-2") == 20031


def test_home_page_lists_every_test_card(bench: Any) -> None:
    home = bench.http.get("/").text
    for number in (ACCEPTED, "4012001037141112", "1111222233335555", "1111222233330151", "1111222233330021"):
        assert number in home
