"""The CVEC service as the portal asks it: each state, each accident, nothing but the promised results."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.evidence.answers import CvecAttestation, CvecUnknown
from chalicelib.domain.evidence.identity import ToldIdentity
from chalicelib.domain.evidence.sources import SourceUnavailable
from chalicelib.evidence.cvec import LONGEST_ANSWER, first_letters
from tests.unit.evidence.conftest import SHORT, Asking, Liar

YEAR = 2022
HELD = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
GOOD: dict[str, Any] = {
    "nom": "TESTPREPA",
    "nomUsage": "TESTPREPA",
    "prenom": "ALIX",
    "sexe": "F",
    "date_naissance": "17/05/2004",
    "ine": "220000071PR",
    "crous": "Clermont-Ferrand",
    "etat": {"code": "71", "libelle": "Attestation valide"},
    "exoneration": {"active": False, "motif": ""},
}
ALIX = ToldIdentity(("TESTPREPA",), ("ALIX",), date(2004, 5, 17))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=300),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=9), each, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("state", [70, 71, 73, 75, 76, 98, 50, 90])
def test_attestation_of_each_state(asking: Asking, state: int) -> None:
    found = asking.cvec().attestation(f"PREPA00000{state}", "Testprépa", YEAR)

    assert found == CvecAttestation(ALIX, state, "220000071PR")


def test_usual_name_stands_beside_the_birth_name(asking: Asking) -> None:
    found = asking.cvec().attestation("PREPA00000NU", "TESTPREPA", YEAR)

    assert isinstance(found, CvecAttestation)
    assert found.identity.last_names == ("TESTPREPA", "NOM-D'USAGE")


def test_number_is_taken_as_it_was_typed(asking: Asking) -> None:
    assert isinstance(asking.cvec().attestation(" prepa0000071 ", "testprepa", YEAR), CvecAttestation)


@pytest.mark.parametrize(
    ("number", "name", "year"),
    [
        ("ABC1HIJKLM23", "TESTPREPA", YEAR),
        ("PREPA0000071", "TESTCD", YEAR),
        ("PREPA2021071", "TESTPREPA", YEAR),
        ("PREPA0000071", "", YEAR),
    ],
)
def test_unknown_number_name_or_year(asking: Asking, number: str, name: str, year: int) -> None:
    assert asking.cvec().attestation(number, name, year) == CvecUnknown()


@pytest.mark.parametrize(
    "number", ["", "PREPA000007", "PREPA00000711", "../../_reset", "PREPA%000071", "É" * 12]
)
def test_what_can_be_no_number_is_not_asked(asking: Asking, number: str) -> None:
    assert asking.cvec().attestation(number, "TESTPREPA", YEAR) == CvecUnknown()
    assert asking.asked() == 0


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Dupont", "DUPON"),
        ("Élévé", "ELEVE"),
        ("d'Artagnan", "DARTA"),
        ("Le-Bï", "LEBI"),
        ("Ng", "NG"),
        ("", "-"),
        ("李", "-"),
    ],
)
def test_first_letters_are_plain(name: str, letters: str) -> None:
    assert first_letters(name) == letters


@pytest.mark.parametrize(
    "effect",
    [
        "drop",
        "slow",
        "drip",
        "cut",
        "http_500",
        "provider_down",
        "limited",
        "refused",
        "redirect",
        "broken_json",
        "other_schema",
        "huge",
    ],
)
def test_accident_is_no_answer(asking: Asking, effect: str) -> None:
    asking.order({"match": {"service": "cvec"}, "effect": effect, "seconds": 3})

    with pytest.raises(SourceUnavailable):
        asking.cvec(SHORT).attestation("PREPA0000071", "TESTPREPA", YEAR)


@pytest.mark.parametrize("effect", ["limited", "provider_down"])
def test_time_to_come_again_is_passed_on(asking: Asking, effect: str) -> None:
    asking.order({"match": {}, "effect": effect, "retry_in": 77})

    with pytest.raises(SourceUnavailable) as told:
        asking.cvec().attestation("PREPA0000071", "TESTPREPA", YEAR)

    assert told.value.retry_in == 77


def test_answer_about_somebody_else_is_told_as_it_is(asking: Asking) -> None:
    asking.order({"match": {}, "effect": "wrong_identity"})

    found = asking.cvec().attestation("PREPA0000071", "TESTPREPA", YEAR)

    assert isinstance(found, CvecAttestation)
    assert found.identity == ToldIdentity(("AUTRE",), ("PERSONNE",), date(1970, 1, 1))


def test_service_that_is_not_there_is_no_answer(asking: Asking) -> None:
    asking.address = "http://127.0.0.1:9"

    with pytest.raises(SourceUnavailable):
        asking.cvec(SHORT).attestation("PREPA0000071", "TESTPREPA", YEAR)


def test_question_is_as_described(liar: Liar) -> None:
    liar.tell(200, json.dumps(GOOD).encode())
    Asking(liar.address).cvec().attestation("PREPA0000071", "Test Prépa", YEAR)

    ((path, headers),) = liar.asked
    assert path == "/api/attestation/PREPA0000071?etudiant=TESTP&year=2022"
    assert headers["Accept"] == "application/json"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b"<h1>Bad Request</h1>"),
        (400, b"{}"),
        (400, json.dumps({"code": "X"}).encode()),
        (400, json.dumps({"code": 4, "message": "?"}).encode()),
        (400, json.dumps({**GOOD, "code": "X", "message": "?"}).encode()),
        (404, json.dumps({"code": "X", "message": "?"}).encode()),
        (204, b""),
        (200, b""),
        (200, b"null"),
        (200, b"[" * 9000),
        (200, b'{"nom": "A", "nom": "B"}'),
        (200, json.dumps(GOOD).encode("utf-16")),
        (200, json.dumps(GOOD).replace('"71"', "NaN").encode()),
        (200, json.dumps(GOOD).encode() + b" " * LONGEST_ANSWER),
        (200, json.dumps({**GOOD, "nom": "", "nomUsage": None}).encode()),
        (200, json.dumps({**GOOD, "etat": {"code": "7a"}}).encode()),
        (200, json.dumps({**GOOD, "etat": {"code": "٧١"}}).encode()),
        (200, json.dumps({**GOOD, "date_naissance": "2004-05-17"}).encode()),
        (200, json.dumps({**GOOD, "date_naissance": "31/02/2004"}).encode()),
        (200, json.dumps({**GOOD, "date_naissance": "1/05/2004"}).encode()),
        (200, json.dumps({**GOOD, "prenom": "A\u0000B"}).encode()),
    ],
)
def test_answer_that_is_not_as_promised_is_no_answer(liar: Liar, status: int, body: bytes) -> None:
    liar.tell(status, body)

    with pytest.raises(SourceUnavailable):
        Asking(liar.address).cvec().attestation("PREPA0000071", "TESTPREPA", YEAR)


@pytest.mark.parametrize("left_out", [{"nomUsage": None}, {"ine": ""}, {"ine": None}, {"nomUsage": ""}])
def test_what_the_service_may_leave_out_may_be_missing(liar: Liar, left_out: dict[str, Any]) -> None:
    liar.tell(200, json.dumps({**GOOD, **left_out}).encode())

    found = Asking(liar.address).cvec().attestation("PREPA0000071", "TESTPREPA", YEAR)

    assert isinstance(found, CvecAttestation)
    assert found.identity == ALIX


@HELD
@given(
    status=st.sampled_from([200, 201, 204, 301, 400, 404, 418, 429, 500, 503]), body=st.binary(max_size=99)
)
def test_noise_is_no_answer(liar: Liar, status: int, body: bytes) -> None:
    liar.tell(status, body)

    with pytest.raises(SourceUnavailable):
        Asking(liar.address).cvec().attestation("PREPA0000071", "TESTPREPA", YEAR)


@HELD
@given(name=st.sampled_from([*GOOD]), told=JSON)
def test_answer_with_another_value_is_whole_or_none(liar: Liar, name: str, told: object) -> None:
    liar.tell(200, json.dumps({**GOOD, name: told}).encode())
    try:
        found = Asking(liar.address).cvec().attestation("PREPA0000071", "TESTPREPA", YEAR)
    except SourceUnavailable:
        return
    assert isinstance(found, CvecAttestation)
    assert found.identity.last_names
    assert all(each.isprintable() and len(each) <= 200 for each in found.identity.last_names)
    assert isinstance(found.identity.birth_on, date)
    assert 0 <= found.state <= 999
