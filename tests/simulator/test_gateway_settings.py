"""What a contract decides and what nobody outside the bank knows, each as a setting."""

from datetime import timedelta
from typing import Any

import pytest

ACCEPTED, BAD = "1111222233334444", "1111222233335555"
PHONE = "<CountryCodeMobilePhone>+33</CountryCodeMobilePhone><MobilePhone>0600000000</MobilePhone>"


def without_phone(bench: Any) -> str:
    billing: str = dict(bench.form())["PBX_BILLING"]
    return billing.replace(PHONE, "")


def test_payer_sees_a_ticket_and_comes_back_by_its_link_alone(bench: Any) -> None:
    ticket = bench.pay(ACCEPTED)
    for words in ("Paiement de 200,31 EUR", "Q-0001", "accepté", "Conservez ce ticket", "Retour boutique"):
        assert words in ticket.text
    assert bench.shop.codes() == ["00000"]
    assert "/effectue?" in bench.left(ticket)


def test_refused_payer_is_told_so_and_comes_back_by_the_link(bench: Any) -> None:
    page = bench.open()
    for _ in range(3):
        over = bench.type_card(page, BAD)
    assert (over.status_code, "Votre paiement a été refusé." in over.text) == (200, True)
    assert "/refuse?" in bench.left(over)


def test_immediate_return_is_a_switch_of_the_merchant(bench: Any) -> None:
    bench.settings(**{"return": "immediate"})
    page = bench.pay(ACCEPTED)
    assert page.status_code == 303
    assert "/effectue?" in page.headers["Location"]


@pytest.mark.parametrize(
    ("rule", "hours", "opens"),
    [("for_ever", 9000, True), ("one_hour", 1, True), ("one_hour", 2, False), ("one_day", 25, False)],
)
def test_old_form_opens_as_long_as_it_is_set_to(bench: Any, rule: str, hours: int, opens: bool) -> None:  # noqa: FBT001 (a row of the table)
    bench.settings(form_life=rule)
    bench.clock.now += timedelta(hours=hours)
    assert ("NUMERO_CARTE" in bench.send(bench.form()).text) is opens


@pytest.mark.parametrize("written", ["soon", "2022-01-01T00:00:00"])
def test_time_of_a_free_form_has_no_age(bench: Any, written: str) -> None:
    bench.settings(form_life="one_hour")
    bench.open(PBX_TIME=written)


def test_paid_order_is_refused_for_ever_or_for_its_day(bench: Any) -> None:
    bench.pay(ACCEPTED)
    bench.clock.now += timedelta(days=1)
    assert "00015" in bench.send(bench.form()).text
    bench.settings(paid_order="one_day")
    assert "NUMERO_CARTE" in bench.send(bench.form()).text
    bench.pay(ACCEPTED)
    assert "00015" in bench.send(bench.form()).text


@pytest.mark.parametrize(("rule", "rank"), [("first", 0), ("debit", 1), ("latest", 2)])
def test_question_by_reference_finds_the_try_that_is_set(bench: Any, rule: str, rank: int) -> None:
    bench.pay(BAD)
    tries = [bench.shop.variables()["Trans"]]
    bench.pay(ACCEPTED)
    tries.append(bench.shop.variables()["Trans"])
    paid = {"NUMTRANS": tries[1], "NUMAPPEL": bench.shop.variables()["Appel"]}
    tries.append(bench.direct("00014", REFERENCE="Q-0001", **paid)["NUMTRANS"])
    bench.settings(found_try=rule)
    assert bench.direct("00011", REFERENCE="Q-0001")["NUMTRANS"] == tries[rank].zfill(10)


@pytest.mark.parametrize(("rule", "codes"), [("taken", ["00000"]), ("card_refused", ["00159"])])
def test_payer_without_telephone_may_be_refused_at_the_card(bench: Any, rule: str, codes: list[str]) -> None:
    bench.settings(without_phone=rule)
    bench.pay(ACCEPTED, PBX_BILLING=without_phone(bench))
    assert bench.shop.codes() == codes


def test_payer_without_telephone_may_be_challenged(bench: Any) -> None:
    bench.settings(without_phone="challenged")
    challenge = bench.pay(ACCEPTED, PBX_BILLING=without_phone(bench))
    assert "/effectue?" in bench.left(bench.answer_challenge(challenge, "123456"))


@pytest.mark.parametrize("name", ["PBX_DIFF", "DIFFERE"])
def test_deferred_debit_is_remitted_that_many_days_later(bench: Any, name: str) -> None:
    if name == "PBX_DIFF":
        bench.pay(ACCEPTED, PBX_DIFF="07")
        numbers = {"NUMTRANS": bench.shop.variables()["Trans"]}
    else:
        card = {"PORTEUR": ACCEPTED, "DATEVAL": "1228", "DIFFERE": "007"}
        numbers = {"NUMTRANS": bench.direct("00003", **card)["NUMTRANS"]}
    bench.clock.now += timedelta(days=7)
    assert "REMISE" not in bench.direct("00017", **numbers)
    bench.clock.now += timedelta(days=1)
    assert bench.direct("00017", **numbers)["REMISE"] == "220701001"


class TestSettings:
    def test_are_told_with_their_first_values_and_put_back_by_leaving_them_out(self, bench: Any) -> None:
        bench.settings(found_try="first")
        assert bench.http.get("/_settings").json()["settings"]["found_try"] == "first"
        bench.settings()
        told = bench.http.get("/_settings").json()["settings"]
        assert (told["found_try"], told["return"], told["accents"]) == ("debit", "ticket", "taken")

    @pytest.mark.parametrize(
        "body", [None, [], {"settings": {"what": "x"}}, {"settings": {"found_try": "x"}}, {"rules": []}]
    )
    def test_unknown_one_is_refused_with_a_sentence_and_changes_nothing(self, bench: Any, body: Any) -> None:
        bench.settings(found_try="first")
        refused = bench.http.put("/_settings", json=body)
        assert (refused.status_code, bool(refused.json()["detail"])) == (400, True)
        assert bench.http.get("/_settings").json()["settings"]["found_try"] == "first"

    def test_are_chosen_on_the_home_page(self, bench: Any) -> None:
        assert bench.http.post("/_settings", data={"return": "immediate"}).status_code == 303
        assert "<option selected>immediate</option>" in bench.http.get("/").text

    def test_form_of_another_site_changes_nothing(self, bench: Any) -> None:
        other = {"Sec-Fetch-Site": "cross-site"}
        bench.http.post("/_settings", data={"return": "immediate"}, headers=other)
        assert bench.http.get("/_settings").json()["settings"]["return"] == "ticket"
