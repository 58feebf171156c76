from datetime import timedelta
from typing import Any

import pytest

ACCEPTED = "1111222233334444"
BAD = "1111222233335555"
CARD = {"PORTEUR": ACCEPTED, "DATEVAL": "1228", "CVV": "123"}


def numbers(answer: dict[str, str]) -> dict[str, str]:
    return {name: answer[name] for name in ("NUMTRANS", "NUMAPPEL")}


def test_later_instalment_is_debited_by_token(bench: Any) -> None:
    answer = bench.debit(bench.subscribe(ACCEPTED))
    assert answer["CODEREPONSE"] == "00000"
    assert answer["AUTORISATION"] == "XXXXXX"
    assert (answer["SITE"], answer["RANG"], answer["NUMQUESTION"]) == ("1999888", "32", "0000000001")
    assert bench.captured_cents("Q-0001-2") == 20031


def test_answer_is_latin_1_with_raw_accents(bench: Any) -> None:
    token = bench.subscribe(ACCEPTED)
    response = bench.post_direct(bench.frame("00053", REFABONNE="ABO-1", PORTEUR=token, DATEVAL="1228"))
    assert response.headers["Content-Type"] == "text/html;charset=ISO-8859-1"
    assert "COMMENTAIRE=Demande traitée avec succès&".encode("latin-1") in response.content


def test_unknown_subscriber_is_answered_like_the_documented_sample(bench: Any) -> None:
    line = bench.post_direct(
        bench.frame("00053", REFABONNE="NOBODY", PORTEUR="SLDLrcsLMPC", DATEVAL="1228")
    ).content.decode("latin-1")
    assert line == (
        "NUMTRANS=0000000000&NUMAPPEL=0000000000&NUMQUESTION=0000000001&SITE=1999888&RANG=32&AUTORISATION="
        "&CODEREPONSE=00017&COMMENTAIRE=PAYBOX : Abonné inexistant&REFABONNE=NOBODY&PORTEUR=SLDLrcsLMPC"
    )


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("1111222233330151", "00151"),
        ("1111222233330105", "00105"),
        ("1111222233330143", "00143"),
        ("1111222233330101", "001A1"),
        ("1111222233330154", "00154"),
        ("1111222233330133", "00133"),
    ],
)
def test_card_of_each_class_pays_first_and_is_refused_later(bench: Any, number: str, code: str) -> None:
    answer = bench.debit(bench.subscribe(number))
    assert answer["CODEREPONSE"] == code
    assert bench.captured_cents("FIRST-ABO-1") == 20031
    assert bench.captured_cents("Q-0001-2") == 0
    assert bench.ledger()[-1] == ("authorisation", "Q-0001-2", 20031, code)


def test_refused_debit_is_found_as_refused(bench: Any) -> None:
    bench.debit(bench.subscribe("1111222233330151"))
    found = bench.direct("00011")
    assert found["CODEREPONSE"] == "00000"
    assert bench.direct("00017", **numbers(found))["STATUS"] == "Refusé"


def test_wrong_token_and_turned_expiry_are_refused(bench: Any) -> None:
    token = bench.subscribe(ACCEPTED)
    assert bench.debit("AAAAAAAAAAA")["CODEREPONSE"] == "00004"
    assert bench.debit(token, DATEVAL="2812")["CODEREPONSE"] == "00008"
    assert bench.debit(token, DATEVAL="1128")["CODEREPONSE"] == "00008"


def test_debit_after_the_card_has_expired_is_refused(bench: Any) -> None:
    token = bench.subscribe(ACCEPTED)
    bench.clock.now = bench.clock.now.replace(year=2029)
    assert bench.debit(token)["CODEREPONSE"] == "00008"


def test_paid_page_is_found_by_reference_and_then_inquired(bench: Any) -> None:
    bench.pay(ACCEPTED)
    found = bench.direct("00011", REFERENCE="Q-0001")
    assert found["CODEREPONSE"] == "00000"
    assert found["NUMTRANS"] == bench.shop.variables()["Trans"].zfill(10)
    inquired = bench.direct("00017", NUMTRANS=found["NUMTRANS"])
    assert (inquired["STATUS"], "REMISE" in inquired) == ("Capturé", False)


def test_nothing_is_found_under_another_amount_or_reference(bench: Any) -> None:
    bench.pay(ACCEPTED)
    assert bench.direct("00011", REFERENCE="Q-0001", MONTANT="0000020030")["CODEREPONSE"] == "00018"
    answer = bench.direct("00011", REFERENCE="Q-000")
    assert (answer["CODEREPONSE"], answer["NUMTRANS"]) == ("00018", "0000000000")


def test_debit_is_remitted_in_the_night_that_follows(bench: Any) -> None:
    answer = bench.debit(bench.subscribe(ACCEPTED))
    bench.clock.now += timedelta(days=1)
    assert bench.direct("00017", **numbers(answer))["REMISE"] != ""
    assert bench.direct("00055", **numbers(answer))["CODEREPONSE"] == "00014"


def test_debit_is_cancelled_whole_before_its_remittance(bench: Any) -> None:
    answer = bench.debit(bench.subscribe(ACCEPTED))
    assert bench.direct("00055", MONTANT="0000000100", **numbers(answer))["CODEREPONSE"] == "00011"
    assert bench.direct("00055", **numbers(answer))["CODEREPONSE"] == "00000"
    assert bench.direct("00017", **numbers(answer))["STATUS"] == "Annulé"
    assert bench.direct("00055", **numbers(answer))["CODEREPONSE"] == "00014"


def test_refunds_stop_at_what_was_debited(bench: Any) -> None:
    debit = numbers(bench.debit(bench.subscribe(ACCEPTED)))
    refund = bench.direct("00014", MONTANT="0000020000", REFERENCE="R-1", **debit)
    assert refund["CODEREPONSE"] == "00000"
    assert refund["NUMTRANS"] != debit["NUMTRANS"]
    assert bench.direct("00014", MONTANT="0000000032", REFERENCE="R-2", **debit)["CODEREPONSE"] == "00011"
    assert bench.direct("00014", MONTANT="0000000031", REFERENCE="R-3", **debit)["CODEREPONSE"] == "00000"
    assert bench.direct("00017", **debit)["STATUS"] == "Remboursé"
    refunds = [line for line in bench.ledger() if line[0] == "refund"]
    assert refunds == [("refund", "R-1", 20000, "00000"), ("refund", "R-3", 31, "00000")]


def test_refund_has_its_own_number_and_the_payments_call_and_both_are_inquired(bench: Any) -> None:
    debit = numbers(bench.debit(bench.subscribe(ACCEPTED)))
    refund = numbers(bench.direct("00014", REFERENCE="Q-0001-2", **debit))
    assert refund["NUMAPPEL"] == debit["NUMAPPEL"]
    assert bench.direct("00017", **refund)["STATUS"] == "Remboursé"
    assert numbers(bench.direct("00011", REFERENCE="Q-0001-2")) == debit


def test_part_that_was_given_back_leaves_the_status_of_a_capture(bench: Any) -> None:
    debit = numbers(bench.debit(bench.subscribe(ACCEPTED)))
    bench.direct("00014", MONTANT="0000020000", REFERENCE="R-1", **debit)
    assert bench.direct("00017", **debit)["STATUS"] == "Capturé"


def test_what_is_not_known_is_absent_from_an_inquiry(bench: Any) -> None:
    unknown = bench.direct("00017", NUMTRANS="0000000001")
    assert (unknown["CODEREPONSE"], {"STATUS", "REMISE"} & set(unknown)) == ("00018", set())


def test_remittance_is_numbered_by_the_day_of_its_debits(bench: Any) -> None:
    debit = numbers(bench.debit(bench.subscribe(ACCEPTED)))
    day = bench.clock.now
    assert "REMISE" not in bench.direct("00017", **debit)
    bench.clock.now += timedelta(days=2)
    assert bench.direct("00017", **debit)["REMISE"] == f"{day:%y%m%d}001"


def test_refund_of_numbers_that_do_not_belong_together_finds_nothing(bench: Any) -> None:
    debit = bench.debit(bench.subscribe(ACCEPTED))
    answer = bench.direct("00014", NUMTRANS=debit["NUMTRANS"], NUMAPPEL="0000000001")
    assert answer["CODEREPONSE"] == "00015"


def test_page_payment_is_refunded_by_its_notified_numbers(bench: Any) -> None:
    bench.pay(ACCEPTED)
    heard = bench.shop.variables()
    answer = bench.direct("00014", NUMAPPEL=heard["Appel"], NUMTRANS=heard["Trans"])
    assert answer["CODEREPONSE"] == "00000"


def test_authorisation_is_captured_once_and_never_above_its_amount(bench: Any) -> None:
    authorised = numbers(bench.direct("00001", VERSION="00103", **CARD))
    assert bench.direct("00017", **authorised)["STATUS"] == "Autorisé"
    assert bench.direct("00002", MONTANT="0000020032", **authorised)["CODEREPONSE"] == "00011"
    assert bench.direct("00002", MONTANT="0000020000", **authorised)["CODEREPONSE"] == "00000"
    assert bench.direct("00002", **authorised)["CODEREPONSE"] == "00014"
    assert bench.captured_cents("Q-0001-2") == 20000


def test_amount_can_be_lowered_before_the_remittance(bench: Any) -> None:
    debit = numbers(bench.direct("00003", **CARD))
    assert bench.direct("00013", MONTANT="0000020000", **debit)["CODEREPONSE"] == "00000"
    assert bench.ledger()[-1] == ("cancel", "Q-0001-2", 31, "00000")
    assert bench.direct("00014", MONTANT="0000020001", **debit)["CODEREPONSE"] == "00011"


def test_card_paid_directly_follows_the_card_table(bench: Any) -> None:
    assert bench.direct("00003", **CARD)["CODEREPONSE"] == "00000"
    assert bench.direct("00003", **{**CARD, "PORTEUR": BAD})["CODEREPONSE"] == "00004"
    assert bench.direct("00003", **{**CARD, "DATEVAL": "0101"})["CODEREPONSE"] == "00008"


def test_subscriber_is_registered_changed_and_deleted(bench: Any) -> None:
    registered = bench.direct("00056", REFABONNE="ABO-2", **CARD)
    assert bench.direct("00056", REFABONNE="ABO-2", **CARD)["CODEREPONSE"] == "00016"
    assert bench.direct("00052", **numbers(registered))["CODEREPONSE"] == "00000"
    other = {**CARD, "PORTEUR": "4975660000000004", "DATEVAL": "0129"}
    changed = bench.direct("00057", REFABONNE="ABO-2", **other)
    assert bench.debit(registered["PORTEUR"], REFABONNE="ABO-2")["CODEREPONSE"] == "00004"
    kept = {"REFABONNE": "ABO-2", "PORTEUR": changed["PORTEUR"], "DATEVAL": "0129"}
    assert bench.direct("00051", **kept)["CODEREPONSE"] == "00000"
    assert bench.direct("00054", **kept)["CODEREPONSE"] == "00000"
    deleted = bench.direct("00058", REFABONNE="ABO-2")
    assert (deleted["CODEREPONSE"], deleted["NUMTRANS"]) == ("00000", "0000000000")
    assert bench.direct("00053", **kept)["CODEREPONSE"] == "00017"


def test_question_asked_twice_is_answered_00039_and_debits_once(bench: Any) -> None:
    token = bench.subscribe(ACCEPTED)
    frame = bench.frame("00053", REFABONNE="ABO-1", PORTEUR=token, DATEVAL="1228")
    bench.post_direct(frame)
    assert b"CODEREPONSE=00039" in bench.post_direct(frame).content
    assert bench.captured_cents("Q-0001-2") == 20031


def test_number_of_another_question_is_answered_00005(bench: Any) -> None:
    token = bench.subscribe(ACCEPTED)
    bench.debit(token)
    answer = bench.debit(token, reference="Q-0001-3", NUMQUESTION="0000000001")
    assert answer["CODEREPONSE"] == "00005"
    assert bench.captured_cents("Q-0001-3") == 0


def test_number_is_free_again_on_the_next_day_in_paris(bench: Any) -> None:
    token = bench.subscribe(ACCEPTED)
    bench.clock.now = bench.clock.now.replace(hour=23, minute=59)
    bench.debit(token)
    bench.clock.now += timedelta(minutes=1)
    assert bench.debit(token, reference="Q-0001-3", NUMQUESTION="0000000001")["CODEREPONSE"] == "00000"


def test_answered_error_leaves_its_number_free(bench: Any) -> None:
    token = bench.subscribe(ACCEPTED)
    bench.debit("AAAAAAAAAAA")
    assert bench.debit(token, NUMQUESTION="0000000001")["CODEREPONSE"] == "00000"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"VERSION": "00103"}, "00013"),
        ({"TYPE": "00099"}, "00009"),
        ({"SITE": "1234567"}, "00006"),
        ({"NUMQUESTION": "0"}, "00005"),
        ({"NUMQUESTION": "2147483648"}, "00005"),
        ({"DATEQ": "24/06/2022"}, "00007"),
        ({"MONTANT": "12.50"}, "00011"),
        ({"MONTANT": "0000000000"}, "00011"),
        ({"DEVISE": "999"}, "00010"),
        ({"REFERENCE": ""}, "00012"),
        ({"ACTIVITE": "099"}, "00026"),
        ({"CLE": "wrong"}, "00006"),
    ],
)
def test_malformed_call_is_answered_with_its_code(bench: Any, change: dict[str, str], code: str) -> None:
    token = bench.subscribe(ACCEPTED)
    kept = {"REFABONNE": "ABO-1", "PORTEUR": token, "DATEVAL": "1228"}
    frame = {**dict(bench.frame("00053", **kept)), **change}
    del frame["HMAC"]
    kind = frame.pop("TYPE")
    assert bench.direct(kind, **frame)["CODEREPONSE"] == code
    assert bench.captured_cents("Q-0001-2") == 0


def test_call_whose_amount_was_altered_is_refused(bench: Any) -> None:
    frame = [(name, "1" if name == "MONTANT" else value) for name, value in bench.frame("00003", **CARD)]
    assert b"CODEREPONSE=00006" in bench.post_direct(frame).content


def test_call_may_be_opened_by_the_key_alone(bench: Any) -> None:
    frame = [*bench.frame("00003", **CARD)[:-1], ("CLE", "1999888I")]
    assert b"CODEREPONSE=00000" in bench.post_direct(frame).content
    assert b"CODEREPONSE=00006" in bench.post_direct(frame[:-1]).content


def test_forced_code_is_answered_and_debits_nothing(bench: Any) -> None:
    token = bench.subscribe(ACCEPTED)
    assert bench.debit(token, ERRORCODETEST="00191")["CODEREPONSE"] == "00191"
    assert bench.debit(token, ERRORCODETEST="00097")["CODEREPONSE"] == "00097"
    assert bench.captured_cents("Q-0001-2") == 0
    assert [line[3] for line in bench.ledger() if line[1] == "Q-0001-2"] == ["00191"]


def test_details_sent_empty_are_answered(bench: Any) -> None:
    answer = bench.direct("00003", TYPECARTE="", PAYS="", **CARD)
    assert (answer["TYPECARTE"], answer["PAYS"]) == ("CB", "FRA")
