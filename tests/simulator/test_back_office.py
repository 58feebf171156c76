"""Remittances, and the exports as a foreign client reads them: by position, ISO-8859-1, `;`."""

from datetime import datetime, timedelta
from typing import Any

from tests.simulator.conftest import PARIS

ACCEPTED, REFUSED = "1111222233334444", "1111222233335555"
CONTRACT = "5888032"


def paid(bench: Any, reference: str, cents: int = 20031) -> dict[str, str]:
    bench.pay(ACCEPTED, PBX_CMD=reference, PBX_TOTAL=str(cents))
    told = bench.shop.variables()
    return {"NUMTRANS": told["Trans"].zfill(10), "NUMAPPEL": told["Appel"].zfill(10)}


def rows(bench: Any, name: str, **days: str) -> list[list[str]]:
    """The lines under the header, as an importer cuts them."""
    response = bench.http.get(f"/backoffice/Export_{name}.csv", params=days)
    assert response.headers["Content-Type"] == "text/csv; charset=ISO-8859-1"
    assert f"Export_{name}_" in response.headers["Content-Disposition"]
    lines = response.content.decode("iso-8859-1").split("\r\n")
    assert lines.pop() == ""
    return [line.split(";") for line in lines[1:]]


def remitted(bench: Any) -> list[tuple[str, int, int, int]]:
    items = bench.http.get("/_remittances").json()["items"]
    return [(each["number"], each["debits"], each["credits"], each["total_cents"]) for each in items]


def test_captures_and_refunds_of_a_day_are_one_remittance(bench: Any) -> None:
    first = paid(bench, "Q-1", 123456)
    paid(bench, "Q-2", 20000)
    bench.direct("00014", **first, REFERENCE="R-1", MONTANT="0000003456")
    assert remitted(bench) == []
    bench.clock.now += timedelta(days=1)
    assert remitted(bench) == [("220624001", 2, 1, 140000)]
    (line,) = rows(bench, "remises")
    assert line[:3] == ["220624001", "2022-06-25 03:00:00", CONTRACT]
    assert line[5:11] == ["1", "34.56", "2", "1'434.56", "3", "1'400.00"]


def test_inquiry_of_a_refund_tells_its_remittance(bench: Any) -> None:
    first = paid(bench, "Q-1")
    bench.clock.now += timedelta(days=2)
    refund = bench.direct("00014", **first, REFERENCE="R-1")
    numbers = {"NUMTRANS": refund["NUMTRANS"], "NUMAPPEL": first["NUMAPPEL"]}
    assert "REMISE" not in bench.direct("00017", **numbers)
    bench.clock.now += timedelta(days=1)
    assert bench.direct("00017", **numbers)["REMISE"] == "220626001"
    assert bench.direct("00017", **first)["REMISE"] == "220624001"
    assert remitted(bench) == [("220624001", 1, 0, 20031), ("220626001", 0, 1, -20031)]
    assert rows(bench, "remises")[1][10] == "-200.31"


def test_cancelled_payment_is_in_no_remittance(bench: Any) -> None:
    first = paid(bench, "Q-1")
    bench.direct("00005", **first, REFERENCE="Q-1")
    bench.clock.now += timedelta(days=1)
    assert remitted(bench) == []
    assert "REMISE" not in bench.direct("00017", **first)
    assert [(line[1], line[6]) for line in rows(bench, "transactions")] == [("", "Débit"), ("", "Annulation")]


def test_transactions_are_told_with_remittance_or_without(bench: Any) -> None:
    numbers = paid(bench, "Q-1", 123456)
    bench.clock.now = datetime(2022, 6, 25, 9, 0, tzinfo=PARIS)
    bench.pay(REFUSED, PBX_CMD="Q-é;2")
    old, refused = rows(bench, "transactions")
    assert old[:8] == [
        numbers["NUMTRANS"].lstrip("0"),
        "220624001",
        "2022-06-24 10:00:00",
        "Q-1",
        "1'234.56",
        "EUR",
        "Débit",
        "Acceptée",
    ]
    assert (old[15], old[18:20], old[22]) == (
        numbers["NUMAPPEL"].lstrip("0"),
        [CONTRACT, "32"],
        "2022-06-25 03:00:00",
    )
    assert (refused[1], refused[3], refused[7], refused[17], refused[22]) == (
        "",
        "Q-é 2",
        "Refusée",
        "00004",
        "",
    )
    assert rows(bench, "transactions", **{"from": "2022-06-25", "to": "2022-06-25"}) == [refused]


def test_page_of_the_back_office_offers_both_files(bench: Any) -> None:
    paid(bench, "Q-1")
    assert "Aucune" in bench.http.get("/backoffice").text
    bench.clock.now += timedelta(days=1)
    page = bench.http.get("/backoffice").text
    assert "220624001" in page
    assert "200.31 EUR" in page
    assert "/backoffice/Export_remises.csv" in page
    assert "/backoffice" in bench.http.get("/").text


def test_books_of_an_earlier_version_gain_the_new_columns(running: Any, tmp_path: Any) -> None:
    import sqlite3  # noqa: PLC0415 - of this test alone

    with running() as bench:
        paid(bench, "Q-1")
    with sqlite3.connect(tmp_path / "paybox" / "paybox.sqlite3") as books:
        for column in ("rang", "kind"):
            books.execute(f"ALTER TABLE transactions DROP COLUMN {column}")
    with running() as bench:
        bench.clock.now += timedelta(days=1)
        assert remitted(bench) == [("220624001", 1, 0, 20031)]
