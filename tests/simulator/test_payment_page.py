from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

ACCEPTED = "1111222233334444"
CHALLENGED = "4012001037141112"
BAD = "1111222233335555"
E_CARD = "1111222233330021"


def landed(bench: Any, page: Any) -> str:
    """The path to which the payer comes back."""
    return str(urlsplit(bench.left(page)).path)


def test_page_shows_amount_merchant_and_the_card_boxes(bench: Any) -> None:
    page = bench.open(PBX_TOTAL="377000", PBX_NOM_MARCHAND="Clermont Auvergne INP")
    for text in (
        "Paiement de 3770,00 EUR",
        "Clermont Auvergne INP",
        "Cryptogramme visuel",
        "VALIDER",
        "ANNULER",
    ):
        assert text in page.text
    assert "<script" not in page.text


def test_accepted_card_is_authorised_captured_notified_and_sent_back(bench: Any) -> None:
    page = bench.pay(ACCEPTED)
    assert landed(bench, page) == "/effectue"
    assert bench.shop.codes() == ["00000"]
    assert bench.ledger() == [
        ("authorisation", "Q-0001", 20031, "00000"),
        ("capture", "Q-0001", 20031, "00000"),
    ]


def test_shop_hears_of_the_payment_before_the_browser_leaves(bench: Any) -> None:
    page = bench.open()
    assert bench.shop.heard == []
    bench.type_card(page, ACCEPTED)
    assert len(bench.shop.heard) == 1


def test_browser_return_is_signed_with_the_shops_own_parameters(bench: Any) -> None:
    page = bench.open()
    for _ in range(3):
        answer = bench.type_card(page, BAD)
    query = urlsplit(bench.left(answer)).query
    assert query.startswith("school=1&Mt=20031&Ref=Q-0001&Appel=")
    assert bench.is_genuine(query)


def test_challenged_card_is_paid_after_six_digits(bench: Any) -> None:
    challenge = bench.pay(CHALLENGED)
    assert bench.shop.heard == []
    assert landed(bench, bench.answer_challenge(challenge, "123456")) == "/effectue"
    assert bench.shop.variables()["Auth"] == "Y"


def test_mandated_challenge_is_asked_of_every_card(bench: Any) -> None:
    challenge = bench.pay(ACCEPTED, PBX_SOUHAITAUTHENT="04")
    assert landed(bench, bench.answer_challenge(challenge, "654321")) == "/effectue"


def test_failed_challenge_is_a_refused_attempt_and_the_card_is_asked_again(bench: Any) -> None:
    again = bench.answer_challenge(bench.pay(CHALLENGED), "000000")
    assert "NUMERO_CARTE" in again.text
    assert bench.shop.codes() == ["00189"]
    assert bench.captured_cents("Q-0001") == 0


def test_challenge_code_of_another_length_is_no_attempt(bench: Any) -> None:
    again = bench.answer_challenge(bench.pay(CHALLENGED), "123")
    assert landed(bench, bench.answer_challenge(again, "123456")) == "/effectue"
    assert bench.shop.codes() == ["00000"]


def test_third_attempt_can_still_be_accepted(bench: Any) -> None:
    page = bench.open()
    bench.type_card(page, BAD)
    bench.type_card(page, ACCEPTED, expiry="05/22")
    assert landed(bench, bench.type_card(page, ACCEPTED)) == "/effectue"
    assert bench.shop.codes() == ["00004", "00008", "00000"]


def test_third_refusal_ends_the_page(bench: Any) -> None:
    page = bench.open()
    for _ in range(2):
        assert "NUMERO_CARTE" in bench.type_card(page, BAD).text
    assert landed(bench, bench.type_card(page, BAD)) == "/refuse"
    assert bench.shop.codes() == ["00004"] * 3
    assert "refusé" in bench.type_card(page, ACCEPTED).text
    assert bench.captured_cents("Q-0001") == 0


def test_boxes_left_empty_are_no_attempt(bench: Any) -> None:
    page = bench.open()
    assert "Le numéro de carte est incorrect." in bench.type_card(page, "").text
    assert "La date de fin de validité est incorrecte." in bench.type_card(page, ACCEPTED, expiry="1/28").text
    assert bench.shop.heard == []


def test_cancelled_page_returns_without_a_notification(bench: Any) -> None:
    page = bench.open(PBX_RETOUR="Ref:R;Auto:A;Trans:S;Erreur:E;Sign:K")
    url = page.text.split('action="')[2].split('"')[0]
    back = bench.http.post(url)
    assert landed(bench, back) == "/annule"
    query = urlsplit(bench.left(back)).query
    assert query.startswith("Ref=Q-0001&Erreur=00001&Sign=")
    assert bench.is_genuine(query)
    assert bench.shop.heard == []


def test_late_payer_is_sent_back_with_00030(bench: Any) -> None:
    page = bench.open(PBX_DISPLAY="60")
    bench.clock.now += timedelta(seconds=61)
    back = bench.type_card(page, ACCEPTED)
    assert "Err=00030" in bench.left(back)
    assert bench.ledger() == []


def test_paid_page_shows_that_it_was_paid_and_takes_no_second_payment(bench: Any) -> None:
    page = bench.open()
    bench.type_card(page, ACCEPTED)
    assert "Votre paiement a été accepté." in bench.type_card(page, ACCEPTED).text
    url = page.text.split('action="')[1].split('"')[0]
    assert "Votre paiement a été accepté." in bench.http.get(url).text
    assert bench.captured_cents("Q-0001") == 20031


def test_paid_order_cannot_be_opened_again(bench: Any) -> None:
    bench.pay(ACCEPTED)
    assert "00015" in bench.send(bench.form()).text


def test_second_tab_of_a_paid_order_is_refused_00015(bench: Any) -> None:
    first, second = bench.open(), bench.open()
    bench.type_card(first, ACCEPTED)
    assert landed(bench, bench.type_card(second, ACCEPTED)) == "/refuse"
    assert bench.shop.codes() == ["00000", "00015"]
    assert bench.captured_cents("Q-0001") == 20031


def test_refused_order_can_be_opened_again(bench: Any) -> None:
    bench.pay(BAD)
    assert landed(bench, bench.pay(ACCEPTED)) == "/effectue"


def test_authorisation_alone_captures_nothing(bench: Any) -> None:
    bench.pay(ACCEPTED, PBX_AUTOSEULE="O")
    assert bench.ledger() == [("authorisation", "Q-0001", 20031, "00000")]


def test_subscriber_is_answered_as_token_and_reversed_expiry(bench: Any) -> None:
    bench.pay(ACCEPTED, PBX_REFABONNE="ABO-1", PBX_RETOUR="Abo:U;Err:E;Sign:K")
    token, expiry, rest = bench.shop.variables()["Abo"].split("  ")
    assert bench.shop.heard[0].raw.startswith(f"Abo={token}++2812++---&")
    assert (len(token), expiry, rest) == (11, "2812", "---")


def test_subscriber_that_exists_is_refused_00016(bench: Any) -> None:
    bench.subscribe(ACCEPTED)
    assert landed(bench, bench.pay(ACCEPTED, PBX_CMD="Q-0002", PBX_REFABONNE="ABO-1")) == "/refuse"
    assert bench.shop.codes() == ["00000", "00016"]
    assert bench.captured_cents("Q-0002") == 0


@pytest.mark.parametrize(("needed", "code"), [(None, "00000"), ("2206", "00000"), ("2208", "00021")])
def test_temporary_card_is_refused_when_a_later_validity_is_asked(
    bench: Any, needed: str | None, code: str
) -> None:
    bench.pay(E_CARD, PBX_DATEVALMAX=needed)
    assert bench.shop.codes() == [code]
    assert bench.shop.variables()["Card"] == "E_CARD"


def test_card_that_ends_before_the_last_instalment_is_refused_00021(bench: Any) -> None:
    bench.pay(ACCEPTED, expiry="07/22", PBX_DATEVALMAX="2208")
    assert bench.shop.codes() == ["00021"]


@pytest.mark.parametrize(("code", "where"), [("00000", "/effectue"), ("99999", "/attente")])
def test_forced_code_decides_where_the_browser_goes(bench: Any, code: str, where: str) -> None:
    assert landed(bench, bench.pay(BAD, PBX_ERRORCODETEST=code)) == where
    assert bench.shop.codes() == [code]


def test_forced_refusal_is_notified_with_its_code(bench: Any) -> None:
    bench.pay(ACCEPTED, PBX_ERRORCODETEST="00151")
    assert bench.shop.codes() == ["00151"]
    assert bench.ledger() == [("authorisation", "Q-0001", 20031, "00151")]


def test_shop_without_return_addresses_sees_the_result_on_the_page(bench: Any) -> None:
    page = bench.pay(ACCEPTED, PBX_EFFECTUE=None)
    assert page.status_code == 200
    assert "Votre paiement a été accepté." in page.text


def test_unknown_page_is_not_found(bench: Any) -> None:
    assert bench.http.get("/paiement/nothing").status_code == 404
