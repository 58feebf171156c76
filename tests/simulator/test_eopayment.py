"""eopayment, as it comes from PyPI, against the gateway: it pays, reads, validates and cancels."""

from datetime import timedelta
from typing import Any

import eopayment.paybox
import httpx
import pytest
from eopayment import PAID, Payment

ACCEPTED, BAD = "1111222233334444", "1111222233335555"
PAYER = {
    "email": "camille@demo.test",
    "total_quantity": 1,
    "first_name": "Chloé <Élise>",
    "last_name": "O'Neil & fils",
    "address1": "12 bis, rue de l'Été",
    "zipcode": "63000",
    "city": "Clermont-Ferrand",
    "country_code": "250",
}


@pytest.fixture
def client(bench: Any, monkeypatch: pytest.MonkeyPatch) -> Payment:
    """Its own code; only the hosts and the public key are those of the simulator."""
    url, key = str(bench.http.base_url), bench.http.get("/pubkey.pem").text
    monkeypatch.setitem(eopayment.paybox.URLS, "test", f"{url}/php/")
    monkeypatch.setitem(eopayment.paybox.PAYBOX_DIRECT_URLS, "test", f"{url}/PPPS.php")
    monkeypatch.setattr(eopayment.paybox.verify, "__defaults__", (key,))
    return Payment(
        "paybox",
        {
            "platform": "test",
            "site": "1999888",
            "rang": "032",
            "identifiant": "107904482",
            "shared_secret": "0123456789abcdef" * 8,  # pragma: allowlist secret
            "cle": "1999888I",
            "automatic_return_url": f"{bench.shop.url}/ipn",
            "normal_return_url": f"{bench.shop.url}/back",
        },
    )


def opened(bench: Any, client: Payment, **asked: object) -> httpx.Response:
    """The page for its form, which names no telephone and keeps its accents."""
    _, _, form = client.request(amount="200.31", orderid="Q-1", **PAYER, **asked)
    fields = [(field["name"], field["value"]) for field in form.fields]
    page: httpx.Response = bench.http.post(form.url, data=dict(fields))
    assert "NUMERO_CARTE" in page.text, page.text
    return page


def test_payment_is_read_from_notification_and_return(bench: Any, client: Payment) -> None:
    ticket = bench.type_card(opened(bench, client), ACCEPTED)
    for told in (
        client.response(bench.shop.heard[-1].raw, callback=True),
        client.response(bench.left(ticket).partition("?")[2]),
    ):
        assert (told.result, told.signed) == (PAID, True)
        assert told.order_id.endswith("!Q-1")


def test_refusal_is_read_from_the_return(bench: Any, client: Payment) -> None:
    """Its reading of a refused notification needs the authorisation that the gateway leaves out."""
    page = opened(bench, client)
    for _ in range(3):
        over = bench.type_card(page, BAD)
    told = client.response(bench.left(over).partition("?")[2])
    assert (told.result == PAID, told.signed) == (False, True)


def test_authorised_payment_is_validated(bench: Any, client: Payment) -> None:
    bench.type_card(opened(bench, client, manual_validation=True), ACCEPTED)
    data = client.response(bench.shop.heard[-1].raw, callback=True).bank_data
    assert client.validate("200.31", data)["CODEREPONSE"] == "00000"
    assert [line[0] for line in bench.ledger()] == ["authorisation", "capture"]


def test_payment_is_cancelled(bench: Any, client: Payment) -> None:
    bench.type_card(opened(bench, client), ACCEPTED)
    data = client.response(bench.shop.heard[-1].raw, callback=True).bank_data
    assert client.cancel("200.31", data)["COMMENTAIRE"]
    assert bench.ledger()[-1][0] == "cancel"


def test_unknown_payment_is_refused_with_the_recorded_comment(bench: Any, client: Payment) -> None:
    unknown = {"numero_transaction": ["1"], "numero_appel": ["1"], "reference": ["x"]}
    with pytest.raises(eopayment.ResponseError, match="PAYBOX : Transaction non trouvée"):
        client.validate("200.31", unknown)


def test_deferred_payment_is_remitted_later(bench: Any, client: Payment) -> None:
    bench.type_card(opened(bench, client, capture_day="7"), ACCEPTED)
    bench.clock.now += timedelta(days=7)
    number = bench.shop.variables()["numero_transaction"]
    assert "REMISE" not in bench.direct("00017", NUMTRANS=number)
