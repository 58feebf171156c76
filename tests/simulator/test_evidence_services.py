"""The State's two services as a foreign client sees them, judged by their published descriptions."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.evidence import ATTESTATION_ENDINGS, GRANT_NUMBERS, RECIPIENT, TOKEN, create_app, serve
from infra.local.evidence.faults import EFFECTS
from infra.local.evidence.people import TOKEN_WITHOUT_RIGHTS

SCHEMAS = Path(__file__).parents[1] / "schemas"
JUNE, LATE_SEPTEMBER = datetime(2022, 6, 24, 8, tzinfo=UTC), datetime(2022, 9, 20, 8, tzinfo=UTC)
ATTESTATION = {"nom", "nomUsage", "prenom", "sexe", "date_naissance", "ine", "crous", "etat", "exoneration"}
GRANT = "/v3/cnous/etudiant_boursier/ine"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@cache
def described(name: str, path: str) -> Any:
    import schemathesis  # noqa: PLC0415 - half a second, for the one worker that runs these tests

    schema = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return schemathesis.openapi.from_dict(schema)[path]["GET"]


def cvec() -> Any:
    return described("cvec-4.1.24.json", "/api/attestation/{code}")


def grants() -> Any:
    return described("api-particulier-v3-etudiant-boursier-ine.json", GRANT)


class Clock:
    now = JUNE

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def address(clock: Clock) -> Iterator[str]:
    with serve(create_app(now=clock)) as address:
        yield address


@pytest.fixture
def client(address: str, clock: Clock) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=5) as client:
        client.post("/_reset").raise_for_status()
        clock.now = JUNE
        yield client


def attestation(client: httpx.Client, code: str, name: str = "TESTP", **more: str) -> httpx.Response:
    answer = client.get(f"/api/attestation/{code}", params={"etudiant": name, **more})
    cvec().validate_response(answer)
    return answer


def grant(client: httpx.Client, ine: str, **more: str) -> httpx.Response:
    parameters = {"ine": ine, "recipient": RECIPIENT, **more}
    answer = client.get(GRANT, params=parameters, headers=BEARER)
    grants().validate_response(answer)
    return answer


@pytest.mark.parametrize("ending", ATTESTATION_ENDINGS)
def test_attestation_of_each_state_is_as_described(client: httpx.Client, ending: str) -> None:
    told = attestation(client, f"PREPA00000{ending}", year="2022").raise_for_status().json()

    assert told.keys() == ATTESTATION
    assert told["nom"] == "TESTPREPA"
    assert told["etat"]["code"] == (ending if ending.isdigit() else "75")
    assert (told["date_naissance"] == "17/05/2004") is (ending != "XX")
    assert (told["nomUsage"] == told["nom"]) is (ending != "NU")
    assert told["exoneration"]["active"] is (ending in ("71", "73"))


@pytest.mark.parametrize(
    ("code", "name", "year"),
    [
        ("ABC1HIJKLM23", "TESTP", "2022"),
        ("PREPA0000071", "TESTC", "2022"),
        ("PREPA0000071", "-", "2022"),
        ("PREPA0000071", "", "2022"),
        ("PREPA2021071", "TESTP", "2022"),
        ("PREPA0000011", "TESTP", "2022"),
    ],
)
def test_attestation_of_no_number_or_another_name_or_year_is_not_found(
    client: httpx.Client, code: str, name: str, year: str
) -> None:
    answer = attestation(client, code, name, year=year)

    assert (answer.status_code, set(answer.json())) == (400, {"code", "message"})


def test_attestation_is_found_by_letters_in_any_case(client: httpx.Client) -> None:
    assert attestation(client, "prepa2021071", "testp", year="2021").is_success


def test_attestation_without_its_number_is_told_so(client: httpx.Client) -> None:
    answer = client.get("/api/attestation/", params={"etudiant": "TESTP"})

    cvec().validate_response(answer)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("ine", "begins", "level", "name"),
    [
        ("1234567890A", "2018-09-01", "6", "Durand"),
        ("1234567890B", "2022-09-01", "6", "Longchambon"),
        ("1234567890C", "2023-09-01", "6", "Charbonneau"),
        ("1234567890D", "2023-09-01", "7", "Montgomery"),
    ],
)
def test_published_test_students_are_known(
    client: httpx.Client, ine: str, begins: str, level: str, name: str
) -> None:
    told = grant(client, ine).raise_for_status().json()["data"]

    assert told["periode_versement_bourse"] == {"date_rentree": begins, "duree": 12}
    assert (told["echelon_bourse"]["echelon"], told["identite"]["nom"]) == (level, name)


@pytest.mark.parametrize("ending", sorted(GRANT_NUMBERS.keys() - {"76"}))
def test_grants_of_the_demo_are_as_described(client: httpx.Client, clock: Clock, ending: str) -> None:
    clock.now = LATE_SEPTEMBER
    told = grant(client, f"2200000{ending}PR").raise_for_status().json()["data"]

    assert told["est_boursier"] is (ending != "75")
    assert told["echelon_bourse"]["echelon_bourse_regionale_provisoire"] is (ending == "72")
    assert (told["identite"]["nom"] == "TESTPREPA") is (ending != "74")


def test_token_of_few_scopes_leaves_out_keys(client: httpx.Client) -> None:
    answer = client.get(GRANT, params={"ine": "220000076PR", "recipient": RECIPIENT}, headers=BEARER)

    assert answer.json()["data"].keys() == {"est_boursier", "identite"}


def test_grant_of_a_new_year_appears_in_september(client: httpx.Client, clock: Clock) -> None:
    before = grant(client, "220000080PR")
    clock.now = LATE_SEPTEMBER

    assert before.status_code == 404
    assert before.json()["errors"][0]["code"] == "26003"
    assert grant(client, "220000080PR").is_success


def test_volume_is_told_with_each_answer(client: httpx.Client) -> None:
    headers = grant(client, "1234567890A").headers

    assert all(f"RateLimit-{each}" in headers for each in ("Limit", "Remaining", "Reset"))


@pytest.mark.parametrize(
    ("headers", "parameters", "status", "code"),
    [
        ({}, {}, 401, "00101"),
        ({"Authorization": "Bearer wrong"}, {}, 401, "00101"),
        ({"X-Api-Key": TOKEN}, {}, 401, "00101"),
        ({"Authorization": f"Bearer {TOKEN_WITHOUT_RIGHTS}"}, {}, 403, "00100"),
        (BEARER, {"recipient": ""}, 422, "00203"),
        (BEARER, {"recipient": "732829320"}, 422, "00203"),
        (BEARER, {"ine": "123"}, 422, "00360"),
    ],
)
def test_question_without_token_right_or_parameter_is_refused(
    client: httpx.Client, headers: dict[str, str], parameters: dict[str, str], status: int, code: str
) -> None:
    told = {"ine": "1234567890A", "recipient": RECIPIENT} | parameters
    answer = client.get(GRANT, params=told, headers=headers)

    grants().validate_response(answer)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("effect", "retry_in", "status", "code"),
    [
        ("limited", 12, 429, "00429"),
        ("refused", None, 401, "00103"),
        ("provider_down", 10, 504, "00501"),
        ("provider_down", None, 504, "26001"),
    ],
)
def test_fault_is_said_in_the_service_s_own_words(
    client: httpx.Client, effect: str, retry_in: int | None, status: int, code: str
) -> None:
    rule = {"match": {"service": "grant"}, "effect": effect, "times": 1}
    order(client, rule | ({"retry_in": retry_in} if retry_in else {}))

    told = grant(client, "1234567890A")

    assert (told.status_code, told.json()["errors"][0]["code"]) == (status, code)
    assert told.json()["errors"][0]["meta"].get("retry_in") == (retry_in if code == "00501" else None)
    assert told.headers.get("Retry-After") == ("12" if effect == "limited" else None)
    assert grant(client, "1234567890A").is_success


def test_fault_concerns_whom_it_names_and_ends(client: httpx.Client) -> None:
    order(client, {"match": {"service": "cvec", "code": "PREPA0000071"}, "effect": "drop", "times": 1})

    assert grant(client, "1234567890A").is_success
    with pytest.raises(httpx.TransportError):
        attestation(client, "PREPA0000071")
    assert attestation(client, "PREPA0000071").is_success
    assert client.get("/_faults").json()["rules"][0]["times_left"] == 0
    assert [each["effect"] for each in client.get("/_asked").json()["items"]] == ["", "drop", ""]


@pytest.mark.parametrize(
    "rule",
    [
        {"effect": "drop"},
        {"match": {}, "effect": "explode"},
        {"match": {}, "effect": "drop", "often": 2},
        {"match": {}, "effect": "slow", "seconds": 0},
        {"match": {}, "effect": "drop", "times": True},
        "drop",
    ],
)
def test_fault_that_cannot_be_followed_is_refused(client: httpx.Client, rule: Any) -> None:
    answer = client.put("/_faults", json={"rules": [rule]})

    assert answer.status_code == 422
    assert answer.json()["error"]
    assert client.put("/_faults", json=[]).status_code == 422


def test_every_effect_is_told_in_its_page() -> None:
    told = Path("infra/local/evidence/faults.py").read_text(encoding="utf-8").split('"""')[1]

    assert all(f"\n{effect} " in told for effect in EFFECTS)


def order(client: httpx.Client, *rules: dict[str, Any]) -> None:
    client.put("/_faults", json={"rules": rules}).raise_for_status()
