"""API Particulier as the portal asks it: each grant, each error, nothing but the promised results."""

import copy
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.evidence.answers import GrantFound, GrantNotFound
from chalicelib.domain.evidence.identity import ToldIdentity
from chalicelib.domain.evidence.sources import SourceRefused, SourceUnavailable
from infra.local.evidence.people import SOMEBODY_ELSE, TOKEN_WITHOUT_RIGHTS, grant_data
from tests.unit.evidence.conftest import SHORT, Asking, Clock, Liar
from tests.unit.evidence.test_cvec import HELD, JSON

ALIX = ToldIdentity(("TESTPREPA",), ("ALIX",), date(2004, 5, 17))
GOOD: dict[str, Any] = {"data": grant_data(SOMEBODY_ELSE, date(2022, 9, 1), "0bis"), "links": {}, "meta": {}}
PLACES = [
    ("data",),
    *(("data", each) for each in GOOD["data"]),
    *(("data", "identite", each) for each in GOOD["data"]["identite"]),
    *(("data", "echelon_bourse", each) for each in GOOD["data"]["echelon_bourse"]),
    *(("data", "periode_versement_bourse", each) for each in GOOD["data"]["periode_versement_bourse"]),
]


def errors(*errors: object) -> bytes:
    return json.dumps({"errors": errors}).encode()


@pytest.mark.parametrize(
    ("ine", "level", "begins_on", "last_name"),
    [
        ("1234567890A", "6", date(2018, 9, 1), "Durand"),
        ("1234567890B", "6", date(2022, 9, 1), "Longchambon"),
        ("1234567890C", "6", date(2023, 9, 1), "Charbonneau"),
        ("1234567890D", "7", date(2023, 9, 1), "Montgomery"),
    ],
)
def test_published_test_students(
    asking: Asking, ine: str, level: str, begins_on: date, last_name: str
) -> None:
    found = asking.grants().grant(ine)

    assert (found.level, found.starts_on, found.months) == (level, begins_on, 12)
    assert (found.identity.last_names, found.is_holder, found.is_provisional) == ((last_name,), True, False)


def test_grants_of_the_demo(asking: Asking) -> None:
    grants = asking.grants()
    begins_on = date(2022, 9, 1)

    final = GrantFound(ALIX, is_holder=True, level="5", starts_on=begins_on, months=12)
    assert grants.grant("220000071pr ") == final
    assert grants.grant("220000072PR") == replace(final, is_provisional=True)
    assert grants.grant("220000073PR").starts_on == date(2021, 9, 1)
    assert grants.grant("220000074PR").identity.last_names == ("TESTDOUBLE",)
    assert not grants.grant("220000075PR").is_holder
    assert grants.grant("220000076PR") == GrantFound(ALIX, is_holder=True)


def test_grant_of_a_new_year_appears_in_september(asking: Asking) -> None:
    assert asking.grants().grant("220000080PR") == GrantNotFound()

    asking.clock.pass_(days=90)

    assert asking.grants().grant("220000080PR").level == "2"


@pytest.mark.parametrize("ine", ["9999999999Z", "000000000AA"])
def test_unknown_student_has_no_grant_that_is_known(asking: Asking, ine: str) -> None:
    assert asking.grants().grant(ine) == GrantNotFound()


@pytest.mark.parametrize("ine", ["", "123", "1234567890AB", "1234567890-", "É2345678901", "../_reset/a"])
def test_what_can_be_no_ine_is_not_asked(asking: Asking, ine: str) -> None:
    assert asking.grants().grant(ine) == GrantNotFound()
    assert asking.asked() == 0


@pytest.mark.parametrize(
    ("token", "recipient"),
    [("wrong", None), (TOKEN_WITHOUT_RIGHTS, None), (None, "732829320"), (None, "")],
)
def test_school_that_is_refused_hears_of_it(asking: Asking, token: str | None, recipient: str | None) -> None:
    chosen = {name: told for name, told in (("token", token), ("recipient", recipient)) if told is not None}

    with pytest.raises(SourceRefused):
        asking.grants(**chosen).grant("1234567890A")


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
        "redirect",
        "broken_json",
        "other_schema",
        "huge",
    ],
)
def test_accident_is_no_answer(asking: Asking, effect: str) -> None:
    asking.order({"match": {"service": "grant"}, "effect": effect, "seconds": 3})

    with pytest.raises(SourceUnavailable):
        asking.grants(SHORT).grant("1234567890A")


@pytest.mark.parametrize("effect", ["limited", "provider_down"])
def test_time_to_come_again_is_passed_on(asking: Asking, effect: str) -> None:
    asking.order({"match": {}, "effect": effect, "retry_in": 77})

    with pytest.raises(SourceUnavailable) as told:
        asking.grants().grant("1234567890A")

    assert told.value.retry_in == 77


def test_volume_says_when_to_come_again(liar: Liar) -> None:
    end = int(Clock().now.timestamp()) + 42
    liar.tell(429, errors({"code": "00429"}), RateLimit_Reset=str(end))

    with pytest.raises(SourceUnavailable) as told:
        Asking(liar.address).grants().grant("1234567890A")

    assert told.value.retry_in == 42


@pytest.mark.parametrize(
    "told", ["-1", "0", "1.5", "soon", "9" * 40, "Wed, 21 Oct 2026 07:28:00 GMT", "86401", "²"]
)
def test_strange_time_to_come_again_is_none(liar: Liar, told: str) -> None:
    headers = {"Retry_After": told.encode("ascii", "replace").decode(), "RateLimit_Reset": "1"}
    liar.tell(429, errors({"code": "00429", "meta": {"retry_in": told}}), **headers)

    with pytest.raises(SourceUnavailable) as raised:
        Asking(liar.address).grants().grant("1234567890A")

    assert raised.value.retry_in is None


def test_question_is_as_described(liar: Liar) -> None:
    liar.tell(200, json.dumps(GOOD).encode())
    Asking(liar.address).grants().grant("1234567890a")

    ((path, headers),) = liar.asked
    assert path == "/v3/cnous/etudiant_boursier/ine?ine=1234567890A&recipient=13002526500013"
    assert headers["Authorization"].startswith("Bearer ")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b"<h1>Not Found</h1>"),
        (404, errors({"code": "00404"})),
        (404, errors()),
        (404, errors("26003")),
        (404, json.dumps({"errors": {"code": "26003"}}).encode()),
        (409, errors({"code": "00015"})),
        (502, errors({"code": "26999"})),
        (200, b"{}"),
        (200, errors({"code": "26003"})),
        (200, json.dumps({**GOOD, "data": {**GOOD["data"], "est_boursier": "true"}}).encode()),
    ],
)
def test_answer_that_is_not_as_promised_is_no_answer(liar: Liar, status: int, body: bytes) -> None:
    liar.tell(status, body)

    with pytest.raises(SourceUnavailable):
        Asking(liar.address).grants().grant("1234567890A")


@pytest.mark.parametrize("missing", ["est_boursier", "identite"])
def test_token_whose_scopes_let_nothing_be_compared_is_told(liar: Liar, missing: str) -> None:
    data = {name: told for name, told in GOOD["data"].items() if name != missing}
    liar.tell(200, json.dumps({**GOOD, "data": data}).encode())

    with pytest.raises(SourceRefused):
        Asking(liar.address).grants().grant("1234567890A")


def test_ine_that_the_service_finds_ill_formed_is_not_found(liar: Liar) -> None:
    liar.tell(422, errors({"code": "00360"}))

    assert Asking(liar.address).grants().grant("1234567890A") == GrantNotFound()


@HELD
@given(
    status=st.sampled_from([200, 201, 301, 400, 404, 409, 418, 429, 500, 504]), body=st.binary(max_size=99)
)
def test_noise_is_no_answer(liar: Liar, status: int, body: bytes) -> None:
    liar.tell(status, body)

    with pytest.raises(SourceUnavailable):
        Asking(liar.address).grants().grant("1234567890A")


@HELD
@given(place=st.sampled_from(PLACES), told=JSON)
def test_answer_with_another_value_is_whole_or_none(liar: Liar, place: tuple[str, ...], told: object) -> None:
    answer = copy.deepcopy(GOOD)
    inner = answer
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = told
    liar.tell(200, json.dumps(answer).encode())
    try:
        found = Asking(liar.address).grants().grant("1234567890A")
    except (SourceUnavailable, SourceRefused):
        return
    assert isinstance(found, GrantFound)
    assert found.level in {"0bis", *"1234567"}
    assert isinstance(found.starts_on, date)
    assert found.months in range(1, 13)
    assert all(each.isprintable() for each in found.identity.first_names)
